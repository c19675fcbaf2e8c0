namespace KernelFault.Playbooks.Running;

/// <summary>A run goes on that had ended early or was broken off.</summary>
internal sealed record RunResumed : JournalRecord
{
    /// <summary>Whether its rollbacks are done, not its steps.</summary>
    public required bool Undo { get; init; }
}
