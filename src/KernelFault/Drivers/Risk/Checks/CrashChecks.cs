using System.Globalization;

namespace KernelFault.Drivers.Risk.Checks;

/// <summary>What crashes say.</summary>
internal static class CrashChecks
{
    private const ulong PageSize = 0x1000;

    internal static IReadOnlyList<RiskCheck> All { get; } =
    [
        new("crash-culprit", Culprit),
        new("crash-on-stack", OnStack),
        new("crash-unloaded", Unloaded),
        new("crash-image-mismatch", Mismatch),
    ];

    // Independent witnesses: the chance that at least one of them is right.
    private static RiskVerdict Culprit(RiskSubject subject)
    {
        DriverCrash[] crashes = Of(subject, DriverCrashRole.Culprit);
        return crashes.Length == 0
            ? RiskVerdict.NotFound
            : RiskVerdict.Found($"Blamed for {Count(crashes)}: {crashes[0].Title}", Evidence(crashes), 1 - crashes.Aggregate(1.0, (wrong, crash) => wrong * (1 - Bounded(crash.Confidence))));
    }

    // Parts of the system are on every stack.
    private static RiskVerdict OnStack(RiskSubject subject)
    {
        DriverCrash[] crashes = subject.Driver.IsThirdParty == false ? [] : Of(subject, DriverCrashRole.OnStack);
        return crashes.Length == 0
            ? RiskVerdict.NotFound
            : RiskVerdict.Found($"On the stack of {Count(crashes)}: {crashes[0].Title}", Evidence(crashes), crashes.Max(crash => Bounded(crash.Confidence)));
    }

    private static RiskVerdict Unloaded(RiskSubject subject)
    {
        DriverCrash[] crashes = Of(subject, DriverCrashRole.Unloaded);
        return crashes.Length == 0 ? RiskVerdict.NotFound : RiskVerdict.Found($"Unloaded shortly before {Count(crashes)}: {crashes[0].Title}", Evidence(crashes));
    }

    private static RiskVerdict Mismatch(RiskSubject subject)
    {
        KernelDriver driver = subject.Driver;
        if (driver.Source == DriverSource.CrashDump)
        {
            // What is known of it is from one of the crashes; another may be of another machine.
            return RiskVerdict.NotFound;
        }

        foreach (DriverCrash crash in subject.Crashes)
        {
            if (crash.TimeDateStamp is uint stamp && driver.TimeDateStamp is uint own && stamp != own)
            {
                return RiskVerdict.Found($"It is not the image that was loaded in {crash.DumpPath}.", string.Format(CultureInfo.InvariantCulture, "TimeDateStamp 0x{0:x8}, in the crash 0x{1:x8}", own, stamp));
            }

            if (crash.Size is ulong size && (driver.Image is { } image ? (ulong)image.SizeOfImage : driver.Size) is ulong loaded && Pages(size) != Pages(loaded))
            {
                return RiskVerdict.Found($"It is not the image that was loaded in {crash.DumpPath}.", string.Format(CultureInfo.InvariantCulture, "size 0x{0:x}, in the crash 0x{1:x}", loaded, size));
            }
        }

        return RiskVerdict.NotFound;
    }

    private static DriverCrash[] Of(RiskSubject subject, DriverCrashRole role) => [.. subject.Crashes.Where(crash => crash.Role == role)];

    // A kernel loads whole pages.
    private static ulong Pages(ulong size) => (size / PageSize) + (size % PageSize == 0 ? 0UL : 1);

    private static double Bounded(double confidence) => confidence >= 0 ? Math.Min(confidence, 1) : 0;

    private static string Count(DriverCrash[] crashes) => crashes.Length == 1 ? "a crash" : $"{crashes.Length} crashes";

    private static string Evidence(DriverCrash[] crashes) => string.Join(
        ", ", crashes.Take(3).Select(crash => string.Format(CultureInfo.InvariantCulture, "{0} ({1:0.00})", crash.DumpPath, crash.Confidence)));
}
