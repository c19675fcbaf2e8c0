using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>
/// An action that writes its input <c>line</c> to the machine's list of what was done to it, and gives it back. It does what its other
/// inputs say: fails so often, is cancelled, loses the machine, needs a restart.
/// </summary>
internal sealed class TestAction(string name, bool changes, ActionRepeat repeat) : IPlaybookAction
{
    internal static PlaybookActions All { get; } = new([
        new TestAction("look", changes: false, ActionRepeat.Safe),
        new TestAction("again", changes: true, ActionRepeat.Safe),
        new TestAction("once", changes: true, ActionRepeat.Check),
        new TestAction("ask", changes: true, ActionRepeat.Ask),
    ]);

    public PlaybookActionInfo Info { get; } = new()
    {
        Name = name,
        Title = name,
        Description = name,
        Platform = PlaybookPlatform.Any,
        Inputs =
        [
            new ActionInput("line", PlaybookValueType.Text, "What is written.") { Required = true },
            new ActionInput("fail", PlaybookValueType.Integer, "How often it fails.") { Default = 0L },
            new ActionInput("throw", PlaybookValueType.Text, "The error it throws."),
            new ActionInput("guard", PlaybookValueType.Boolean, "Whether a guard speaks against it."),
            new ActionInput("wait", PlaybookValueType.Number, "Seconds it takes."),
            new ActionInput("needsRestart", PlaybookValueType.Boolean, "Whether it needs a restart."),
            new ActionInput("gone", PlaybookValueType.Boolean, "Whether the machine is lost in the middle."),
            new ActionInput("file", PlaybookValueType.Text, "A file it makes."),
            new ActionInput("secret", PlaybookValueType.Text, "A secret that it gives back."),
            new ActionInput("give", PlaybookValueType.Any, "Anything that it gives back."),
        ],
        Outputs = [new ActionOutput("line", PlaybookValueType.Text, "What was written.")],
        Changes = changes,
        Repeat = repeat,
        Idempotence = "Nobody can tell.",
        DryRun = "Shows the line.",
    };

    public HostPlan<ActionResult> Plan(ActionContext context, CancellationToken cancellation) => new((_, token) => Execute(context, token))
    {
        Steps = changes ? ["Write " + context.Text("line")] : [],
        Guards = context.Flag("guard") ? [new HostGuard("Guarded", "A guard speaks against it.", CanForce: true)] : [],
    };

    public ActionCheck Check(ActionContext context, ActionAttempt attempt, CancellationToken cancellation)
    {
        bool done = SimulatedHost.Done(Folder(context)).Contains(context.Text("line"));
        return new ActionCheck(done, done ? "The line is there." : "The line is not there.", done ? Result(context) : null);
    }

    private static string Folder(ActionContext context) => ((SimulatedHost)context.Host).Folder;

    private ActionResult Execute(ActionContext context, CancellationToken cancellation)
    {
        var host = (SimulatedHost)context.Host;
        string line = context.Text("line")!;
        int before = SimulatedHost.Done(host.Folder).Count(done => done == line);
        host.Do(line);
        if (context.Flag("gone"))
        {
            host.IsGone = true;
            throw new HostException(host.Name, HostErrorKind.Unreachable, "The connection was lost.");
        }

        if (context.Number("wait") is { } seconds && cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(seconds)))
        {
            cancellation.ThrowIfCancellationRequested();
        }

        if (context.Text("throw") is { } error)
        {
            throw new HostException(host.Name, HostErrorKind.Failed, error);
        }

        return before < context.Integer("fail") ? Result(context) with { Failure = "It failed as it was told to.", Changed = false } : Result(context);
    }

    private ActionResult Result(ActionContext context)
    {
        string[] files = [];
        if (context.Text("file") is { } file)
        {
            Directory.CreateDirectory(context.Folder);
            files = [Path.Combine(context.Folder, file)];
            File.WriteAllText(files[0], "kept");
        }

        return new ActionResult
        {
            Outputs = PlaybookValue.Map(("line", context.Text("line")), ("secret", context.Text("secret")), ("give", context.Inputs.TryGetValue("give", out object? give) ? give : null), ("count", 3L)),
            Summary = "Wrote " + context.Text("line"),
            Changed = changes,
            NeedsRestart = context.Flag("needsRestart"),
            Files = files,
            Steps = changes ? [new HostStep { Text = "write " + context.Text("line") + " " + context.Text("secret"), StartTime = DateTime.UtcNow, Seconds = 0, ExitCode = 0 }] : [],
        };
    }
}
