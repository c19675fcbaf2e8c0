namespace KernelFault.Playbooks.Running;

/// <summary>A run ended; it may be resumed.</summary>
internal sealed record RunEnded : JournalRecord
{
    public required RunStatus Status { get; init; }

    /// <summary>Why it ended so.</summary>
    public required string Summary { get; init; }
}
