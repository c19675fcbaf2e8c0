namespace KernelFault.Playbooks.Actions;

/// <summary>What was found out about an action of whose end nothing was known.</summary>
/// <param name="IsDone">Whether it was done; null when that cannot be told.</param>
/// <param name="Reason">What was looked at.</param>
/// <param name="Result">What it gave; null unless it was done.</param>
public sealed record ActionCheck(bool? IsDone, string Reason, ActionResult? Result);
