using KernelFault.Analysis;

namespace KernelFault.Playbooks.Catalog;

/// <summary>What a playbook is looked for with. Without anything every playbook fits.</summary>
public sealed record PlaybookQuestion
{
    /// <summary>Names in which * and ? match; empty for all. Playbooks with other names are left out.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>What a person sees: <c>blue screen after an update</c>; null when nothing was said.</summary>
    public string? Symptom { get; init; }

    /// <summary>Windows stop codes as people write them: <c>0x50</c>, <c>PAGE_FAULT_IN_NONPAGED_AREA</c>.</summary>
    public IReadOnlyList<string> BugChecks { get; init; } = [];

    /// <summary>The crash; null when there is none.</summary>
    public KernelFaultAnalysis? Analysis { get; init; }
}
