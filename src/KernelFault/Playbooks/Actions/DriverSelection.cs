using KernelFault.Drivers;
using KernelFault.Knowledge;

namespace KernelFault.Playbooks.Actions;

/// <summary>The drivers of a machine that a step asks for: the inputs that <c>get-drivers</c> and <c>test-driver-risk</c> share.</summary>
internal static class DriverSelection
{
    internal static IReadOnlyList<ActionInput> Inputs { get; } =
    [
        new("name", PlaybookValueType.TextList, "Names of drivers (service, module or file), with * and ?; all when absent."),
        new("thirdParty", PlaybookValueType.Boolean, "Only code of other makers than the system's.") { Default = false },
        new("running", PlaybookValueType.Boolean, "Only drivers that run.") { Default = false },
        new("unsigned", PlaybookValueType.Boolean, "Only drivers without a signature.") { Default = false },
    ];

    /// <summary>Reads them.</summary>
    internal static (IReadOnlyList<KernelDriver> Drivers, IReadOnlyList<string> Warnings) Read(ActionContext context, CancellationToken cancellation)
    {
        IReadOnlyList<string> names = context.Texts("name");
        var filter = new DriverFilter { ThirdParty = context.Flag("thirdParty"), Running = context.Flag("running"), Unsigned = context.Flag("unsigned") };
        DriverInventory inventory = DriverInventory.Read(context.Host, cancellation);
        return ([.. inventory.Drivers.Where(driver => (names.Count == 0 || names.Any(name => IsNamed(driver, name))) && filter.Accepts(driver))], inventory.Warnings);
    }

    /// <summary>Whether a driver is called so: a crash names the file, a machine the service.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="name">A name, with or without <c>.sys</c>; may hold wildcards.</param>
    internal static bool IsNamed(KernelDriver driver, string name) =>
        WildcardPattern.Matches(name, driver.Name)
        || WildcardPattern.Matches(name, driver.Name + ".sys")
        || (FileName(driver) is { } file && (WildcardPattern.Matches(name, file) || WildcardPattern.Matches(name + ".sys", file)));

    /// <summary>Name of the driver's file; null when not known.</summary>
    internal static string? FileName(KernelDriver driver) => driver.Path is { Length: > 0 } path ? path.Substring(path.LastIndexOfAny(['\\', '/']) + 1) : null;
}
