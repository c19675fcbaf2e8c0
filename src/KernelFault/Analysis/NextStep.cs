namespace KernelFault.Analysis;

/// <summary>Something to do next.</summary>
/// <param name="Text">What, in a sentence.</param>
/// <param name="Playbook">The playbook that does it, such as <c>windows-driver-page-fault</c>; null when a person must.</param>
public sealed record NextStep(string Text, string? Playbook);
