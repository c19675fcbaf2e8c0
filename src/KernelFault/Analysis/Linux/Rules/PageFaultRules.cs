namespace KernelFault.Analysis.Linux;

/// <summary>Accesses that the processor could not translate, or that are not allowed.</summary>
internal static class PageFaultRules
{
    // x86:   BUG: unable to handle page fault for address: ffff... · BUG: kernel NULL pointer dereference, address: 0000...
    // arm:   Unable to handle kernel paging request at virtual address ...
    // power: BUG: Unable to handle kernel data access at 0x...
    internal static IReadOnlyList<CrashRule> Bug { get; } =
    [
        CrashRule.Of("page-fault", FaultClass.WildPointer, "BUG: {:unable to handle kernel paging request|unable to handle page fault for address|Unable to handle kernel data access}", "BUG: unable to handle kernel paging request in {0}", StackRule.Fault(), "bad-access in {0}"),
        CrashRule.Of("null-pointer", FaultClass.NullDereference, "BUG: {:unable to handle kernel |kernel |Kernel }NULL pointer dereference", "BUG: unable to handle kernel NULL pointer dereference in {0}", StackRule.Fault(), "bad-access in {0}"),

        // powerpc
        CrashRule.Of("page-fault", FaultClass.WildPointer, "BUG: Unable to handle kernel {:instruction fetch|unaligned access}", "BUG: unable to handle kernel paging request in {0}", StackRule.Fault(), "bad-access in {0}"),

        // The two halves of this headline are printed by two calls; the second can get lost.
        CrashRule.Of("page-fault", FaultClass.WildPointer, "BUG: {:u|U}nable to handle kernel", "BUG: unable to handle kernel") with { IsRemnant = true },
    ];

    internal static IReadOnlyList<CrashRule> Unable { get; } =
    [
        CrashRule.Of("null-pointer", FaultClass.NullDereference, "Unable to handle kernel {NULL pointer dereference}", "BUG: unable to handle kernel {0} in {1}", StackRule.Fault(), "bad-access in {1}"),
        CrashRule.Of("page-fault", FaultClass.WildPointer, "Unable to handle kernel {paging request}", "BUG: unable to handle kernel {0} in {1}", StackRule.Fault(), "bad-access in {1}"),

        // s390, where address 0 is the processor's own memory and only a protected or missing page faults
        CrashRule.Of("page-fault", FaultClass.WildPointer, "Unable to handle kernel {pointer dereference} in virtual kernel address space", "BUG: unable to handle kernel {0} in {1}", StackRule.Fault(), "bad-access in {1}"),

        // arm64: the page is there and forbids the access
        CrashRule.Of("page-fault", FaultClass.WildPointer, "Unable to handle kernel {read from unreadable memory|write to read-only memory|execute from non-executable memory|execution of user memory}", "BUG: unable to handle kernel {0} in {1}", StackRule.Fault(), "bad-access in {1}"),
        CrashRule.Of("user-access", FaultClass.UserPointer, "Unable to handle kernel {access to user memory}", "BUG: unable to handle kernel {0} in {1}", StackRule.Fault(), "bad-access in {1}"),
    ];

    internal static IReadOnlyList<CrashRule> Other { get; } =
    [
        CrashRule.Of("internal-error", FaultClass.WildPointer, "Internal error:", "Internal error in {0}", StackRule.Fault(), "bad-access in {0}"),
        CrashRule.Of("unhandled-fault", FaultClass.WildPointer, "Unhandled fault:", "Unhandled fault in {0}", StackRule.Fault(), "bad-access in {0}"),
        CrashRule.Of("alignment", FaultClass.RuleViolation, "Alignment trap:", "Alignment trap in {0}", StackRule.Fault()),
    ];
}
