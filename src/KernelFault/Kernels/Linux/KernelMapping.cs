using KernelFault.Memory;

namespace KernelFault.Kernels.Linux;

/// <summary>How a crashed kernel's addresses become physical ones, and where to look for the kernel.</summary>
internal sealed record KernelMapping
{
    /// <summary>The kernel's page tables, or arithmetic when they cannot be used.</summary>
    internal required IPageTable Table { get; init; }

    /// <summary>The kernel image by arithmetic; null when only the page tables are known.</summary>
    internal LinearMap? Image { get; init; }

    /// <summary>Any address from which on the kernel image is mapped.</summary>
    internal required ulong SearchStart { get; init; }

    /// <summary>An address behind its read-only data.</summary>
    internal required ulong SearchEnd { get; init; }

    /// <summary>Bits of an address that are translated: 48 or 57 on x86.</summary>
    internal required int VirtualBits { get; init; }
}
