using KernelFault.Memory;
using static KernelFault.Kernels.Linux.LinuxAddressSpace;

namespace KernelFault.Kernels.Linux;

// Documentation/arch/arm64/memory.rst. Since 5.4 the direct map is the lower part of the kernel's half, from -(1 << VA_BITS) on; before,
// it was the upper half of it. VMCOREINFO has the borders of modules, vmalloc and vmemmap since 5.19; where it does not, those parts
// differ too much between versions and configurations to be told by rule.

/// <summary>Reads where the parts of an arm64 kernel's address space are.</summary>
internal static class Arm64AddressSpace
{
    internal static LinuxAddressSpace Read(LinuxKernel kernel, int virtualBits)
    {
        Dumps.Linux.VmcoreInfo? info = kernel.Info;
        var parts = new List<Part>();
        ulong? image = kernel.Symbols.ImageStart?.ToUInt64() ?? info?.Symbol("_stext");
        if (kernel.Symbols.ImageStart is { } start && kernel.Symbols.ImageEnd is { } end)
        {
            parts.Add(new Part(LinuxAddressRegion.KernelImage, start.ToUInt64(), end - start));
        }

        VirtualAddress? modules = Add(parts, LinuxAddressRegion.Modules, info?.Number("MODULES_VADDR"), info?.Number("MODULES_END"));
        VirtualAddress? vmalloc = Add(parts, LinuxAddressRegion.Vmalloc, info?.Number("VMALLOC_START"), info?.Number("VMALLOC_END"));
        VirtualAddress? vmemmap = Add(parts, LinuxAddressRegion.Vmemmap, info?.Number("VMEMMAP_START"), info?.Number("VMEMMAP_END"));
        VirtualAddress? directMap = null;
        if (info?.Number("VA_BITS") is { } bits and >= 36 and <= 52 && image is { } imageStart)
        {
            ulong whole = unchecked(0UL - (1UL << (int)bits));
            ulong upper = unchecked(0UL - (1UL << (SmallestBits((int)bits, info.PageSize) - 1)));
            bool before54 = imageStart < unchecked(0UL - (1UL << ((int)bits - 1)));
            ulong directStart = before54 ? unchecked(0UL - (1UL << ((int)bits - 1))) : whole;
            parts.Add(new Part(LinuxAddressRegion.DirectMap, directStart, before54 ? 1UL << ((int)bits - 1) : upper - whole));
            directMap = unchecked((ulong?)info.Number("PHYS_OFFSET")) is { } physical ? new VirtualAddress(unchecked(directStart - physical)) : null;
            if (modules is not null || before54)
            {
                return Arm64(parts, (int)bits, directMap, vmalloc, vmemmap);
            }
        }

        // What is left cannot be told apart: all of it stays unknown instead of being called a hole.
        parts.Add(new Part(LinuxAddressRegion.Unknown, 0xFF00_0000_0000_0000, ulong.MaxValue));
        return Arm64(parts, virtualBits, directMap, vmalloc, vmemmap);
    }

    // VA_BITS_MIN: what a kernel built for 52 bits falls back to.
    private static int SmallestBits(int bits, int pageSize) => bits <= 48 ? bits : pageSize == 16384 ? 47 : 48;

    private static VirtualAddress? Add(List<Part> parts, LinuxAddressRegion region, long? start, long? end)
    {
        if (start is not { } first || end is not { } last || last <= first)
        {
            return null;
        }

        parts.Add(new Part(region, unchecked((ulong)first), (ulong)(last - first)));
        return new VirtualAddress(unchecked((ulong)first));
    }
}
