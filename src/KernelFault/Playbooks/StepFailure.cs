namespace KernelFault.Playbooks;

/// <summary>What happens when a step fails.</summary>
/// <param name="Kind">What.</param>
/// <param name="Step">The id of a later step to go on with; null but for <see cref="StepFailureKind.GoTo"/>.</param>
public sealed record StepFailure(StepFailureKind Kind, string? Step);
