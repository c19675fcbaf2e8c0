using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>repair-system-image</c>: the component store, then the files.</summary>
internal sealed class RepairSystemImageAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "repair-system-image",
        Title = "Repair Windows, store first",
        Description = "Checks the component store, repairs it when it is damaged, then checks and repairs the system files, once more when some were repaired: the order in which one depends on the other.",
        Platform = PlaybookPlatform.Windows,
        WorksOffline = true,
        Inputs =
        [
            new("source", PlaybookValueType.TextList, "Where the store's repair takes its files from, such as wim:E:\\sources\\install.wim:1; Windows Update when absent."),
            new("limitAccess", PlaybookValueType.Boolean, "Whether it may not ask Windows Update.") { Default = false },
        ],
        Outputs = RepairOutcome.Outputs,
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "What is whole is left as it is; a second run looks again.",
        DryRun = "Looks whether servicing is at work, a restart is pending and there is room, and shows the commands in their order.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        if (RepairOutcome.Guard(context.Host, cancellation) is { } guard)
        {
            return Refuse(guard);
        }

        var repair = new SystemImageRepair(new SystemImageRepairOptions
        {
            Source = context.Texts("source"), LimitAccess = context.Flag("limitAccess"), WindowsDirectory = RepairOutcome.Folder(context.Host),
        });
        return Wrap(repair.Plan(RepairOutcome.Worker(context.Host), cancellation), result => RepairOutcome.Of(
            result.Status,
            result.RepairedCount,
            result.NotRepairedCount,
            [.. Parts(result, repaired: true)],
            [.. Parts(result, repaired: false)],
            result.NextSteps,
            Message(result),
            result.Steps,
            result.Warnings));
    }

    // The checker runs last, unless what came before stood in its way.
    private static string Message(SystemImageRepairResult result) =>
        result.SystemFiles.Count > 0 ? result.SystemFiles[result.SystemFiles.Count - 1].Message
        : result.ComponentStore.Count > 0 ? result.ComponentStore[result.ComponentStore.Count - 1].Message
        : string.Empty;

    // The last run that looked says what is damaged still; what any run repaired was repaired.
    private static IEnumerable<string> Parts(SystemImageRepairResult result, bool repaired)
    {
        IEnumerable<ComponentStoreRepairResult> stores = repaired ? result.ComponentStore : result.ComponentStore.Skip(result.ComponentStore.Count - 1);
        IEnumerable<SystemFileRepairResult> files = repaired ? result.SystemFiles : result.SystemFiles.Skip(result.SystemFiles.Count - 1);
        return stores.SelectMany(run => run.Problems).Where(problem => problem.IsRepaired == repaired).Select(RepairComponentStoreAction.Name)
            .Concat(files.SelectMany(run => run.Files).Where(file => file.IsRepaired == repaired).Select(file => file.FileName));
    }
}
