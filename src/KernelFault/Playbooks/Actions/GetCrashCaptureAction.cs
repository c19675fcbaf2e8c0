using KernelFault.Health;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>get-crash-capture</c>: says whether the next crash would leave a dump.</summary>
internal sealed class GetCrashCaptureAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "get-crash-capture",
        Title = "See whether a crash would leave a dump",
        Description = "Reads what the machine would keep of its next crash, as Get-CrashCapture does: dump type, page files and room on the disk of Windows; kdump, reserved memory and panic settings of Linux.",
        Platform = PlaybookPlatform.Any,
        WorksOffline = true,
        Outputs =
        [
            new("canCapture", PlaybookValueType.Boolean, "Whether it would leave a usable dump; null when that cannot be told."),
            new("findings", PlaybookValueType.List, "Why, the gravest first, each with id, severity, text and remedy."),
            new("dumpType", PlaybookValueType.Text, "Windows: what is written, such as Automatic; null elsewhere and when not known."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It only looks.",
        DryRun = "Nothing is done. A check reads the settings.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation) => Look(token =>
    {
        CrashCapture capture = CrashCaptureReader.Read(context.Host, token);
        return new ActionResult
        {
            Outputs = PlaybookValue.Map(("canCapture", capture.LeavesDump), ("findings", CaptureValue.Findings(capture)), ("dumpType", capture.Windows?.DumpType)),
            Summary = CaptureValue.Text(capture),
        };
    });
}
