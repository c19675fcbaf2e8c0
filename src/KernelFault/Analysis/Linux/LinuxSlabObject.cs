using KernelFault.Memory;

namespace KernelFault.Analysis.Linux;

/// <summary>A heap object that the heap's own checks (<c>slub_debug</c>) found wrong, with its surroundings.</summary>
public sealed record LinuxSlabObject
{
    /// <summary>The cache it belongs to, such as <c>kmalloc-64</c>.</summary>
    public required string Cache { get; init; }

    /// <summary>What was found, in the kernel's words, such as <c>Poison overwritten</c>.</summary>
    public required string Problem { get; init; }

    /// <summary>Its address; null when not printed. Kernels from 4.15 to 5.13 print a number made from it instead.</summary>
    public VirtualAddress? Address { get; init; }

    /// <summary>Bytes of it that are printed: its size, or 4096 if it is larger; 0 when it is not dumped.</summary>
    public int PrintedSize { get; init; }

    /// <summary>Who allocated it last, as printed from the function on; null when not tracked.</summary>
    public string? Allocated { get; init; }

    /// <summary>Who freed it last, as printed from the function on; null when not tracked, or never freed.</summary>
    public string? Freed { get; init; }

    /// <summary>Where it is broken; empty when the dump shows nothing wrong, or there is none.</summary>
    public IReadOnlyList<LinuxSlabDamage> Damage { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Cache}: {Problem}";
}
