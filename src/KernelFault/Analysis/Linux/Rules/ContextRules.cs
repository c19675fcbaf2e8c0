namespace KernelFault.Analysis.Linux;

/// <summary>Code that runs where it may not: sleeping in atomic context, per-processor data while it can be moved, locks kept.</summary>
internal static class ContextRules
{
    internal static IReadOnlyList<CrashRule> Lock { get; } =
    [
        CrashRule.Of(
            "spinlock",
            FaultClass.StateViolation,
            "BUG: {spinlock|rwlock} {lockup suspected|already unlocked|recursion|cpu recursion|bad magic|wrong owner|wrong CPU|trylock failure on UP}",
            "BUG: {0} {1} in {2}",
            StackRule.Trace("spinlock")),
    ];

    internal static IReadOnlyList<CrashRule> Atomic { get; } =
    [
        CrashRule.Of("atomic-sleep", FaultClass.StateViolation, "BUG: scheduling while atomic", "BUG: scheduling while atomic in {0}", StackRule.Trace("schedule")),
        CrashRule.Of("atomic-sleep", FaultClass.StateViolation, "BUG: sleeping function called from invalid context at {rest}", "BUG: sleeping function called from invalid context in {1}", StackRule.Trace()),
        CrashRule.Of("preemptible", FaultClass.StateViolation, "BUG: using {name}() in preemptible", "BUG: using {0}() in preemptible code in {1}", StackRule.Trace("preemptible")),
        CrashRule.With("work-leak", FaultClass.StateViolation, "BUG: workqueue leaked lock or atomic", ["BUG: workqueue leaked lock or atomic", "last function: {ident}{end}"], "BUG: workqueue leaked lock or atomic in {0}") with { NeedsNoStack = true },
    ];

    internal static IReadOnlyList<CrashRule> Remnant { get; } =
        [CrashRule.Of("bug", FaultClass.Unknown, "BUG:{end}", "BUG: corrupted") with { IsRemnant = true }];

    internal static IReadOnlyList<CrashRule> InfoRemnant { get; } =
    [
        CrashRule.Of("slab", FaultClass.Unknown, "INFO: {Freed|Allocated} in {rest}", "INFO: {0} in {1}") with { IsRemnant = true },
        CrashRule.Of("info", FaultClass.Unknown, "INFO:{end}", "INFO: corrupted") with { IsRemnant = true },
    ];
}
