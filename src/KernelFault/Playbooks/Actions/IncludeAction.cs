namespace KernelFault.Playbooks.Actions;

/// <summary><c>include</c>: the steps of another playbook.</summary>
internal sealed class IncludeAction : IEngineAction
{
    /// <summary>Its name.</summary>
    internal const string Name = "include";

    /// <summary>The input that names the other playbook.</summary>
    internal const string PlaybookInput = "playbook";

    /// <summary>The output with those of the other playbook.</summary>
    internal const string OutputsOutput = "outputs";

    /// <summary>The output that says how the other playbook ended.</summary>
    internal const string StatusOutput = "status";

    /// <inheritdoc/>
    public PlaybookActionInfo Info { get; } = new()
    {
        Name = Name,
        Title = "Run the steps of another playbook",
        Description = "Runs the steps of another playbook on the same machine, in its own scope: it sees its own parameters and results, the facts and the analysis, and nothing of this playbook. What it gives is what the included playbook says under 'outputs'.",
        Platform = PlaybookPlatform.Any,
        WorksOffline = true,
        Inputs =
        [
            new ActionInput(PlaybookInput, PlaybookValueType.Text, "Name of a built-in playbook, or path of a file relative to this playbook's folder, not outside of it.") { Required = true },
            new ActionInput("parameters", PlaybookValueType.Map, "What it is given, by the names of its parameters."),
        ],
        Outputs =
        [
            new ActionOutput(OutputsOutput, PlaybookValueType.Map, "What the other playbook gives, by the names of its outputs."),
            new ActionOutput(StatusOutput, PlaybookValueType.Text, "How it ended: Succeeded, or the step fails."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "Each step of the other playbook has its own place in the journal and is taken up where it was left.",
        DryRun = "Shows the plan of each step of the other playbook.",
    };
}
