namespace KernelFault.Playbooks.Running;

/// <summary>A batch of machines is begun.</summary>
internal sealed record BatchStarted : JournalRecord
{
    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>Its machines, by the names of their journals.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }
}
