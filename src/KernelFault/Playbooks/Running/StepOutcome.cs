namespace KernelFault.Playbooks.Running;

/// <summary>How a step ended.</summary>
/// <param name="Ended">What is in the journal.</param>
/// <param name="Outputs">What it gave, with secrets in it while the run lasts.</param>
/// <param name="IsGuarded">Whether a guard spoke against it.</param>
internal sealed record StepOutcome(StepEnded Ended, IReadOnlyDictionary<string, object?> Outputs, bool IsGuarded = false);
