namespace KernelFault.Analysis.Linux;

/// <summary>Processors and tasks that do not come forward.</summary>
internal static class LockupRules
{
    private static readonly StackStep Interrupted = StackStep.Line("{:apic_timer_interrupt|Exception stack|el1h_64_irq}");

    internal static IReadOnlyList<CrashRule> Bug { get; } =
    [
        CrashRule.Of("soft-lockup", FaultClass.Lockup, "BUG: soft lockup", "BUG: soft lockup in {0}", StackRule.Fault(null, FramePick.Stall), "stall in {0}"),
        CrashRule.Of("workqueue-lockup", FaultClass.Lockup, "BUG: workqueue lockup", "BUG: workqueue lockup") with { NeedsNoStack = true },
    ];

    internal static IReadOnlyList<CrashRule> Info { get; } =
    [
        CrashRule.Of(
            "rcu-stall",
            FaultClass.Lockup,
            "INFO: rcu_{:preempt|sched|bh|tasks} {:self-|}detected{: expedited|} stall",
            "INFO: rcu detected stall in {0}",
            new StackRule
            {
                // The interrupt that noticed the stall stands on the stack; what it interrupted is below it.
                Steps = [StackStep.Line("apic_timer_interrupt"), StackStep.Instruction, StackStep.Frames],
                Otherwise = [Interrupted, StackStep.Frames],
                Innocent = "rcu-stall",
                Pick = FramePick.Stall,
            },
            "stall in {0}"),
        CrashRule.Of("hung-task", FaultClass.Lockup, "INFO: task {task} blocked {:in I/O wait |}for more than {:num} seconds", "INFO: task hung in {0}", StackRule.Trace(null, FramePick.HungTask), "hang in {0}"),

        // A task may name itself with a line feed in it.
        CrashRule.With("hung-task", FaultClass.Lockup, "INFO: task ", ["blocked {:in I/O wait |}for more than {:num} seconds"], "INFO: task hung in {0}", StackRule.Trace(null, FramePick.HungTask), "hang in {0}")
            with { AnnouncedByEvidence = true },
        CrashRule.Of("hung-task", FaultClass.Lockup, "INFO: task {task} can't die for more than {any} seconds", "INFO: task can't die in {0}", StackRule.Trace("schedule"), "hang in {0}"),
    ];

    // NMI watchdog: Watchdog detected hard LOCKUP on cpu 0
    internal static IReadOnlyList<CrashRule> Hard { get; } =
        [CrashRule.Of("hard-lockup", FaultClass.Lockup, "hard LOCKUP", "NMI watchdog: hard lockup in {0}", StackRule.Fault(null, FramePick.Stall), "stall in {0}")];
}
