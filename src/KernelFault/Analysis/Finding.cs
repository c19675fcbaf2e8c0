namespace KernelFault.Analysis;

/// <summary>One piece of evidence.</summary>
/// <param name="Id">Stable name, such as <c>stack-third-party</c>.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Text">What was found, one sentence.</param>
/// <param name="Source">What it was read from, such as <c>bug check parameter 2</c>.</param>
public sealed record Finding(string Id, FindingSeverity Severity, string Text, string Source);
