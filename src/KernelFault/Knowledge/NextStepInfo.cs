namespace KernelFault.Knowledge;

/// <summary>Something to do after a crash.</summary>
/// <param name="Tag">The tag that data files name it by.</param>
/// <param name="Text">What to do, a sentence or two.</param>
/// <param name="Playbook">The playbook that does it, such as <c>windows-driver-page-fault</c>; null when a person must.</param>
public sealed record NextStepInfo(string Tag, string Text, string? Playbook);
