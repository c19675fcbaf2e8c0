namespace KernelFault.Analysis.Linux;

/// <summary><c>panic()</c> without a report before it, restarts, and what is not the kernel's own.</summary>
internal static class PanicRules
{
    internal static IReadOnlyList<CrashRule> Kernel { get; } =
    [
        // Where the stack itself is damaged, the name may be an address and the stack may be missing.
        CrashRule.With("stack-protector", FaultClass.MemoryCorruption, "Kernel panic - not syncing: stack-protector:", ["Kernel panic - not syncing: stack-protector: Kernel stack is corrupted in: {func}"], "kernel panic: stack is corrupted in {0}") with { NeedsNoStack = true },
        CrashRule.With("stack-protector", FaultClass.MemoryCorruption, "Kernel panic - not syncing: stack-protector:", ["Kernel panic - not syncing: stack-protector: Kernel stack is corrupted in: {:hex}"], "kernel panic: stack is corrupted in {0}", StackRule.Trace("stack-protector")),
        CrashRule.With("stack-end", FaultClass.StackOverflow, "Kernel panic - not syncing: corrupted stack end", ["Kernel panic - not syncing: corrupted stack end detected inside scheduler"], "kernel panic: corrupted stack end in {0}", StackRule.Trace("stack-end", FramePick.Stall), "stack-overflow in {0}"),
        CrashRule.Of("stack-overflow", FaultClass.StackOverflow, "Kernel panic - not syncing: kernel stack overflow", "kernel stack overflow in {0}", StackRule.Trace("bad-stack", FramePick.Stall), "stack-overflow in {0}"),
        CrashRule.Of("init-died", FaultClass.CriticalProcessDied, "Kernel panic - not syncing: Attempted to kill init!", "kernel panic: Attempted to kill init!"),
        CrashRule.Of("panic", FaultClass.Assertion, "Kernel panic - not syncing: Couldn't open N_TTY ldisc for {any} --- error -{:num}", "kernel panic: Couldn't open N_TTY ldisc"),

        // These end a report; alone, they say that the report itself is missing.
        CrashRule.Of("panic", FaultClass.Unknown, "Kernel panic - not syncing: {Fatal exception|panic_on_warn set}", "kernel panic: {0}") with { IsRemnant = true },
        CrashRule.Of("hung-task", FaultClass.Lockup, "Kernel panic - not syncing: {hung_task: blocked tasks}", "kernel panic: {0}") with { IsRemnant = true },
        CrashRule.Of("boot-root", FaultClass.BootFailure, "Kernel panic - not syncing: {VFS: Unable to mount root fs}{rest}", "kernel panic: {0}{1}"),
        CrashRule.Of("machine-check", FaultClass.HardwareError, "Kernel panic - not syncing: {Fatal machine check|Machine check|Fatal local machine check|Timeout: Not all CPUs entered|Asynchronous SError Interrupt}{rest}", "kernel panic: {0}{1}"),
        CrashRule.Of("out-of-memory", FaultClass.ResourceExhaustion, "Kernel panic - not syncing: {Out of memory|System is deadlocked on memory}{rest}", "kernel panic: {0}{1}"),
        CrashRule.Of("hard-lockup", FaultClass.Lockup, "Kernel panic - not syncing: {Hard LOCKUP|softlockup: hung tasks}{rest}", "kernel panic: {0}{1}"),
        CrashRule.Of("requested", FaultClass.ManuallyInitiated, "Kernel panic - not syncing: {sysrq triggered crash}{rest}", "kernel panic: {0}{1}"),
        CrashRule.Of("init-missing", FaultClass.BootFailure, "Kernel panic - not syncing: {No working init found|Requested init}{rest}", "kernel panic: {0}{1}"),
        CrashRule.Of("panic", FaultClass.Unknown, "Kernel panic - not syncing: {rest}", "kernel panic: {0}"),
    ];

    internal static IReadOnlyList<CrashRule> Reboot { get; } =
        [CrashRule.Of("reboot", FaultClass.Unknown, "^Booting the kernel", "unexpected kernel reboot") with { NeedsNoStack = true }];

    internal static IReadOnlyList<CrashRule> Requested { get; } =
        [CrashRule.Of("requested", FaultClass.ManuallyInitiated, "rigger a crash", "crash requested by sysrq") with { NeedsNoStack = true }];

    internal static IReadOnlyList<CrashRule> Hardware { get; } =
        [CrashRule.Of("machine-check", FaultClass.HardwareError, "{:[Hardware Error]:|Machine check:|EDAC MC}{rest}", "hardware error:{0}") with { NeedsNoStack = true }];

    internal static IReadOnlyList<CrashRule> Programs { get; } =
    [
        CrashRule.Of("program", FaultClass.UnhandledException, "fatal error:", "go runtime error") with { NeedsNoStack = true },
    ];

    internal static IReadOnlyList<CrashRule> Aborts { get; } =
    [
        CrashRule.Of("program", FaultClass.MemoryCorruption, "*** stack smashing detected ***", "program ended: stack smashing detected") with { NeedsNoStack = true },
        CrashRule.Of("init-died", FaultClass.CriticalProcessDied, "INIT: PANIC: segmentation violation", "init ended: segmentation violation") with { NeedsNoStack = true },
    ];

    internal static IReadOnlyList<CrashRule> TestPrograms { get; } =
    [
        CrashRule.Of("program", FaultClass.UnhandledException, "SYZFAIL:{rest}", "SYZFAIL:{0}") with { NeedsNoStack = true },
        CrashRule.Of("program", FaultClass.UnhandledException, "SYZFATAL:{rest}", "SYZFATAL:{0}", null, "SYZFATAL") with { NeedsNoStack = true },
    ];

    internal static IReadOnlyList<CrashRule> ProgramPanics { get; } =
    [
        CrashRule.Of("program", FaultClass.UnhandledException, "panic: Sentry detected {any} stuck task", "panic: Sentry detected stuck tasks") with { NeedsNoStack = true },
        CrashRule.Of("program", FaultClass.UnhandledException, "panic:{rest}", "panic:{0}") with { NeedsNoStack = true },
    ];
}
