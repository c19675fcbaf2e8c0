namespace KernelFault.Analysis.Linux;

/// <summary>Pages, leaks, counters and stacks.</summary>
internal static class MemoryRules
{
    internal static IReadOnlyList<CrashRule> Bug { get; } =
    [
        CrashRule.Of("rss-counter", FaultClass.StateViolation, "BUG: Bad rss-counter state", "BUG: Bad rss-counter state") with { NeedsNoStack = true },
        CrashRule.Of("page-table-counter", FaultClass.StateViolation, "BUG: non-zero {nr_ptes|nr_pmds} on freeing mm", "BUG: non-zero {0} on freeing mm") with { NeedsNoStack = true },
        CrashRule.With("dentry", FaultClass.StateViolation, "BUG: Dentry {any} still in use", ["BUG: Dentry {any} still in use ({:num}) [{unmount} of {text}]"], "BUG: Dentry still in use in {0}", null, "BUG: Dentry still in use [{0} of {1}]"),
        CrashRule.Of("bad-page", FaultClass.MemoryCorruption, "BUG: Bad page {state|cache}", "BUG: Bad page {0} in {1}", StackRule.After("bad-page", StackStep.Line("page last allocated"), StackStep.Frames)),
        CrashRule.Of("bad-page", FaultClass.MemoryCorruption, "BUG: Bad page map", "BUG: Bad page map"),
        CrashRule.Of("memory-leak", FaultClass.ResourceExhaustion, "BUG: memory leak", "memory leak in {0}", StackRule.After("memory-leak", StackStep.Line("backtrace{: (crc|:}"), StackStep.Frames)),
        CrashRule.Of("stack-guard", FaultClass.StackOverflow, "BUG: {any}stack guard page was hit at", "BUG: stack guard page was hit in {0}", StackRule.Fault(null, FramePick.Stall), "stack-overflow in {0}"),
    ];

    internal static IReadOnlyList<CrashRule> Vfs { get; } =
    [
        CrashRule.Of("file-count", FaultClass.UseAfterFree, "VFS: Close: file count is 0", "VFS: Close: file count is zero (use-after-free)") with { NeedsNoStack = true },
        CrashRule.Of("busy-inodes", FaultClass.UseAfterFree, "VFS: Busy inodes after unmount", "VFS: Busy inodes after unmount (use-after-free)") with { NeedsNoStack = true },
    ];

    internal static IReadOnlyList<CrashRule> NetworkDevice { get; } =
        [CrashRule.Of("device-reference", FaultClass.StateViolation, "unregister_netdevice: waiting for {any} to become free", "unregister_netdevice: waiting for DEV to become free") with { NeedsNoStack = true }];

    // BUG dentry (Tainted: G    B): Poison overwritten
    internal static IReadOnlyList<CrashRule> Slab { get; } =
        [CrashRule.Of("slab", FaultClass.PoolCorruption, "BUG {text} ({:Not t|T}ainted{any}): {rest}", "BUG: {1} in slab {0}") with { NeedsNoStack = true }];

    internal static IReadOnlyList<CrashRule> OutOfMemory { get; } =
        [CrashRule.Of("out-of-memory", FaultClass.ResourceExhaustion, "{:Out of memory: Kill|oom-kill:|Killed process |lowmemorykiller: Killing}", "Out of memory: the kernel killed a process") with { NeedsNoStack = true }];
}
