using System.Globalization;
using System.Text.Json;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>run-script</c>: a script that the playbook brings, or a program.</summary>
internal sealed class RunScriptAction : PlaybookAction
{
    private const int MaximumKept = 1024 * 1024;

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "run-script",
        Title = "Run a script or a program",
        Description = "Runs a script that lies beside the playbook, by PowerShell or sh, or a program of the machine. Arguments arrive one by one as they are: no shell reads them. "
            + "A script for sh comes by its standard input, which is empty for what it starts. A script for PowerShell ends with an error by 'throw' or Write-Error, not by 'exit'. "
            + "Whether it changes the machine, the step says by 'changes'.",
        Platform = PlaybookPlatform.Any,
        Inputs =
        [
            new ActionInput("shell", PlaybookValueType.Text, "What runs the file.") { Allowed = ["powershell", "sh"] },
            new ActionInput("file", PlaybookValueType.Text, "The script: a path relative to the playbook's folder, with slashes, not outside of it. 1 MiB at most.") { IsBesidePlaybook = true },
            new ActionInput(LocalFile.HashInput, PlaybookValueType.Text, "The SHA-256 that the script must have, 64 hexadecimal digits. A run that needs signatures needs it: the playbook's signature is the script's too then."),
            new ActionInput("program", PlaybookValueType.Text, "Instead of a script, a program: its name or whole path."),
            new ActionInput("arguments", PlaybookValueType.TextList, "Arguments, one by one."),
            new ActionInput("exitCodes", PlaybookValueType.List, "The exit codes that count as success. PowerShell's is 0, or 1 after an error.") { Default = new object?[] { 0L } },
            new ActionInput("json", PlaybookValueType.Boolean, "Whether the output is JSON, for 'value'.") { Default = false },
            new ActionInput("repeatable", PlaybookValueType.Boolean, "Whether it may be run again when nobody knows whether it was run.") { Default = false },
        ],
        Outputs =
        [
            new ActionOutput("exitCode", PlaybookValueType.Integer, "Exit code."),
            new ActionOutput("output", PlaybookValueType.Text, "What it wrote, the first 1 MiB of characters."),
            new ActionOutput("error", PlaybookValueType.Text, "What it wrote as errors, the first 1 MiB of characters."),
            new ActionOutput("hash", PlaybookValueType.Text, "SHA-256 of the script, 64 lower-case hexadecimal digits; null for a program."),
            new ActionOutput("value", PlaybookValueType.Any, "What the output says as JSON; null unless 'json' is set."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Check,
        Idempotence = "Nobody knows what a script does a second time: a person is asked, unless the step says 'repeatable: true' or is one that changes nothing.",
        DryRun = "Reads the script and shows its name and SHA-256, or the command line. Nothing is run when the step changes the machine.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        long[] expected = ExitCodes(context);
        ScriptInput script = ScriptInput.Read(context, Info.Name);
        return new HostPlan<ActionResult>((_, token) => Execute(context, script, expected, token)) { Steps = context.Changes ? [script.Text] : [] };
    }

    /// <inheritdoc/>
    public override ActionCheck Check(ActionContext context, ActionAttempt attempt, CancellationToken cancellation) =>
        context.Flag("repeatable") ? new ActionCheck(IsDone: false, "The step says that it may be run again.", Result: null)
        : !context.Changes ? new ActionCheck(IsDone: false, "The step changes nothing.", Result: null)
        : new ActionCheck(IsDone: null, "Only a person can tell whether the script was run, and what it does a second time.", Result: null);

    private static ActionResult Execute(ActionContext context, ScriptInput script, long[] expected, CancellationToken cancellation)
    {
        var recorder = new HostStepRecorder(context.Host);
        (int exitCode, string output, string error) = script.Run(context.Host, recorder, cancellation);
        var warnings = new List<string>();
        string? failure = Array.IndexOf(expected, (long)exitCode) >= 0 ? null
            : $"It ended with {exitCode.ToString(CultureInfo.InvariantCulture)}{(error.Trim() is { Length: > 0 } said ? ": " + PrintableText.Clean(said, 500) : ".")}";
        object? value = null;
        if (failure is null && context.Flag("json"))
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(output);
                value = PlaybookValue.FromJson(document.RootElement);
            }
            catch (JsonException e)
            {
                failure = "What it wrote is no JSON: " + PrintableText.Clean(e.Message);
            }
        }

        return new ActionResult
        {
            Outputs = PlaybookValue.Map(("exitCode", exitCode), ("output", Cut(output, "output", warnings)), ("error", Cut(error, "errors", warnings)), ("hash", script.Hash), ("value", value)),
            Summary = failure ?? $"It ended with {exitCode.ToString(CultureInfo.InvariantCulture)}.",
            Failure = failure,
            Changed = context.Changes,
            Steps = recorder.Steps,
            Warnings = warnings,
        };
    }

    private static string Cut(string text, string what, List<string> warnings)
    {
        if (text.Length <= MaximumKept)
        {
            return text;
        }

        warnings.Add($"The first {MaximumKept} of {text.Length} characters of its {what} are kept.");
        return text.Substring(0, MaximumKept);
    }

    private long[] ExitCodes(ActionContext context)
    {
        object? given = context.Inputs.TryGetValue("exitCodes", out object? value) ? value : null;
        object?[] codes = given switch { null => [0L], IReadOnlyList<object?> list => [.. list], _ => [given] };
        return codes.All(code => code is long)
            ? [.. codes.Cast<long>()]
            : throw Unusable("'exitCodes' is a list of whole numbers.");
    }
}
