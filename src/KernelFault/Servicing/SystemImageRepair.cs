using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>
/// Checks and repairs Windows in the right order: the component store first, as the System File Checker repairs from it; then the
/// files, and once more when some were repaired. What is sound is not repaired.
/// </summary>
public sealed class SystemImageRepair : IHostChange<SystemImageRepairResult>
{
    private readonly SystemImageRepairOptions _options;

    /// <summary>A repair.</summary>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">A path is not whole, or there is a boot folder without a Windows folder.</exception>
    public SystemImageRepair(SystemImageRepairOptions options)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        _ = new SystemFileRepair(FileOptions());
        _ = new ComponentStoreRepair(StoreOptions(ComponentStoreOperation.RestoreHealth));
    }

    /// <inheritdoc/>
    /// <exception cref="Formats.DumpFormatException">The machine answers in a form that is not understood.</exception>
    public HostPlan<SystemImageRepairResult> Plan(IHost host, CancellationToken cancellation)
    {
        HostFacts facts = (host ?? throw new ArgumentNullException(nameof(host))).GetFacts(cancellation);
        string files = HostStepRecorder.Text(new SystemFileRun(host, FileOptions()).Call(facts));
        string[] steps =
        [
            $"Run '{Text(host, ComponentStoreOperation.CheckHealth)}'",
            $"Run '{Text(host, ComponentStoreOperation.ScanHealth)}'",
            $"Run '{Text(host, ComponentStoreOperation.RestoreHealth)}' when the store is damaged",
            $"Run '{files}'",
            $"Run '{files}' again when it repaired files",
        ];
        return ServicingPlan.Make(
            (progress, ending) => new SystemImageRun(host, _options.WindowsDirectory, StoreOptions, FileOptions()).Run(progress, ending),
            steps,
            host,
            new ServicingNeeds(_options.WindowsDirectory, OnlyLooks: false, ServicingGuards.ManyBytes),
            cancellation);
    }

    private string Text(IHost host, ComponentStoreOperation operation) => HostStepRecorder.Text(new ComponentStoreRun(host, StoreOptions(operation)).Call());

    private SystemFileRepairOptions FileOptions() => new() { WindowsDirectory = _options.WindowsDirectory, BootDirectory = _options.BootDirectory };

    private ComponentStoreRepairOptions StoreOptions(ComponentStoreOperation operation)
    {
        bool repairs = operation == ComponentStoreOperation.RestoreHealth;
        return new ComponentStoreRepairOptions
        {
            Operation = operation,
            Source = repairs ? _options.Source : [],
            LimitAccess = repairs && _options.LimitAccess,
            Image = _options.WindowsDirectory is { } windows ? ComponentStoreRepairOptions.ImageOf(windows) : null,
        };
    }
}
