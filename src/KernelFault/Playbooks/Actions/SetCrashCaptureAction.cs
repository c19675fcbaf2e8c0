using KernelFault.Health;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>set-crash-capture</c>: makes the next crash leave a dump.</summary>
internal sealed class SetCrashCaptureAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "set-crash-capture",
        Title = "Make the next crash leave a dump",
        Description = "Changes how the machine keeps its next crash, as Set-CrashCapture does. How it was is kept on the machine; 'restore' brings it back.",
        Platform = PlaybookPlatform.Any,
        WorksOffline = true,
        Inputs =
        [
            new("dumpType", PlaybookValueType.Text, "Windows: what is written.") { Allowed = Names<WindowsDumpType>() },
            new("alwaysKeep", PlaybookValueType.Boolean, "Windows: whether the dump is kept even when little space is left."),
            new("overwrite", PlaybookValueType.Boolean, "Windows: whether a dump takes the place of the one before; without it the first stays and there is never another."),
            new("automaticRestart", PlaybookValueType.Boolean, "Windows: whether the machine restarts by itself after a crash."),
            new("pageFile", PlaybookValueType.TextList, "Windows: the page files as Set-CrashCapture takes them, or Automatic alone for one that Windows manages on its own disk. A dump goes through the page file of that disk."),
            new("crashKernel", PlaybookValueType.Text, "Linux: memory that the next start reserves for a crash kernel, such as 512M."),
            new("service", PlaybookValueType.Boolean, "Linux: whether the service of kdump is on."),
            new("panicOnOops", PlaybookValueType.Boolean, "Linux: whether an oops is a panic, which alone leaves a dump."),
            new("panicTimeout", PlaybookValueType.Integer, "Linux: seconds from a panic to the restart; 0 waits for ever, -1 restarts at once.") { Minimum = -1, Maximum = 86400 },
            new("sysRq", PlaybookValueType.Integer, "Linux: what the magic SysRq key may do, bits.") { Minimum = 0, Maximum = 511 },
            new("restore", PlaybookValueType.Boolean, "Brings back how it was before the first change; goes with no other input.") { Default = false },
        ],
        Outputs =
        [
            new("before", PlaybookValueType.Map, "How it was: " + CaptureValue.Fields + "."),
            new("after", PlaybookValueType.Map, "How it is: the same fields."),
            new("needsRestart", PlaybookValueType.Boolean, "Whether it holds only after a restart."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "Only what is not yet as wanted is changed; what is kept for 'restore' is how it was before the first change.",
        DryRun = "Reads the settings and shows each that would be changed.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        var options = new CrashCaptureOptions
        {
            DumpType = Word<WindowsDumpType>(context, "dumpType"),
            KeepDump = Switch(context, "alwaysKeep"),
            Overwrite = Switch(context, "overwrite"),
            AutomaticRestart = Switch(context, "automaticRestart"),
            PageFile = context.Texts("pageFile") is { Count: > 0 } files ? files : null,
            CrashKernel = context.Text("crashKernel"),
            Service = Switch(context, "service"),
            PanicOnOops = Switch(context, "panicOnOops"),
            PanicTimeout = context.Integer("panicTimeout"),
            SysRq = context.Integer("sysRq"),
        };
        bool restores = context.Flag("restore");
        if (restores == (options != new CrashCaptureOptions()))
        {
            throw new PlaybookException(restores ? "'restore' goes with no other input." : "Say what is to be changed, such as dumpType or panicOnOops.");
        }

        return Wrap(new CrashCaptureChange(options with { Restore = restores }).Plan(context.Host, cancellation), result => new ActionResult
        {
            Outputs = PlaybookValue.Map(("before", CaptureValue.Of(result.Before)), ("after", CaptureValue.Of(result.After)), ("needsRestart", result.NeedsRestart)),
            Summary = result.Steps.Count == 0 ? "It is so already. " + CaptureValue.Text(result.After) : CaptureValue.Text(result.After),
            Changed = result.Steps.Count > 0,
            NeedsRestart = result.NeedsRestart,
            Steps = result.Steps,
        });
    }

    // Absent leaves a thing as it is.
    private static bool? Switch(ActionContext context, string input) => context.Text(input) is null ? null : context.Flag(input);
}
