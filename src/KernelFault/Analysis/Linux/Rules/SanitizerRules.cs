namespace KernelFault.Analysis.Linux;

/// <summary>The other sanitizers: KMSAN (uninitialised memory), KCSAN (data races), KFENCE (sampled heap errors), UBSAN (undefined behaviour).</summary>
internal static class SanitizerRules
{
    private static readonly StackStep Origin = StackStep.Line("{:Uninit was created at:|Local variable }");
    private static readonly StackStep[] UseAndOrigin = [StackStep.Frames, Origin, StackStep.Frames];
    private static readonly StackStep[] FenceStack = [StackStep.Line("BUG: KFENCE: {any} in {func}"), StackStep.Frames];

    internal static IReadOnlyList<CrashRule> Memory { get; } =
    [
        CrashRule.With("kmsan", FaultClass.RuleViolation, "BUG: KMSAN: kernel-usb-infoleak", ["BUG: KMSAN: kernel-usb-infoleak in {func}"], "KMSAN: kernel-usb-infoleak in {1}", StackRule.After("kmsan-usb", UseAndOrigin), "KMSAN origin in {2}")
            with { NeedsNoStack = true },
        CrashRule.With("kmsan", FaultClass.RuleViolation, "BUG: KMSAN:", ["BUG: KMSAN: {word} in {func}"], "KMSAN: {0} in {2}", StackRule.After("kmsan", UseAndOrigin), "bad-access in {2}")
            with { NeedsNoStack = true },
        CrashRule.Of("kcsan", FaultClass.RuleViolation, "BUG: KCSAN: {rest}", "KCSAN: {0}") with { NeedsNoStack = true },
        CrashRule.Of("kfence", FaultClass.MemoryCorruption, "BUG: KFENCE: {use-after-free|out-of-bounds} {read|write} in {func}", "KFENCE: {0} {1} in {3}", StackRule.After(null, FenceStack), "bad-access in {3}"),
        CrashRule.Of("kfence-free", FaultClass.PoolCorruption, "BUG: KFENCE: invalid free in {func}", "KFENCE: invalid free in {1}", StackRule.After(null, FenceStack), "invalid-free in {1}")
            with { NeedsNoStack = true },
        CrashRule.Of("kfence", FaultClass.MemoryCorruption, "BUG: KFENCE: invalid {read|write} in {func}", "KFENCE: invalid {0} in {2}", StackRule.After(null, FenceStack), "bad-access in {2}"),
        CrashRule.Of("kfence-corruption", FaultClass.PoolCorruption, "BUG: KFENCE: memory corruption in {func}", "KFENCE: memory corruption in {1}", StackRule.After(null, FenceStack))
            with { NeedsNoStack = true },
    ];

    internal static IReadOnlyList<CrashRule> Undefined { get; } =
    [
        CrashRule.With("ubsan", FaultClass.RuleViolation, "UBSAN:", ["UBSAN: Undefined behaviour in"], "UBSAN: undefined-behaviour in {0}", StackRule.Trace("ubsan")),
        CrashRule.Of("ubsan-index", FaultClass.MemoryCorruption, "UBSAN: array-index-out-of-bounds in", "UBSAN: array-index-out-of-bounds in {0}", StackRule.Trace("ubsan"), "bad-access in {0}"),
        CrashRule.With("ubsan", FaultClass.RuleViolation, "UBSAN:", ["UBSAN: {text} in"], "UBSAN: {0} in {1}", StackRule.Trace("ubsan")),
    ];
}
