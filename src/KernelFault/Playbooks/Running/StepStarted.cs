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

    /// <summary>When the machine had been started, UTC by its clock; null when it does not tell, or was not asked.</summary>
    public required DateTime? BootTime { get; init; }

    /// <summary>How many seconds its clock was ahead of this machine's; null when that is not known.</summary>
    public double? ClockAheadSeconds { get; init; }
}
