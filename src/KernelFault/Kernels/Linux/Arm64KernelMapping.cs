using KernelFault.Dumps.Linux;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux;

// Documentation/arch/arm64/memory.rst and arch/arm64/kernel/vmcore_info.c. VMCOREINFO has kimage_voffset, the distance between the
// image's virtual and physical addresses, VA_BITS, for which the kernel was built, and (5.11 and later) TCR_EL1_T1SZ, which says how many
// bits the processor really translates. A kernel built for 52 bits on a processor with 48: with 64 KB pages it keeps the tables' shape
// and enters them at an offset, which a sign-extended address does by itself; with 4 and 16 KB pages it leaves the first level out.

/// <summary>Finds the page tables of a crashed arm64 kernel.</summary>
internal static class Arm64KernelMapping
{
    private const ulong LargePage = 2 * 1024 * 1024;
    private const ulong ImageSize = 1UL << 30;
    private const int LargestPage = 65536;

    /// <summary>Finds them.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="info">VMCOREINFO; null when it is not known.</param>
    /// <param name="warnings">What was missing.</param>
    /// <returns>Null when the file does not tell.</returns>
    internal static KernelMapping? Find(LinuxVmcore dump, VmcoreInfo? info, List<string> warnings)
    {
        if (info is null || info.Symbol("_stext") is not { } text || info.Number("kimage_voffset") is not { } offset)
        {
            return null;
        }

        ulong start = (text & ~(LargePage - 1)) - LargePage;
        var image = new LinearMap(new VirtualAddress(start), new PhysicalAddress(unchecked(start - (ulong)offset)), ImageSize);
        int bits = VirtualBits(info);
        var mapping = new KernelMapping
        {
            Table = image,
            Image = image,
            SearchStart = text & ~(ulong)(LargestPage - 1),
            SearchEnd = Math.Max(info.Symbol("init_uts_ns") ?? 0, text + LargePage),
            VirtualBits = bits,
        };
        if (info.Symbol("swapper_pg_dir") is { } root && bits is >= 36 and <= 52
            && image.TryTranslate(new VirtualAddress(root), out PhysicalAddress rootAddress, out _)
            && image.TryTranslate(new VirtualAddress(text), out PhysicalAddress expected, out _))
        {
            int built = (int)(info.Number("VA_BITS") ?? bits);
            int entered = info.PageSize == LargestPage ? built : bits;
            foreach (bool wide in (ReadOnlySpan<bool>)[built == 52, built != 52])
            {
                if (entered is >= 36 and <= 52)
                {
                    var table = new Arm64PageTable(dump.Memory, rootAddress, info.PageSize, entered, wide);
                    if (table.TryTranslate(new VirtualAddress(text), out PhysicalAddress found, out _) && found == expected)
                    {
                        return mapping with { Table = table };
                    }
                }
            }
        }

        warnings.Add("The kernel's page tables cannot be used (they do not map the kernel where it is): only the kernel image is read, by arithmetic.");
        return mapping;
    }

    private static int VirtualBits(VmcoreInfo info) => info.Number("TCR_EL1_T1SZ") is { } size and > 0 and < 64
        ? 64 - (int)size
        : (int)Math.Min(Math.Max(info.Number("VA_BITS") ?? 48, 0), 64);
}
