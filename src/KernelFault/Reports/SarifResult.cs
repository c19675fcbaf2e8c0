namespace KernelFault.Reports;

/// <summary>A <c>result</c>.</summary>
/// <param name="RuleId">Id of its rule.</param>
/// <param name="Text">What was found.</param>
/// <param name="Weight">How much it counts, 0 to 100.</param>
/// <param name="File">Path of the file it is about; null when only the name is known.</param>
/// <param name="Name">Name of what it is about.</param>
/// <param name="Machine">The machine or file that is on.</param>
/// <param name="Identity">What stays the same when the same is found again.</param>
internal sealed record SarifResult(string RuleId, string Text, long Weight, string? File, string Name, string Machine, string Identity);
