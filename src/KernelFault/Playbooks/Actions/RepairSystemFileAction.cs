using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>repair-system-file</c>: the System File Checker.</summary>
internal sealed class RepairSystemFileAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "repair-system-file",
        Title = "Check and repair system files",
        Description = "Runs the System File Checker (sfc) and reads from its log which files were damaged and which of them are whole again. A Windows that is not running is repaired by this machine, which has to be a Windows then.",
        Platform = PlaybookPlatform.Windows,
        WorksOffline = true,
        Inputs =
        [
            new("verifyOnly", PlaybookValueType.Boolean, "Whether it only looks.") { Default = false },
            new("path", PlaybookValueType.Text, "Whole path of one protected file; all of them when absent."),
        ],
        Outputs = RepairOutcome.Outputs,
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "A file that is whole is left as it is; a second run looks again.",
        DryRun = "Looks whether servicing is at work, a restart is pending and there is room, and shows the command.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        if (RepairOutcome.Guard(context.Host, cancellation) is { } guard)
        {
            return Refuse(guard);
        }

        var repair = new SystemFileRepair(new SystemFileRepairOptions
        {
            VerifyOnly = context.Flag("verifyOnly"), Path = context.Text("path"), WindowsDirectory = RepairOutcome.Folder(context.Host),
        });
        return Wrap(repair.Plan(RepairOutcome.Worker(context.Host), cancellation), result => RepairOutcome.Of(
            result.Status,
            result.RepairedCount,
            result.NotRepairedCount,
            result.Files.Where(file => file.IsRepaired).Select(file => file.FileName),
            result.Files.Where(file => !file.IsRepaired).Select(file => file.FileName),
            result.NextSteps,
            result.Error?.ToString() ?? result.Message,
            result.Steps,
            result.Warnings));
    }
}
