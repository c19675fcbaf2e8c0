using System.Globalization;
using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>Checks, repairs and cleans the component store of Windows with DISM.</summary>
public sealed class ComponentStoreRepair : IHostChange<ComponentStoreRepairResult>
{
    private readonly ComponentStoreRepairOptions _options;

    /// <summary>A repair.</summary>
    /// <param name="options">What to do.</param>
    /// <exception cref="ArgumentException">The image is no whole path, a source is empty or holds what no path holds, or sources are given for something else than a repair.</exception>
    public ComponentStoreRepair(ComponentStoreRepairOptions options)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        if (options.Image is not null)
        {
            ServicingPath.Whole(options.Image, "The image");
        }

        if (options.Operation != ComponentStoreOperation.RestoreHealth && (options.Source.Count > 0 || options.LimitAccess))
        {
            throw new ArgumentException("A source, and the limit on it, belong to a repair alone.");
        }

        foreach (string source in options.Source)
        {
            VerifySource(source);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="Formats.DumpFormatException">The machine answers in a form that is not understood.</exception>
    public HostPlan<ComponentStoreRepairResult> Plan(IHost host, CancellationToken cancellation)
    {
        var run = new ComponentStoreRun(host ?? throw new ArgumentNullException(nameof(host)), _options);
        return ServicingPlan.Make(
            (progress, ending) => run.Run(Status(_options.Operation), new HostStepRecorder(host), progress, ending),
            [$"Run '{HostStepRecorder.Text(run.Call())}'"],
            host,
            new ServicingNeeds(run.WindowsDirectory, run.OnlyLooks, _options.Operation == ComponentStoreOperation.RestoreHealth ? ServicingGuards.ManyBytes : 0),
            cancellation);
    }

    /// <summary>What is being done, for the progress.</summary>
    internal static string Status(ComponentStoreOperation operation) => operation switch
    {
        ComponentStoreOperation.CheckHealth => "Asking for known damage of the component store",
        ComponentStoreOperation.ScanHealth => "Checking the component store",
        ComponentStoreOperation.RestoreHealth => "Repairing the component store",
        _ => "Cleaning the component store",
    };

    // wim:PATH:INDEX, esd:PATH:INDEX, or a folder.
    private static void VerifySource(string source)
    {
        string path = source ?? string.Empty;
        if (path.StartsWith("wim:", StringComparison.OrdinalIgnoreCase) || path.StartsWith("esd:", StringComparison.OrdinalIgnoreCase))
        {
            int colon = path.LastIndexOf(':');
            string index = path.Substring(colon + 1);
            if (colon <= 5 || !int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1)
            {
                throw new ArgumentException($"A source in an image file ends with a colon and the number of the image, such as wim:E:\\sources\\install.wim:1; '{path}' does not.");
            }

            path = path.Substring(4, colon - 4);
        }

        ServicingPath.Whole(path, "A source");
    }
}
