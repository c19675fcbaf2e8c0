using KernelFault.Hosts;
using KernelFault.Tracing;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>trace-kernel-function</c>: what calls a function of the kernel, for a time.</summary>
internal sealed class TraceKernelFunctionAction : PlaybookAction
{
    private const int MaximumEvents = 1000;

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "trace-kernel-function",
        Title = "Trace a function of the kernel",
        Description = "Sets a kprobe on a function of a Linux kernel for some seconds, in an instance of tracefs of its own, and keeps what called it. Probe and instance are removed afterwards, also when the connection breaks.",
        Platform = PlaybookPlatform.Linux,
        Inputs =
        [
            new ActionInput("function", PlaybookValueType.Text, "The function, such as handle_mm_fault; the name that another release has for it will do.") { Required = true },
            new ActionInput("seconds", PlaybookValueType.Integer, "How many seconds at most.") { Default = 10L, Minimum = 1, Maximum = 86400 },
            new ActionInput("count", PlaybookValueType.Integer, "After how many events it ends.") { Minimum = 1 },
            new ActionInput("stack", PlaybookValueType.Boolean, "Whether each event brings its stack.") { Default = false },
            new ActionInput("returnValue", PlaybookValueType.Boolean, "Whether returns are told too, with their values.") { Default = false },
        ],
        Outputs =
        [
            new ActionOutput("events", PlaybookValueType.List, $"The first {MaximumEvents} events: time, timestamp, kind, function, cpu, process, processId, threadId, arguments, returnValue, caller, stack."),
            new ActionOutput("count", PlaybookValueType.Integer, "How many events there were."),
            new ActionOutput("lost", PlaybookValueType.Integer, "How many the kernel lost."),
            new ActionOutput("function", PlaybookValueType.Text, "The function as this kernel calls it."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It is traced anew; a trace that was broken off removed itself.",
        DryRun = "Looks whether the kernel has the function and lets it be traced, and shows the probe.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        string function = Needed(context, "function");
        var events = new List<IReadOnlyDictionary<string, object?>>();
        KernelFunctionTrace trace;
        try
        {
            trace = new KernelFunctionTrace(
                new KernelFunctionTraceOptions
                {
                    Function = function,
                    Seconds = (int)Math.Min(context.Integer("seconds") ?? 10, int.MaxValue),
                    Count = context.Integer("count"),
                    Stack = context.Flag("stack"),
                    ReturnValue = context.Flag("returnValue"),
                },
                one =>
                {
                    if (events.Count < MaximumEvents)
                    {
                        events.Add(Event(one));
                    }
                });
        }
        catch (ArgumentException e)
        {
            throw Unusable(e.Message);
        }

        HostPlan<KernelFunctionTraceResult> plan = trace.Plan(context.Host, cancellation);
        return new HostPlan<ActionResult>((progress, token) => Result(plan.Execute(progress, context.Force, token), events))
        {
            Steps = plan.Steps,
            Guards = plan.Guards,
            Warnings = plan.Warnings,
        };
    }

    private static IReadOnlyDictionary<string, object?> Event(KernelTraceEvent one) => PlaybookValue.Map(
        ("time", one.Time),
        ("timestamp", one.Timestamp),
        ("kind", one.Kind),
        ("function", one.Function),
        ("cpu", one.Cpu),
        ("process", one.ProcessName),
        ("processId", one.ProcessId),
        ("threadId", one.ThreadId),
        ("arguments", PlaybookValue.Map([.. one.Arguments.Select(argument => (argument.Name, (object?)argument.Value))])),
        ("returnValue", one.ReturnValue),
        ("caller", one.Caller),
        ("stack", one.Stack));

    private static ActionResult Result(KernelFunctionTraceResult result, List<IReadOnlyDictionary<string, object?>> events) => new()
    {
        Outputs = PlaybookValue.Map(("events", events), ("count", result.EventCount), ("lost", result.LostCount), ("function", result.Function)),
        Summary = $"{result.Function} was traced: {result.EventCount} events, {result.LostCount} lost.",
        Changed = !result.IsRemoved,
        Steps = result.Steps,
        Warnings = events.Count < result.EventCount ? [.. result.Warnings, $"The first {events.Count} of {result.EventCount} events are kept."] : result.Warnings,
    };
}
