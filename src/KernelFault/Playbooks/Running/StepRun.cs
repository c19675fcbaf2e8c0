using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>What became of a step on one machine. Secrets are never in it.</summary>
public sealed record StepRun
{
    /// <summary>The step's id; <c>ID/restart</c> for the restart that belongs to a step, <c>ID/rollback</c> for what took it back.</summary>
    public required string Id { get; init; }

    /// <summary>Which element of the list it was done for, from 0; null for a step that is done once.</summary>
    public required int? Item { get; init; }

    /// <summary>The step's title.</summary>
    public required string Title { get; init; }

    /// <summary>Why it is in the playbook; null when that does not say.</summary>
    public required string? Why { get; init; }

    /// <summary>Name of the action.</summary>
    public required string Action { get; init; }

    /// <summary>How it ended.</summary>
    public required StepStatus Status { get; init; }

    /// <summary>What it came to, why it was skipped, or the error; for a person.</summary>
    public required string Summary { get; init; }

    /// <summary>Whether the machine was changed; for one that was planned only, whether it would be.</summary>
    public required bool Changed { get; init; }

    /// <summary>How many tries it took.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it was begun, UTC by this machine's clock.</summary>
    public required DateTime StartTime { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>What it was given; secrets are <c>***</c>.</summary>
    public required IReadOnlyDictionary<string, object?> Inputs { get; init; }

    /// <summary>What it gave.</summary>
    public required IReadOnlyDictionary<string, object?> Outputs { get; init; }

    /// <summary>What its plan said it would do; empty when it only looked.</summary>
    public required IReadOnlyList<string> Plan { get; init; }

    /// <summary>What was run on the machine.</summary>
    public required IReadOnlyList<HostStep> Steps { get; init; }

    /// <summary>What it kept.</summary>
    public required IReadOnlyList<EvidenceFile> Evidence { get; init; }

    /// <summary>What a person should know.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Id}: {Status}";
}
