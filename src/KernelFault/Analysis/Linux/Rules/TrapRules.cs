namespace KernelFault.Analysis.Linux;

/// <summary>Exceptions of the processor other than page faults.</summary>
internal static class TrapRules
{
    internal static IReadOnlyList<CrashRule> GeneralProtection { get; } =
        [CrashRule.Of("general-protection", FaultClass.NonCanonical, "general protection fault{any}:", "general protection fault in {0}", StackRule.Fault(), "bad-access in {0}")];

    internal static IReadOnlyList<CrashRule> StackSegment { get; } =
        [CrashRule.Of("stack-segment", FaultClass.NonCanonical, "stack segment: ", "stack segment fault in {0}", StackRule.Fault())];

    internal static IReadOnlyList<CrashRule> DoubleFault { get; } =
        [CrashRule.Of("double-fault", FaultClass.StackOverflow, "PANIC: double fault", "PANIC: double fault in {0}", StackRule.InstructionOnly)];

    internal static IReadOnlyList<CrashRule> DivideError { get; } =
    [
        CrashRule.Of("divide-error", FaultClass.DivideError, "divide error: ", "divide error in {0}", StackRule.InstructionOnly),
        CrashRule.Of("divide-error", FaultClass.DivideError, "divide_error: ", "divide error in {0}", StackRule.InstructionOnly),
    ];

    internal static IReadOnlyList<CrashRule> InvalidOpcode { get; } =
        [CrashRule.Of("invalid-opcode", FaultClass.InvalidOpcode, "invalid opcode: ", "invalid opcode in {0}", StackRule.InstructionOnly)];

    internal static IReadOnlyList<CrashRule> Breakpoint { get; } =
        [CrashRule.Of("breakpoint", FaultClass.InvalidOpcode, "int3: ", "int3 in {0}", StackRule.Fault())];

    // Oops: 0002 [#1] · Oops [#1] · Oops: Kernel access of bad area, sig: 11 [#1] · alignment check: 0000 [#1]
    // riscv: Oops - illegal instruction [#1] · s390: specification exception: 0006 ilc:2 [#1]
    internal static IReadOnlyList<CrashRule> Oops { get; } =
    [
        CrashRule.Of("divide-error", FaultClass.DivideError, "{:fixpoint|decimal|HFP} divide exception: {:hex} ilc:", "divide error in {0}", StackRule.Fault()),
        CrashRule.Of("invalid-opcode", FaultClass.InvalidOpcode, "{:illegal operation: 0001 ilc:|Oops - illegal instruction [#}", "invalid opcode in {0}", StackRule.Fault()),
        CrashRule.Of("null-pointer", FaultClass.NullDereference, "Low-address protection: {:hex} ilc:", "BUG: unable to handle kernel NULL pointer dereference in {0}", StackRule.Fault(), "bad-access in {0}"),
        CrashRule.Of("alignment", FaultClass.RuleViolation, "Oops - {:load|store (or AMO)|instruction} address misaligned [#", "Alignment trap in {0}", StackRule.Fault()),
        CrashRule.Of("oops", FaultClass.Unknown, "Oops - {text} [#", "{0} in {1}", StackRule.Fault()),
        CrashRule.Of("oops", FaultClass.Unknown, "Oops", "Oops in {0}", StackRule.Fault(), "bad-access in {0}"),
        CrashRule.Of("oops", FaultClass.Unknown, "^{text}: {:hex} ilc:{:num} [#", "{0} in {1}", StackRule.Fault()),
        CrashRule.Of("oops", FaultClass.Unknown, "^{text}: {:hex} [#", "{0} in {1}", StackRule.Fault()),
    ];
}
