namespace KernelFault.Drivers.Risk;

/// <summary>One thing that speaks against a driver.</summary>
/// <param name="Id">Id of the rule.</param>
/// <param name="Text">What was found, in a sentence.</param>
/// <param name="Evidence">What it was read from: value, section, function.</param>
/// <param name="Weight">How much it counts, 0 to 100.</param>
/// <param name="Reference">Address of a public page that explains it; null for none.</param>
public sealed record RiskFinding(string Id, string Text, string Evidence, long Weight, string? Reference)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Id} ({Weight}): {Text}";
}
