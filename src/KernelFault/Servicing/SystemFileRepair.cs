using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>Checks and repairs the protected files of Windows with the System File Checker.</summary>
public sealed class SystemFileRepair : IHostChange<SystemFileRepairResult>
{
    private readonly SystemFileRepairOptions _options;

    /// <summary>A repair.</summary>
    /// <param name="options">What to do.</param>
    /// <exception cref="ArgumentException">A path is not whole, or there is a boot folder without a Windows folder.</exception>
    public SystemFileRepair(SystemFileRepairOptions options)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        if (options.BootDirectory is not null && options.WindowsDirectory is null)
        {
            throw new ArgumentException("A boot folder belongs to the folder of a Windows that is not running.");
        }

        foreach ((string? path, string name) in new[] { (options.Path, "The file"), (options.WindowsDirectory, "The Windows folder"), (options.BootDirectory, "The boot folder") })
        {
            if (path is not null)
            {
                ServicingPath.Whole(path, name);
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="Formats.DumpFormatException">The machine answers in a form that is not understood.</exception>
    public HostPlan<SystemFileRepairResult> Plan(IHost host, CancellationToken cancellation)
    {
        HostFacts facts = (host ?? throw new ArgumentNullException(nameof(host))).GetFacts(cancellation);
        var run = new SystemFileRun(host, _options);
        string status = _options.VerifyOnly ? "Checking system files" : "Checking and repairing system files";
        return ServicingPlan.Make(
            (progress, ending) => run.Run(status, new HostStepRecorder(host), progress, ending),
            [$"Run '{HostStepRecorder.Text(run.Call(facts))}'"],
            host,
            new ServicingNeeds(_options.WindowsDirectory, _options.VerifyOnly, ServicingGuards.FewBytes),
            cancellation);
    }
}
