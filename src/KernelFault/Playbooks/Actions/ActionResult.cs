using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary>What came of an action.</summary>
public sealed record ActionResult
{
    /// <summary>What it gives, by the names of <see cref="ActionOutput"/>; values as <see cref="PlaybookValue"/> says.</summary>
    public required IReadOnlyDictionary<string, object?> Outputs { get; init; }

    /// <summary>What it came to, in one line for a person.</summary>
    public required string Summary { get; init; }

    /// <summary>Whether the machine was changed.</summary>
    public bool Changed { get; init; }

    /// <summary>Whether what was done counts from the next restart on.</summary>
    public bool NeedsRestart { get; init; }

    /// <summary>Why the step counts as failed although the action ran; null when it does not.</summary>
    public string? Failure { get; init; }

    /// <summary>What was run on the machine, in order.</summary>
    public IReadOnlyList<HostStep> Steps { get; init; } = [];

    /// <summary>Files here that it made, whole paths below <see cref="ActionContext.Folder"/>: kept as evidence with their hashes.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>What a person should know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
