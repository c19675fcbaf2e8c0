using KernelFault.Drivers.Risk.Checks;

namespace KernelFault.Drivers.Risk;

/// <summary>Every check, each for one rule of <c>driver-risk-rules.json</c>; a test holds that none is without the other.</summary>
internal static class RiskChecks
{
    internal static IReadOnlyList<RiskCheck> All { get; } =
    [
        .. SignatureChecks.All,
        .. BlocklistChecks.All,
        .. CrashChecks.All,
        .. AgeChecks.All,
        .. PlaceChecks.All,
        .. ModuleChecks.All,
        .. SectionChecks.All,
        .. MitigationChecks.All,
        .. ImportChecks.All,
        .. BuildChecks.All,
    ];
}
