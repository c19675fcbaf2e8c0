namespace KernelFault.Analysis.Linux;

/// <summary><c>WARN_ON()</c> and its relatives: the code found a state it can go on from.</summary>
internal static class WarningRules
{
    // WARNING: CPU: 0 PID: 123 at net/core/dev.c:123 name+0x10/0x20
    // From 6.19 on: WARNING: net/core/dev.c:123 at name+0x10/0x20, CPU#0: command/123 (the condition may stand in brackets before)
    internal static IReadOnlyList<CrashRule> Checkers { get; } =
    [
        Warning("debug-object", FaultClass.StateViolation, "WARNING: {any}lib/debugobjects.c{any} {:debug_print|debug_check|at}", "WARNING: ODEBUG bug in {0}", "debug-object"),
        Warning("usercopy", FaultClass.MemoryCorruption, "WARNING: {any}mm/usercopy.c{any} {:usercopy_warn|at}", "WARNING: bad usercopy in {0}", "usercopy"),
        Warning("kobject", FaultClass.StateViolation, "WARNING: {any}lib/kobject.c{any} {:kobject_|at}", "WARNING: kobject bug in {0}", "kobject"),
        Warning("proc", FaultClass.StateViolation, "WARNING: {any}fs/proc/generic.c{any} {:proc_register|at}", "WARNING: proc registration bug in {0}", "proc"),
        Warning("refcount", FaultClass.UseAfterFree, "WARNING: {any}lib/refcount.c{any} {:refcount_|at}", "WARNING: refcount bug in {0}", "refcount"),
        Warning("lock-warning", FaultClass.StateViolation, "WARNING: {any}kernel/locking/lockdep.c{any}lock_", "WARNING: locking bug in {0}", "socket-lock"),
        CrashRule.With("locks-held", FaultClass.StateViolation, "WARNING: {any}still has locks held!", ["WARNING: {any}still has locks held!", "at: {func}"], "WARNING: still has locks held in {0}"),
        Warning("lock-warning", FaultClass.StateViolation, "WARNING: Nested lock was not taken", "WARNING: nested lock was not taken in {0}", null),
        CrashRule.With("locks-held", FaultClass.StateViolation, "WARNING: lock held when returning to user space", ["WARNING: lock held when returning to user space", "leaving the kernel with locks still held", "at: {pc}{func}"], "WARNING: lock held when returning to user space in {0}")
            with { NeedsNoStack = true },
        Warning("allocation", FaultClass.RuleViolation, "WARNING: {any}mm/{any}.c{any} {:malloc|kmalloc|kvmalloc|vmalloc}", "WARNING: kmalloc bug in {0}", "kmalloc"),
        Warning("allocation", FaultClass.RuleViolation, "WARNING: {any}mm/vmalloc.c{any}__vmalloc_node", "WARNING: zero-size vmalloc in {0}", null),
        Warning("usb-urb", FaultClass.RuleViolation, "WARNING: {any} usb_submit_urb", "WARNING in {0}/usb_submit_urb", "urb"),
    ];

    internal static IReadOnlyList<CrashRule> General { get; } =
    [
        Warning("warning", FaultClass.Assertion, "WARNING: {src} at 0x{:num}, CPU#{:num}", "WARNING in {1}", null),
        Warning("warning", FaultClass.Assertion, "WARNING: {any} at {src} {func}", "WARNING in {2}", null),
        Warning("warning", FaultClass.Assertion, "WARNING: {src} at {func}", "WARNING in {2}", null),
        Warning("warning", FaultClass.Assertion, "WARNING: [{any}] {src} at {func}", "WARNING in {2}", null),
    ];

    internal static IReadOnlyList<CrashRule> Stack { get; } =
    [
        CrashRule.Of("unwinder", FaultClass.StateViolation, "WARNING: kernel stack regs at {:hex} in {task} has bad '{text}' value", "WARNING: kernel stack regs has bad '{0}' value") with { NeedsNoStack = true },
        CrashRule.Of("unwinder", FaultClass.StateViolation, "WARNING: kernel stack frame pointer at {:hex} in {task} has bad value", "WARNING: kernel stack frame pointer has bad value") with { NeedsNoStack = true },
        CrashRule.Of("unwinder", FaultClass.StateViolation, "WARNING: kernel stack {:regs|frame pointer}{any} has bad {:'bp' value|value}", "WARNING: kernel stack regs has bad value") with { NeedsNoStack = true },
        CrashRule.Of("warning", FaultClass.Unknown, "WARNING:{end}", "WARNING: corrupted") with { IsRemnant = true },
    ];

    private static CrashRule Warning(string kind, FaultClass faultClass, string headline, string title, string? innocent) =>
        CrashRule.Of(kind, faultClass, headline, title, StackRule.Warning(innocent));
}
