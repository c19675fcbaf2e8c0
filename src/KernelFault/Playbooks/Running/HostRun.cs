using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>What became of a playbook on one machine.</summary>
public sealed record HostRun
{
    /// <summary>Id of the run, the same for all its machines.</summary>
    public required string RunId { get; init; }

    /// <summary>Name of the playbook.</summary>
    public required string Playbook { get; init; }

    /// <summary>The machine, as its user named it.</summary>
    public required string Host { get; init; }

    /// <summary>How it stands.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Why it ended so, in one line.</summary>
    public required string Summary { get; init; }

    /// <summary>The steps, in the order in which they were done.</summary>
    public required IReadOnlyList<StepRun> Steps { get; init; }

    /// <summary>What was run or written on the machine, in order.</summary>
    public required IReadOnlyList<string> Changes { get; init; }

    /// <summary>When it was begun, UTC by this machine's clock.</summary>
    public required DateTime StartTime { get; init; }

    /// <summary>How long it took, in seconds; with the time between for one that was resumed.</summary>
    public required double Seconds { get; init; }

    /// <summary>The machine before; null when it could not be asked.</summary>
    public required HostFacts? Before { get; init; }

    /// <summary>The machine afterwards; null when it could not be asked.</summary>
    public required HostFacts? After { get; init; }

    /// <summary>What the playbook gives.</summary>
    public required IReadOnlyDictionary<string, object?> Outputs { get; init; }

    /// <summary>What a person should know.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Folder here with the journal and the evidence of the run; null for a rehearsal.</summary>
    public required string? Folder { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Host}: {Status}";
}
