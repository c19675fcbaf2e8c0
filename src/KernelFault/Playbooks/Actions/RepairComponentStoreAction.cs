using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>repair-component-store</c>: DISM.</summary>
internal sealed class RepairComponentStoreAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "repair-component-store",
        Title = "Check and repair the component store",
        Description = "Runs DISM on the store that Windows repairs its files from, and reads from its log which parts were damaged and which of them are whole again. A Windows that is not running is repaired by this machine, which has to be a Windows then.",
        Platform = PlaybookPlatform.Windows,
        WorksOffline = true,
        Inputs =
        [
            new("operation", PlaybookValueType.Text, "What to do.") { Allowed = Names<ComponentStoreOperation>(), Default = nameof(ComponentStoreOperation.RestoreHealth) },
            new("source", PlaybookValueType.TextList, "Where RestoreHealth takes its files from, such as wim:E:\\sources\\install.wim:1; Windows Update when absent."),
            new("limitAccess", PlaybookValueType.Boolean, "Whether RestoreHealth may not ask Windows Update.") { Default = false },
        ],
        Outputs = RepairOutcome.Outputs,
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "What is whole is left as it is; a second run looks again.",
        DryRun = "Looks whether servicing is at work, a restart is pending and there is room, and shows the command.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        if (RepairOutcome.Guard(context.Host, cancellation) is { } guard)
        {
            return Refuse(guard);
        }

        var repair = new ComponentStoreRepair(new ComponentStoreRepairOptions
        {
            Operation = Word<ComponentStoreOperation>(context, "operation") ?? ComponentStoreOperation.RestoreHealth,
            Source = context.Texts("source"),
            LimitAccess = context.Flag("limitAccess"),
            Image = RepairOutcome.Folder(context.Host) is { } folder ? ComponentStoreRepairOptions.ImageOf(folder) : null,
        });
        return Wrap(repair.Plan(RepairOutcome.Worker(context.Host), cancellation), result => RepairOutcome.Of(
            result.Status,
            result.RepairedCount,
            result.DetectedCount - (result.RepairedCount ?? 0),
            result.Problems.Where(problem => problem.IsRepaired).Select(Name),
            result.Problems.Where(problem => !problem.IsRepaired).Select(Name),
            result.NextSteps,
            result.Error?.ToString() ?? result.Message,
            result.Steps,
            result.Warnings));
    }

    /// <summary>A damaged part by its file, or its component when it is no file.</summary>
    internal static string Name(ComponentStoreProblem problem) => problem.FileName ?? problem.Component;
}
