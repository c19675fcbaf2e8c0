using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>A step, one element of a step for a list, or a rollback, ready to be done.</summary>
internal sealed record StepTask
{
    internal required StepLabel Label { get; init; }

    internal required IPlaybookAction Action { get; init; }

    internal string Id => Label.Id;

    internal int? Item => Label.Item;

    internal string Title => Label.Title;

    /// <summary>Resolves the inputs, anew for each try.</summary>
    internal required Func<IReadOnlyDictionary<string, object?>> Inputs { get; init; }

    internal required bool Changes { get; init; }

    /// <summary>Whether the step says that it changes the machine.</summary>
    internal bool SaysChanges { get; init; }

    internal PlaybookRetry? Retry { get; init; }

    internal double? Timeout { get; init; }

    internal IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>Whether the machine is restarted afterwards when what was done needs it.</summary>
    internal bool RestartFollows { get; init; }

    internal string? PlaybookFolder { get; init; }

    /// <summary>Values with the outputs of a try as <c>result</c>.</summary>
    internal Func<IReadOnlyDictionary<string, object?>, PlaybookScope>? Results { get; init; }

    /// <summary>Resolves what takes it back, given its outputs; gives null when nothing does.</summary>
    internal Func<IReadOnlyDictionary<string, object?>, PlaybookCall?> Rollback { get; init; } = static _ => null;

    /// <summary>What the action is given.</summary>
    /// <param name="work">The machine.</param>
    /// <param name="inputs">The inputs as they are now.</param>
    internal ActionContext Context(HostWork work, IReadOnlyDictionary<string, object?> inputs) => new()
    {
        Host = work.Host,
        Inputs = inputs,
        Folder = work.Folder,
        PlaybookFolder = PlaybookFolder,
        NeedsHash = work.NeedsHash,
        Changes = SaysChanges,
        Analysis = work.Analysis,
        Force = work.Options.Force,
        Timeout = Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    };
}
