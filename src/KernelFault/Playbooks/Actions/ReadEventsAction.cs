using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>read-events</c>: reads the machine's log.</summary>
internal sealed class ReadEventsAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "read-events",
        Title = "Read the event log",
        Description = "Reads entries of an event log of Windows, or of the journal of Linux, the newest first.",
        Platform = PlaybookPlatform.Any,
        Inputs =
        [
            new("log", PlaybookValueType.Text, "Windows: name of the log, System when absent. Linux: a unit of systemd; the kernel's messages when absent."),
            new("providers", PlaybookValueType.TextList, "Only entries of these: providers of Windows, identifiers of the journal. At most 20; all when absent."),
            new("ids", PlaybookValueType.List, "Windows: only events of these numbers. At most 20; all when absent."),
            new("sinceHours", PlaybookValueType.Number, "Only entries of the last hours, by the machine's clock.") { Default = 24.0, Minimum = 0 },
            new("maximum", PlaybookValueType.Integer, "The most entries.") { Default = 100L, Minimum = 1, Maximum = 5000 },
        ],
        Outputs =
        [
            new("events", PlaybookValueType.List, "The entries, the newest first, each with " + MachineEvent.Fields + "."),
            new("count", PlaybookValueType.Integer, "How many there are."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It only looks.",
        DryRun = "Nothing is done. A check reads the log.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation) => Look(token =>
    {
        long maximum = context.Integer("maximum") ?? 100;
        var reader = new MachineEvents(context.Host);
        long[] ids = [.. context.Texts("ids").Select(Id)];
        IReadOnlyList<MachineEvent> events = facts.Platform == HostPlatform.Windows
            ? reader.ReadWindows(context.Text("log") ?? "System", context.Texts("providers"), ids, context.Number("sinceHours"), maximum, token)
            : reader.ReadLinux(context.Text("log"), context.Texts("providers"), context.Number("sinceHours"), maximum, token);
        return new ActionResult
        {
            Outputs = PlaybookValue.Map(("events", events.Select(one => one.Value())), ("count", events.Count)),
            Summary = FormattableString.Invariant($"{events.Count} entries."),
            Warnings = events.Count >= maximum ? [FormattableString.Invariant($"There may be more entries than the {maximum} that were read.")] : [],
        };
    });

    private static long Id(string text) => ushort.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out ushort id)
        ? id
        : throw new PlaybookException($"ids: '{text}' is no number of an event (0 to 65535).");
}
