using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>Work on a machine ended, for now or for good.</summary>
internal sealed record HostEnded : JournalRecord
{
    public required RunStatus Status { get; init; }

    public required string Summary { get; init; }

    /// <summary>The machine afterwards; null when it could not be asked.</summary>
    public required HostFacts? Facts { get; init; }

    public required IReadOnlyDictionary<string, object?> Outputs { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }
}
