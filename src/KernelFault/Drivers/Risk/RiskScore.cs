namespace KernelFault.Drivers.Risk;

/// <summary>
/// Makes one number of findings. Each weight is taken as the chance, in percent, that it alone makes the driver a danger; findings are
/// taken as independent, so the score is the chance that at least one of them does: <c>100 · (1 - ∏ (1 - weight / 100))</c>.
/// Many small findings add up slowly, one large one decides, no number of them exceeds 100, and their order does not matter.
/// </summary>
internal static class RiskScore
{
    internal static long Of(IEnumerable<RiskFinding> findings)
    {
        double harmless = 1;
        foreach (RiskFinding finding in findings)
        {
            harmless *= 1 - (finding.Weight / 100.0);
        }

        return (long)Math.Round(100 * (1 - harmless), MidpointRounding.AwayFromZero);
    }

    internal static RiskLevel Level(long score) => score switch
    {
        >= 85 => RiskLevel.Critical,
        >= 60 => RiskLevel.High,
        >= 30 => RiskLevel.Medium,
        >= 10 => RiskLevel.Low,
        _ => RiskLevel.Info,
    };
}
