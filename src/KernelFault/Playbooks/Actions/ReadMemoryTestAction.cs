using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

// MemoryDiagnostics-Results writes 1101 and 1201 for a memory without errors, 1102 and 1202 for one with errors, each once to the log
// System and once to its own.

/// <summary><c>read-memory-test</c>: reads what the memory diagnostic of Windows found.</summary>
internal sealed class ReadMemoryTestAction : PlaybookAction
{
    private const string Provider = "Microsoft-Windows-MemoryDiagnostics-Results";

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "read-memory-test",
        Title = "Read the result of the memory test",
        Description = "Reads the newest result that the memory diagnostic of Windows left in the event log. It is written some minutes after the start that followed the test.",
        Platform = PlaybookPlatform.Windows,
        Inputs =
        [
            new("sinceHours", PlaybookValueType.Number, "Only results of the last hours.") { Default = 24.0, Minimum = 0 },
            new("since", PlaybookValueType.Text, "Only results after that time (ISO 8601, UTC by the clock of the machine that the run is on), such as run.startTime: one of an earlier test says nothing of this one."),
        ],
        Outputs =
        [
            new("found", PlaybookValueType.Boolean, "Whether there is a result."),
            new("passed", PlaybookValueType.Boolean, "Whether the memory passed; null when there is no result, or one that says neither."),
            new("text", PlaybookValueType.Text, "What Windows says, in its language; null when there is no result."),
            new("time", PlaybookValueType.Text, "When it was written, UTC; null when there is no result."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It only looks.",
        DryRun = "Nothing is done. A check reads the log.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation) => Look(token =>
    {
        DateTime since = context.Time("since") is { } time ? facts.ByItsClock(time) : DateTime.MinValue;
        IReadOnlyList<MachineEvent> events = new MachineEvents(context.Host).ReadWindows("System", [Provider], [], context.Number("sinceHours"), 1, token);
        MachineEvent? newest = events.FirstOrDefault(one => !(one.Time < since));
        bool? passed = newest?.Id switch { 1101 or 1201 => true, 1102 or 1202 => false, _ => null };
        return new ActionResult
        {
            Outputs = PlaybookValue.Map(("found", newest is not null), ("passed", passed), ("text", newest?.Text), ("time", newest?.Time)),
            Summary = newest is null ? "There is no result yet." : passed switch { true => "The memory passed.", false => "The memory failed.", null => newest.Text },
        };
    });
}
