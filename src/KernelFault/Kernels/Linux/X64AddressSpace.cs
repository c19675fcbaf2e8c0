using KernelFault.Memory;
using static KernelFault.Kernels.Linux.LinuxAddressSpace;

namespace KernelFault.Kernels.Linux;

// Documentation/arch/x86/x86_64/mm.rst. What CONFIG_RANDOMIZE_MEMORY moves has its place in a variable; without, or without its symbol,
// it is where it was built to be. The direct map was moved up by 512 GB in 4.20 (and in 4.19's updates), to make room for the LDTs.

/// <summary>Reads where the parts of an x86-64 kernel's address space are.</summary>
internal static class X64AddressSpace
{
    private const ulong Terabyte = 1UL << 40;
    private const ulong CpuEntryArea = 0xFFFF_FE00_0000_0000;
    private const ulong EspFixup = 0xFFFF_FF00_0000_0000;
    private const ulong HalfTerabyte = Terabyte / 2;
    private const ulong EfiEnd = 0xFFFF_FFFF_0000_0000;
    private const ulong EfiSize = 64UL << 30;
    private const ulong ModulesEnd = 0xFFFF_FFFF_FF00_0000;
    private const ulong Vsyscall = 0xFFFF_FFFF_FF60_0000;
    private const ulong VsyscallSize = 4096;
    private const int LongestFrame = 40;

    internal static LinuxAddressSpace Read(LinuxKernel kernel, int virtualBits)
    {
        bool five = virtualBits == 57;
        ulong lower = five ? 0xFF00_0000_0000_0000 : 0xFFFF_8000_0000_0000;
        ulong descriptors = five ? 0xFF10_0000_0000_0000 : 0xFFFF_8800_0000_0000;
        ulong directMap = Variable(kernel, "page_offset_base") ?? DirectMap(kernel, five);
        ulong vmalloc = Variable(kernel, "vmalloc_base") ?? unchecked((ulong?)kernel.Info?.Number("VMALLOC_START")) ?? (five ? 0xFFA0_0000_0000_0000 : 0xFFFF_C900_0000_0000);
        ulong vmemmap = Variable(kernel, "vmemmap_base") ?? kernel.Info?.Symbol("vmemmap") ?? (five ? 0xFFD4_0000_0000_0000 : 0xFFFF_EA00_0000_0000);
        var parts = new List<Part>();
        if (kernel.Symbols.ImageStart is { } start && kernel.Symbols.ImageEnd is { } end)
        {
            parts.Add(new Part(LinuxAddressRegion.KernelImage, start.ToUInt64(), end - start));
        }

        ulong imageSize = unchecked((ulong)(kernel.Info?.Number("KERNEL_IMAGE_SIZE") ?? (long)X64KernelMapping.ImageSize));
        ulong modules = X64KernelMapping.ImageMap + Math.Min(imageSize, X64KernelMapping.ImageSize);
        parts.Add(new Part(LinuxAddressRegion.Modules, modules, ModulesEnd - modules));
        parts.Add(new Part(LinuxAddressRegion.Vsyscall, Vsyscall, VsyscallSize));
        parts.Add(new Part(LinuxAddressRegion.Fixmap, ModulesEnd, Vsyscall - ModulesEnd));
        parts.Add(new Part(LinuxAddressRegion.DirectMap, directMap, Math.Min(DirectMapSize(kernel) ?? ulong.MaxValue, vmalloc - directMap)));
        parts.Add(new Part(LinuxAddressRegion.Vmalloc, vmalloc, Math.Min((five ? 12800UL : 32UL) * Terabyte, vmemmap - vmalloc)));
        parts.Add(new Part(LinuxAddressRegion.Vmemmap, vmemmap, (five ? 512UL : 1UL) * Terabyte));
        if (kernel.Symbols.ImageAddressOf("kasan_report") is not null)
        {
            ulong shadow = five ? 0xFFDF_0000_0000_0000 : 0xFFFF_EC00_0000_0000;
            parts.Add(new Part(LinuxAddressRegion.KasanShadow, shadow, 0xFFFF_FC00_0000_0000 - shadow));
        }

        parts.Add(new Part(LinuxAddressRegion.CpuEntryArea, CpuEntryArea, HalfTerabyte));
        parts.Add(new Part(LinuxAddressRegion.EspFixup, EspFixup, HalfTerabyte));
        parts.Add(new Part(LinuxAddressRegion.EfiRuntime, EfiEnd - EfiSize, EfiSize));
        parts.Add(new Part(LinuxAddressRegion.HypervisorReserved, lower, descriptors - lower));
        parts.Add(new Part(LinuxAddressRegion.LocalDescriptorTables, descriptors, five ? 256 * Terabyte : HalfTerabyte));
        return X64(parts, virtualBits, directMap, vmalloc, vmemmap);
    }

    private static ulong? Variable(LinuxKernel kernel, string name) =>
        kernel.Symbols.ImageAddressOf(name) is { } address && kernel.Memory.TryReadUInt64(address, out ulong value) && value >> 48 >= 0xFF00 ? value : null;

    // The root of the page tables is at a physical address that is known: where it is mapped again is the direct map.
    private static ulong DirectMap(LinuxKernel kernel, bool five)
    {
        ulong usual = five ? 0xFF11_0000_0000_0000 : 0xFFFF_8880_0000_0000;
        ulong before = five ? 0xFF10_0000_0000_0000 : 0xFFFF_8800_0000_0000;
        if (kernel.PageTable is RadixPageTable table)
        {
            foreach (ulong tried in (ReadOnlySpan<ulong>)[usual, before])
            {
                if (table.TryTranslate(new VirtualAddress(tried + table.Root.ToUInt64()), out PhysicalAddress found, out _) && found == table.Root)
                {
                    return tried;
                }
            }
        }

        return usual;
    }

    private static ulong? DirectMapSize(LinuxKernel kernel) =>
        kernel.Symbols.ImageAddressOf("max_pfn") is { } address && kernel.Memory.TryReadUInt64(address, out ulong frames) && frames is > 0 and < 1UL << LongestFrame
            ? frames << 12
            : null;
}
