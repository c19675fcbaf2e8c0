using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>A try of a step ended, or the step was not begun at all: skipped, refused, or a person is awaited.</summary>
internal sealed record StepEnded : JournalRecord
{
    public required string Id { get; init; }

    public required int? Item { get; init; }

    public required int Attempt { get; init; }

    public required string Title { get; init; }

    public required string? Why { get; init; }

    public required string Action { get; init; }

    public required StepStatus Status { get; init; }

    public required string Summary { get; init; }

    /// <summary>Whether another try follows.</summary>
    public bool WillRetry { get; init; }

    public bool Changed { get; init; }

    public bool NeedsRestart { get; init; }

    public double Seconds { get; init; }

    public IReadOnlyDictionary<string, object?> Outputs { get; init; } = PlaybookValue.Map();

    public IReadOnlyList<HostStep> Steps { get; init; } = [];

    public IReadOnlyList<EvidenceFile> Evidence { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What takes it back, resolved: an undo needs nothing else. Null when nothing does or nothing was done.</summary>
    public PlaybookCall? Rollback { get; init; }

    /// <summary>Whether the end of the try is final: it is not made again by a resume.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    internal bool IsFinal => !WillRetry && Status is (StepStatus.Done or StepStatus.Skipped or StepStatus.Failed);
}
