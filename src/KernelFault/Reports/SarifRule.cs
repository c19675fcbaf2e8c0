namespace KernelFault.Reports;

/// <summary>A <c>reportingDescriptor</c>.</summary>
internal sealed record SarifRule(string Id, string Title, string Description, string? HelpUri, long Weight, IReadOnlyList<string> Tags);
