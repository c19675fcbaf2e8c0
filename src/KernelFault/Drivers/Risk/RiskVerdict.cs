namespace KernelFault.Drivers.Risk;

/// <summary>The answer of a check.</summary>
/// <param name="Outcome">Whether it holds.</param>
/// <param name="Text">What was found, a sentence; or the missing fact.</param>
/// <param name="Evidence">What it was read from.</param>
/// <param name="Share">How much of the rule's weight counts, 0 to 1.</param>
internal readonly record struct RiskVerdict(RiskOutcome Outcome, string Text, string Evidence, double Share)
{
    /// <summary>It does not hold, or the question makes no sense for this driver.</summary>
    internal static RiskVerdict NotFound => default;

    internal static RiskVerdict Found(string text, string evidence, double share = 1) => new(RiskOutcome.Found, text, evidence, share);

    /// <summary>It cannot be told.</summary>
    /// <param name="missing">The fact that is missing, a few words without article.</param>
    internal static RiskVerdict Unknown(string missing) => new(RiskOutcome.Unknown, missing, string.Empty, 0);

    internal static RiskVerdict If(bool holds, string text, string evidence) => holds ? Found(text, evidence) : NotFound;
}
