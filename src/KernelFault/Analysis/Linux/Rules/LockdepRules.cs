namespace KernelFault.Analysis.Linux;

/// <summary>lockdep: locks that can block each other, or are used against their rules.</summary>
internal static class LockdepRules
{
    private const string At = "at: {pc}{func}";
    private const string AtWithAddress = "at: {addr}{func}";

    internal static IReadOnlyList<CrashRule> Bug { get; } =
    [
        CrashRule.With("locks-held", FaultClass.StateViolation, "BUG: {any}still has locks held!", ["BUG: {any}still has locks held!", "{addr}{func}"], "BUG: still has locks held in {0}"),
        CrashRule.With("locks-held", FaultClass.StateViolation, "BUG: lock held when returning to user space", ["BUG: lock held when returning to user space", "leaving the kernel with locks still held", At], "BUG: lock held when returning to user space in {0}")
            with { NeedsNoStack = true },
        CrashRule.Of("unlock-balance", FaultClass.StateViolation, "BUG: bad unlock balance detected!", "BUG: bad unlock balance in {0}", StackRule.After(null, StackStep.Line("{addr}{func}"), StackStep.CallTrace, StackStep.Frames)),
        CrashRule.With("held-lock-freed", FaultClass.UseAfterFree, "BUG: held lock freed!", ["BUG: held lock freed!", "{addr}{func}"], "BUG: held lock freed in {0}"),
        CrashRule.Of("invalid-wait", FaultClass.StateViolation, "BUG: Invalid wait context", "WARNING: locking bug in {0}", StackRule.Trace("socket-lock")),
    ];

    internal static IReadOnlyList<CrashRule> Warning { get; } =
    [
        CrashRule.With("deadlock", FaultClass.Deadlock, "WARNING: possible circular locking dependency detected", ["WARNING: possible circular locking dependency detected", "is trying to acquire lock"], "possible deadlock in {0}", StackRule.After("work-items", StackStep.Line(At), StackStep.Line(At), StackStep.Frames)),
        CrashRule.With("deadlock", FaultClass.Deadlock, "WARNING: possible irq lock inversion dependency detected", ["WARNING: possible irq lock inversion dependency detected", "just changed the state of lock", At], "possible deadlock in {0}"),
        CrashRule.Of("deadlock", FaultClass.Deadlock, "WARNING: {any}-safe -> {any}-unsafe lock order detected", "possible deadlock in {0}", StackRule.After(null, StackStep.Line("which became {any} at:"), StackStep.Frames)),
        CrashRule.With("deadlock", FaultClass.Deadlock, "WARNING: possible recursive locking detected", ["WARNING: possible recursive locking detected", "is trying to acquire lock", At], "possible deadlock in {0}"),
        CrashRule.With("lock-state", FaultClass.Deadlock, "WARNING: inconsistent lock state", ["WARNING: inconsistent lock state", "takes", At], "inconsistent lock state in {1}", StackRule.Trace()),
        CrashRule.With("rcu-usage", FaultClass.StateViolation, "WARNING: suspicious RCU usage", ["WARNING: suspicious RCU usage", "{src}"], "WARNING: suspicious RCU usage in {1}", StackRule.Trace("rcu")),
        CrashRule.Of("unlock-balance", FaultClass.StateViolation, "WARNING: bad unlock balance detected!", "WARNING: bad unlock balance in {0}", StackRule.After(null, StackStep.Line("{addr}{func}"), StackStep.CallTrace, StackStep.Frames)),
        CrashRule.With("held-lock-freed", FaultClass.UseAfterFree, "WARNING: held lock freed!", ["WARNING: held lock freed!", "at: {pc}{func}"], "WARNING: held lock freed in {0}"),
    ];

    internal static IReadOnlyList<CrashRule> Info { get; } =
    [
        CrashRule.With("deadlock", FaultClass.Deadlock, "INFO: possible circular locking dependency detected", ["INFO: possible circular locking dependency detected ]", "is trying to acquire lock", AtWithAddress], "possible deadlock in {0}"),
        CrashRule.With("deadlock", FaultClass.Deadlock, "INFO: possible irq lock inversion dependency detected", ["INFO: possible irq lock inversion dependency detected ]", "just changed the state of lock", AtWithAddress], "possible deadlock in {0}"),
        CrashRule.With("deadlock", FaultClass.Deadlock, "INFO: SOFTIRQ-safe -> SOFTIRQ-unsafe lock order detected", ["INFO: SOFTIRQ-safe -> SOFTIRQ-unsafe lock order detected ]", "is trying to acquire", AtWithAddress], "possible deadlock in {0}"),
        CrashRule.With("deadlock", FaultClass.Deadlock, "INFO: possible recursive locking detected", ["INFO: possible recursive locking detected ]", "is trying to acquire lock", AtWithAddress], "possible deadlock in {0}"),
        CrashRule.With("lock-state", FaultClass.Deadlock, "INFO: inconsistent lock state", ["INFO: inconsistent lock state ]", "takes", AtWithAddress], "inconsistent lock state in {0}"),
        CrashRule.Of("static-key", FaultClass.StateViolation, "INFO: trying to register non-static key", "INFO: trying to register non-static key in {0}", StackRule.Trace("static-key")),
        CrashRule.With("rcu-usage", FaultClass.StateViolation, "INFO: suspicious RCU usage", ["INFO: suspicious RCU usage", "{src}"], "INFO: suspicious RCU usage in {1}", StackRule.Trace("rcu")),
    ];
}
