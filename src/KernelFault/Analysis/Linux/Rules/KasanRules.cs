namespace KernelFault.Analysis.Linux;

/// <summary>KASAN (Kernel Address Sanitizer): accesses to memory that is not, or no longer, the accessor's.</summary>
internal static class KasanRules
{
    // BUG: KASAN: slab-use-after-free in name+0x10/0x20
    // Read of size 8 at addr ffff888012345678 by task name/123
    internal static IReadOnlyList<CrashRule> All { get; } =
    [
        CrashRule.With(
            "kasan",
            FaultClass.MemoryCorruption,
            "BUG: KASAN:",
            ["BUG: KASAN: {word} in {func}", "{Read|Write} {:of size|at addr} {:hex}"],
            "KASAN: {0} {2} in {3}",
            StackRule.After("kasan", StackStep.Line("BUG: KASAN: {any} in {func}"), StackStep.CallTrace, StackStep.Frames),
            "bad-access in {3}"),
        CrashRule.With(
            "kasan-free",
            FaultClass.PoolCorruption,
            "BUG: KASAN:",
            ["BUG: KASAN: {:double-free or invalid-free|double-free|invalid-free} in {func}"],
            "KASAN: invalid-free in {1}",
            StackRule.After("kasan-free", StackStep.Line("BUG: KASAN: {:double-free or invalid-free|double-free|invalid-free} in {func}"), StackStep.CallTrace, StackStep.Frames),
            "invalid-free in {1}"),
        CrashRule.With("kasan", FaultClass.MemoryCorruption, "BUG: KASAN: {word} on address", ["{Read|Write} of size {num}"], "KASAN: {0} {1}")
            with { AnnouncedByEvidence = true },
        CrashRule.Of("kasan", FaultClass.MemoryCorruption, "BUG: KASAN: {rest}", "KASAN: {0}") with { IsRemnant = true },
    ];
}
