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

    // Oops: 0002 [#1] · Oops [#1] · Oops: Kernel access of bad area, sig: 11 [#1]
    internal static IReadOnlyList<CrashRule> Oops { get; } =
        [CrashRule.Of("oops", FaultClass.Unknown, "Oops", "Oops in {0}", StackRule.Fault(), "bad-access in {0}")];
}
