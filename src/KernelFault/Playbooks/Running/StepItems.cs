namespace KernelFault.Playbooks.Running;

/// <summary>For which elements a step is done: kept, so that a resume has the same ones.</summary>
internal sealed record StepItems : JournalRecord
{
    public required string Id { get; init; }

    public required IReadOnlyList<object?> Items { get; init; }
}
