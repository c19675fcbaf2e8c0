namespace KernelFault.Playbooks.Running;

/// <summary>A try of a step is begun. From here on nobody knows whether it was done until its end is written.</summary>
internal sealed record StepStarted : JournalRecord
{
    public required string Id { get; init; }

    public required int? Item { get; init; }

    /// <summary>From 1.</summary>
    public required int Attempt { get; init; }

    public required string Title { get; init; }

    public required string? Why { get; init; }

    public required string Action { get; init; }

    public required IReadOnlyDictionary<string, object?> Inputs { get; init; }

    public required IReadOnlyList<string> Plan { get; init; }

    /// <summary>When the machine had been started, UTC; null when it does not tell.</summary>
    public required DateTime? BootTime { get; init; }
}
