using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Playbooks.Actions;

/// <summary>What the three repairs of Windows give, in the same words.</summary>
internal static class RepairOutcome
{
    internal static IReadOnlyList<ActionOutput> Outputs { get; } =
    [
        new("status", PlaybookValueType.Text, "Healthy, Repaired, Damaged, RestartPending, NotRepairable, Failed or Cancelled. The step fails for the last two alone: that something cannot be repaired is an answer."),
        new("healthy", PlaybookValueType.Boolean, "Whether nothing damaged is left, as far as the step looked."),
        new("repairedCount", PlaybookValueType.Integer, "How many parts were repaired; null when the log does not say."),
        new("notRepairedCount", PlaybookValueType.Integer, "How many parts are damaged still; null when the log does not say."),
        new("repaired", PlaybookValueType.TextList, "Names of the files or components that were repaired."),
        new("notRepaired", PlaybookValueType.TextList, "Names of those that are damaged still."),
        new("nextSteps", PlaybookValueType.TextList, "What to do next; empty when there is nothing to do."),
        new("needsRestart", PlaybookValueType.Boolean, "Whether a restart has to come before anything else."),
    ];

    /// <summary>The result of a repair.</summary>
    internal static ActionResult Of(
        RepairStatus status, long? repairedCount, long? notRepairedCount, IEnumerable<string> repaired, IEnumerable<string> notRepaired, IReadOnlyList<string> nextSteps, string message, IReadOnlyList<HostStep> steps, IReadOnlyList<string> warnings) => new()
        {
            Outputs = PlaybookValue.Map(
                ("status", status),
                ("healthy", status is RepairStatus.Healthy or RepairStatus.Repaired),
                ("repairedCount", repairedCount),
                ("notRepairedCount", notRepairedCount),
                ("repaired", repaired.Distinct(StringComparer.OrdinalIgnoreCase)),
                ("notRepaired", notRepaired.Distinct(StringComparer.OrdinalIgnoreCase)),
                ("nextSteps", nextSteps),
                ("needsRestart", status == RepairStatus.RestartPending)),
            Summary = Text(status, repairedCount, notRepairedCount),
            Changed = status == RepairStatus.Repaired || repairedCount > 0,
            NeedsRestart = status == RepairStatus.RestartPending,
            Failure = status is RepairStatus.Failed or RepairStatus.Cancelled ? (message.Length > 0 ? message : "The repair did not come to its end.") : null,
            Steps = steps,
            Warnings = warnings,
        };

    /// <summary>The machine that does the work: of a Windows that is not running, this one.</summary>
    internal static IHost Worker(IHost host) => host.Kind == HostKind.OfflineWindows ? new LocalHost() : host;

    /// <summary>What speaks against repairing a Windows that is not running from here; null when nothing does.</summary>
    internal static HostGuard? Guard(IHost host, CancellationToken cancellation) => host.Kind == HostKind.OfflineWindows && HostGuard.Windows(Worker(host).GetFacts(cancellation)) is not null
        ? new HostGuard("NotWindows", "The programs that repair an offline Windows are those of a Windows: start its recovery environment, or give the disk to a machine that runs Windows.", CanForce: false)
        : null;

    /// <summary>The folder of a Windows that is not running; null for the machine's own.</summary>
    internal static string? Folder(IHost host) => (host as OfflineWindowsHost)?.FindLocalPath(@"\SystemRoot");

    private static string Text(RepairStatus status, long? repaired, long? notRepaired) => status switch
    {
        RepairStatus.Healthy => "Nothing is damaged.",
        RepairStatus.Repaired => FormattableString.Invariant($"{repaired ?? 0} damaged parts were repaired."),
        RepairStatus.Damaged => FormattableString.Invariant($"{notRepaired?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "Some"} parts are damaged; nothing was repaired."),
        RepairStatus.RestartPending => "A restart has to come first.",
        RepairStatus.NotRepairable => FormattableString.Invariant($"{notRepaired?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "Some"} damaged parts could not be repaired."),
        RepairStatus.Cancelled => "Somebody on the machine ended it.",
        _ => "It did not come to its end.",
    };
}
