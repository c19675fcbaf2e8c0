namespace KernelFault.Analysis.Linux;

/// <summary><c>BUG()</c> and <c>BUG_ON()</c>: a state the code says cannot be.</summary>
internal static class AssertionRules
{
    internal static IReadOnlyList<CrashRule> KernelBug { get; } =
    [
        CrashRule.Of("usercopy", FaultClass.MemoryCorruption, "kernel BUG at mm/usercopy.c", "BUG: bad usercopy in {0}", StackRule.Trace("usercopy")),
        CrashRule.Of("list-corruption", FaultClass.MemoryCorruption, "kernel BUG at lib/list_debug.c", "BUG: corrupted list in {0}", StackRule.Trace(), "bad-access in {0}"),
        CrashRule.Of("kernel-bug", FaultClass.Assertion, "kernel BUG at {rest}", "kernel BUG in {1}", StackRule.Fault("skb")),
    ];

    internal static IReadOnlyList<CrashRule> Architecture { get; } =
        [CrashRule.Of("kernel-bug", FaultClass.Assertion, "Kernel BUG {rest}", "kernel BUG {0}")];

    internal static IReadOnlyList<CrashRule> Slab { get; } =
        [CrashRule.Of("slab-double-free", FaultClass.PoolCorruption, "BUG kmalloc-{any}: Object already free", "BUG: Object already free")];

    internal static IReadOnlyList<CrashRule> Rust { get; } =
    [
        CrashRule.With("rust-panic", FaultClass.Assertion, "rust_kernel: panicked", ["rust_kernel: panicked at ", "^{rest}"], "{0} in {1}", StackRule.Trace("rust-panic")),
    ];

    internal static IReadOnlyList<CrashRule> Trusty { get; } =
    [
        CrashRule.With("trusty", FaultClass.Assertion, "trusty: panic{any} ASSERT FAILED", ["trusty: panic ({any}):{: DEBUG|} ASSERT FAILED at ({any}): {rest}"], "trusty: ASSERT FAILED: {0}") with { NeedsNoStack = true },
        CrashRule.Of("trusty", FaultClass.Assertion, "trusty: panic{any} ASSERT FAILED", "trusty: ASSERT FAILED: ") with { IsRemnant = true },
        CrashRule.With("trusty", FaultClass.Assertion, "trusty: panic", ["trusty: panic ({any}): {rest}"], "trusty: panic: {0}") with { NeedsNoStack = true },
    ];
}
