using KernelFault.Drivers.Risk.Blocklists;

namespace KernelFault.Drivers.Risk;

/// <summary>What a check may look at.</summary>
/// <param name="Driver">The driver.</param>
/// <param name="Crashes">Crashes that speak of it.</param>
/// <param name="Machine">Drivers of the same machine that are judged together with it, itself among them.</param>
/// <param name="Now">The time it is judged at, UTC.</param>
/// <param name="MaximumAge">Years after which a driver is old.</param>
/// <param name="Blocklists">Lists of drivers that are known to be dangerous.</param>
internal sealed record RiskSubject(
    KernelDriver Driver,
    IReadOnlyList<DriverCrash> Crashes,
    IReadOnlyList<KernelDriver> Machine,
    DateTime Now,
    int MaximumAge,
    IReadOnlyList<DriverBlocklist> Blocklists)
{
    /// <summary>Days as rules name them.</summary>
    internal static string Day(DateTime time) => time.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
