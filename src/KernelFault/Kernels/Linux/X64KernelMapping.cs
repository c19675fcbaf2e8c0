using KernelFault.Dumps.Linux;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux;

// Documentation/arch/x86/x86_64/mm.rst. The image is mapped at __START_KERNEL_map whatever KASLR does with it, and lies in physical
// memory as one piece: physical = virtual - __START_KERNEL_map + phys_base, where phys_base is signed, for an image that KASLR moved up
// in virtual memory more than in physical. That is enough to reach the root of the page tables, and they are enough for all the rest.

/// <summary>Finds the page tables of a crashed x86-64 kernel.</summary>
internal static class X64KernelMapping
{
    /// <summary><c>__START_KERNEL_map</c>.</summary>
    internal const ulong ImageMap = 0xFFFF_FFFF_8000_0000;

    /// <summary><c>KERNEL_IMAGE_SIZE</c> with KASLR; without, half of it.</summary>
    internal const ulong ImageSize = 1UL << 30;

    private const ulong LargePage = 2 * 1024 * 1024;
    private const ulong LongestImage = 128 * 1024 * 1024;
    private const ulong RootMask = 0x000F_FFFF_FFFF_F000;
    private const ulong UserTableBit = 0x1000;

    /// <summary>Finds them.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="info">VMCOREINFO; null when it is not known.</param>
    /// <param name="warnings">What was missing.</param>
    /// <returns>Null when the file does not tell.</returns>
    internal static KernelMapping? Find(LinuxVmcore dump, VmcoreInfo? info, List<string> warnings)
    {
        if (info is null)
        {
            return FromProcessors(dump);
        }

        ulong text = info.Symbol("_stext") ?? 0;
        if (info.Number("phys_base") is not { } physBase || text < ImageMap)
        {
            return FromProcessors(dump);
        }

        var image = new LinearMap(new VirtualAddress(ImageMap), new PhysicalAddress(unchecked((ulong)physBase)), ImageSize);
        var mapping = new KernelMapping
        {
            Table = image,
            Image = image,
            SearchStart = text & ~(LargePage - 1),
            SearchEnd = Math.Max(info.Symbol("init_uts_ns") ?? 0, text + LargePage),
            VirtualBits = 48,
        };
        ulong mask = unchecked((ulong)(info.Number("sme_mask") ?? 0));
        if ((info.Symbol("init_top_pgt") ?? info.Symbol("swapper_pg_dir")) is { } root
            && image.TryTranslate(new VirtualAddress(root), out PhysicalAddress rootAddress, out _))
        {
            int levels = info.Number("pgtable_l5_enabled") is > 0 ? 5 : 4;
            foreach (int tried in (ReadOnlySpan<int>)[levels, 9 - levels])
            {
                var table = new X64PageTable(dump.Memory, rootAddress, tried, mask);
                if (Agrees(table, image, text))
                {
                    return mapping with { Table = table, VirtualBits = tried == 5 ? 57 : 48 };
                }
            }
        }

        warnings.Add("The kernel's page tables cannot be used (they do not map the kernel where it is): only the kernel image is read, by arithmetic.");
        return mapping;
    }

    private static bool Agrees(X64PageTable table, LinearMap image, ulong address) =>
        image.TryTranslate(new VirtualAddress(address), out PhysicalAddress expected, out _)
        && table.TryTranslate(new VirtualAddress(address), out PhysicalAddress found, out _)
        && found == expected;

    // Without VMCOREINFO, an emulator's note has CR3: its tables map the kernel too, unless page-table isolation has taken it out.
    private static KernelMapping? FromProcessors(LinuxVmcore dump)
    {
        foreach (VmcoreProcessor processor in dump.Processors)
        {
            if (processor.SystemRegisters?["cr3"] is not { } cr3)
            {
                continue;
            }

            int levels = (processor.SystemRegisters["cr4"] & 0x1000) is > 0 ? 5 : 4;
            foreach (ulong root in (ReadOnlySpan<ulong>)[cr3 & RootMask & ~UserTableBit, cr3 & RootMask])
            {
                var table = new X64PageTable(dump.Memory, new PhysicalAddress(root), levels);
                if (FindImage(table) is { } start)
                {
                    return new KernelMapping { Table = table, SearchStart = start, SearchEnd = start + LongestImage, VirtualBits = levels == 5 ? 57 : 48 };
                }
            }
        }

        return null;
    }

    private static ulong? FindImage(X64PageTable table)
    {
        for (ulong address = ImageMap; address < ImageMap + ImageSize; address += LargePage)
        {
            if (table.TryTranslate(new VirtualAddress(address), out _, out _))
            {
                return address;
            }
        }

        return null;
    }
}
