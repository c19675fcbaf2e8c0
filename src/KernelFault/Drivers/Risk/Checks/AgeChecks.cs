namespace KernelFault.Drivers.Risk.Checks;

/// <summary>When it was made.</summary>
internal static class AgeChecks
{
    // A package is often made months after its driver.
    private const int DaysBeforePackage = 365;
    private static readonly DateTime s_firstDriver = new(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    internal static IReadOnlyList<RiskCheck> All { get; } =
    [
        new("old", Old),
        new("older-than-inf", OlderThanInf),
        new("future-link-time", Future),
    ];

    private static RiskVerdict Old(RiskSubject subject)
    {
        KernelDriver driver = subject.Driver;
        if (driver.IsThirdParty == false)
        {
            // Microsoft updates its own with the system.
            return RiskVerdict.NotFound;
        }

        (DateTime? made, string how) = driver.LinkTime is not null ? (driver.LinkTime, "linked")
            : driver.Signature?.Timestamp is not null ? (driver.Signature.Timestamp, "signed")
            : (PackageDate(driver), "published");
        return made is not DateTime time || time < s_firstDriver ? RiskVerdict.Unknown("link time")
            : RiskVerdict.If(
                subject.Now.Year - time.Year >= subject.MaximumAge && time < subject.Now.AddYears(-subject.MaximumAge),
                $"It is {subject.Now.Year - time.Year} years old: {how} in {time.Year}.",
                $"{how} {RiskSubject.Day(time)}");
    }

    // Every package that Windows brings bears the same date of 2006, so that any maker's own is newer.
    private static DateTime? PackageDate(KernelDriver driver) => driver.IsThirdParty == true ? driver.DriverDate : null;

    private static RiskVerdict OlderThanInf(RiskSubject subject) =>
        subject.Driver.LinkTime is not DateTime linked ? RiskVerdict.Unknown("link time")
        : subject.Driver.DriverDate is not DateTime package ? RiskVerdict.Unknown("date of the package")
        : RiskVerdict.If(
            package - linked > TimeSpan.FromDays(DaysBeforePackage),
            "The file is older than the package that it belongs to.",
            $"linked {RiskSubject.Day(linked)}, {subject.Driver.InfName ?? subject.Driver.PublishedName ?? "package"} of {RiskSubject.Day(package)}");

    private static RiskVerdict Future(RiskSubject subject) => subject.Driver.LinkTime is not DateTime linked
        ? RiskVerdict.Unknown("link time")
        : RiskVerdict.If(linked > subject.Now.AddDays(1), "Its link time lies in the future.", $"linked {RiskSubject.Day(linked)}");
}
