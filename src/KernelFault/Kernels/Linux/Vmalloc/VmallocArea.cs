using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Vmalloc;

/// <summary>A stretch of the kernel's address space that pages were mapped into (<c>struct vmap_area</c>, <c>struct vm_struct</c>).</summary>
public sealed record VmallocArea
{
    /// <summary>Where it begins.</summary>
    public VirtualAddress Start { get; init; }

    /// <summary>The first address behind it, guard page included.</summary>
    public VirtualAddress End { get; init; }

    /// <summary>Bytes that are mapped.</summary>
    public ulong Size { get; init; }

    /// <summary>Whether the address that was asked for is in the page behind the mapped ones that is left empty to catch overruns.</summary>
    public bool IsInGuardPage { get; init; }

    /// <summary>What it is for: <c>vmalloc</c>, <c>vmap</c>, <c>ioremap</c>, <c>dma</c>; null when the kernel does not say.</summary>
    public string? Kind { get; init; }

    /// <summary>The function that asked for it: an address within its code; null when the kernel does not say.</summary>
    public VirtualAddress? Caller { get; init; }

    /// <summary>The memory of the device it maps; null when it maps none.</summary>
    public PhysicalAddress? DeviceAddress { get; init; }

    /// <summary>Its <c>struct vm_struct</c>; null for a short-lived mapping, which has none.</summary>
    public VirtualAddress? Descriptor { get; init; }
}
