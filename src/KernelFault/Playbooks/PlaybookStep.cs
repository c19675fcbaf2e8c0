namespace KernelFault.Playbooks;

/// <summary>A step of a playbook.</summary>
public sealed record PlaybookStep
{
    /// <summary>Name within the playbook: a lower-case letter, then lower-case letters, digits and hyphens.</summary>
    public required string Id { get; init; }

    /// <summary>One line for a person.</summary>
    public required string Title { get; init; }

    /// <summary>Why it is done; null when the file does not say.</summary>
    public required string? Why { get; init; }

    /// <summary>What is done.</summary>
    public required PlaybookCall Call { get; init; }

    /// <summary>When it is done; null for always.</summary>
    public required PlaybookCondition? When { get; init; }

    /// <summary>A list, or a text that is one <c>${{ … }}</c> for a list: the step is done once for each element, which is <c>item</c>. Null for once.</summary>
    public required object? ForEach { get; init; }

    /// <summary>The name under <c>results</c> that its outputs get; the id unless the file says another. With <see cref="ForEach"/> it is a list of outputs.</summary>
    public required string Register { get; init; }

    /// <summary>How often it is tried again; null for once.</summary>
    public required PlaybookRetry? Retry { get; init; }

    /// <summary>How many seconds one try may take; null for the action's own limits.</summary>
    public required double? Timeout { get; init; }

    /// <summary>What happens when it fails.</summary>
    public required StepFailure OnFailure { get; init; }

    /// <summary>What a person is asked before it is done; null for no question.</summary>
    public required string? Confirm { get; init; }

    /// <summary>Whether it may change the machine: an action that does is refused where this is false.</summary>
    public required bool Changes { get; init; }

    /// <summary>Whether the machine is restarted after it.</summary>
    public required StepRestart Restart { get; init; }

    /// <summary>What takes it back; null when nothing does.</summary>
    public required PlaybookCall? Rollback { get; init; }

    /// <summary>Names of outputs whose values, and the files that they name, are kept with the run.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }

    /// <summary>The line of the file at which it begins, from 1.</summary>
    public required int Line { get; init; }
}
