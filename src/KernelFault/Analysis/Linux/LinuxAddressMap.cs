// Where things lie in the address space of Linux. x86-64: Documentation/arch/x86/x86_64/mm.rst. The start of the direct map,
// of vmalloc and of vmemmap is random since 4.8 (CONFIG_RANDOMIZE_MEMORY), their order and their space are not; a kernel stack,
// which lies at the beginning of vmalloc since 4.9, and the per-processor area, which lies in the direct map, tell the borders.
// arm64: Documentation/arch/arm64/memory.rst; since 5.4 the direct map is the lower half of the kernel's space, before it was
// the upper. powerpc: Documentation/arch/powerpc/… radix: the top nibble 0xc and the next tell. arm: Documentation/arch/arm/memory.rst.
// riscv: Documentation/arch/riscv/vm-layout.rst. s390 keeps programs in another address space: all it can name is the kernel's.
using KernelFault.Dumps;

namespace KernelFault.Analysis.Linux;

/// <summary>Tells which part of the address space an address lies in.</summary>
internal static class LinuxAddressMap
{
    private const ulong NullPageEnd = 0x10000;
    private const ulong Gigabyte = 1UL << 30;
    private const ulong Terabyte = 1UL << 40;

    /// <summary>Classifies an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="architecture">The processor.</param>
    /// <param name="registers">The registers of the fault; null when not known.</param>
    /// <param name="hasUpperDirectMap">True for arm64 kernels before 5.4.</param>
    /// <param name="bits">How many bits of an address arm64 translates; null when not printed.</param>
    internal static AddressRegion Classify(ulong address, Architecture architecture, RegisterSet? registers, bool hasUpperDirectMap = false, int? bits = null)
    {
        if (address < NullPageEnd)
        {
            return AddressRegion.NullPage;
        }

        return architecture switch
        {
            Architecture.X64 => X64(address, registers),
            Architecture.Arm64 => Arm64(address, hasUpperDirectMap, bits ?? (registers?["sp"] >= 0xFFFFFF8000000000 ? 39 : 48)),
            Architecture.X86 => address < 0xC0000000 ? AddressRegion.User : address >= 0xFFC00000 ? AddressRegion.Fixmap : address >= 0xF7800000 ? AddressRegion.Vmalloc : AddressRegion.DirectMap,
            Architecture.Arm => Arm(address),
            Architecture.PowerPc64 => PowerPc(address),
            Architecture.PowerPc => address < 0xC0000000 ? AddressRegion.User : AddressRegion.Kernel,
            Architecture.RiscV64 => RiscV(address),
            Architecture.RiscV32 => address < 0xC0000000 ? AddressRegion.User : AddressRegion.DirectMap,
            Architecture.S390X => AddressRegion.Kernel,
            _ => AddressRegion.Unknown,
        };
    }

    private static AddressRegion X64(ulong address, RegisterSet? registers)
    {
        // Five-level paging gives addresses 57 bits; four-level 48. Only addresses that neither can translate are called so.
        bool fiveLevel = registers?["cr4"] is ulong cr4 && (cr4 & 0x1000) != 0;
        int bits = fiveLevel ? 57 : 48;
        ulong top = address >> (bits - 1);
        ulong all = ulong.MaxValue >> (bits - 1);
        if (top != 0 && top != all)
        {
            return AddressRegion.NonCanonical;
        }

        if (top == 0)
        {
            return AddressRegion.User;
        }

        if (address >= 0xFFFFFFFFFF000000)
        {
            return AddressRegion.Fixmap;
        }

        if (address >= 0xFFFFFFFFA0000000)
        {
            // The image takes up to 1 GiB with KASLR, modules follow; both are code and data of the kernel.
            return AddressRegion.Module;
        }

        if (address >= 0xFFFFFFFF80000000)
        {
            return AddressRegion.KernelImage;
        }

        if (address >= 0xFFFFFC0000000000)
        {
            return AddressRegion.Kernel;
        }

        if (registers?["rsp"] is ulong stack && registers["gs"] is ulong perProcessor && stack > perProcessor && perProcessor >= 0xFFFF800000000000 && stack < 0xFFFFFC0000000000 && stack - perProcessor > 2 * Gigabyte)
        {
            return Between(address, stack);
        }

        // Nothing tells where the borders are: the layout without randomisation.
        return address switch
        {
            >= 0xFFFFEC0000000000 => AddressRegion.SanitizerShadow,
            >= 0xFFFFEA0000000000 => AddressRegion.Vmemmap,
            >= 0xFFFFC90000000000 and < 0xFFFFE90000000000 => AddressRegion.Vmalloc,
            >= 0xFFFF880000000000 and < 0xFFFFC88000000000 => AddressRegion.DirectMap,
            _ => AddressRegion.Kernel,
        };
    }

    private static AddressRegion Between(ulong address, ulong stack)
    {
        ulong vmalloc = stack & ~(Gigabyte - 1);
        if (address >= vmalloc && address - vmalloc < 32 * Terabyte)
        {
            // The other regions follow vmalloc with gaps of chance, so only what is close to its beginning is sure.
            return address - vmalloc < Terabyte ? AddressRegion.Vmalloc : AddressRegion.Kernel;
        }

        return address < vmalloc && address >= 0xFFFF880000000000 ? AddressRegion.DirectMap : AddressRegion.Kernel;
    }

    private static AddressRegion Arm64(ulong address, bool hasUpperDirectMap, int bits)
    {
        // The upper byte of a user pointer, and of a tagged kernel pointer, is not part of the address.
        bool kernel = (address & (1UL << 55)) != 0;
        ulong canonical = kernel ? address | 0xFF00000000000000 : address & 0x00FFFFFFFFFFFFFF;
        if (!kernel)
        {
            return canonical >> 52 == 0 ? AddressRegion.User : AddressRegion.NonCanonical;
        }

        bits = Math.Min(Math.Max(bits, 36), 52);
        ulong start = ulong.MaxValue << bits;
        ulong half = ulong.MaxValue << (Math.Min(bits, 48) - 1);
        if (canonical < start)
        {
            return AddressRegion.NonCanonical;
        }

        if (hasUpperDirectMap)
        {
            return canonical >= half ? AddressRegion.DirectMap : AddressRegion.Vmalloc;
        }

        if (canonical < half)
        {
            return AddressRegion.DirectMap;
        }

        // Modules and the image's neighbourhood, vmalloc, then fixed mappings and the array of page structures at the end: a 64th of
        // the direct map, rounded up.
        ulong pages = ulong.MaxValue << (Math.Min(bits, 48) - 6);
        return canonical - half < 2 * Gigabyte ? AddressRegion.Module
            : canonical >= pages ? AddressRegion.Vmemmap
            : canonical >= pages - (Gigabyte / 4) ? AddressRegion.Fixmap
            : AddressRegion.Vmalloc;
    }

    private static AddressRegion Arm(ulong address) => address switch
    {
        < 0xBF000000 => AddressRegion.User,
        < 0xC0000000 => AddressRegion.Module,
        >= 0xFFC00000 => AddressRegion.Fixmap,
        >= 0xF0800000 => AddressRegion.Vmalloc,
        _ => AddressRegion.DirectMap,
    };

    private static AddressRegion PowerPc(ulong address) => (address >> 48) switch
    {
        0xC008 => AddressRegion.Vmalloc,
        0xC00A => AddressRegion.Kernel,
        0xC00C => AddressRegion.Vmemmap,
        0xD000 => AddressRegion.Vmalloc,
        0xF000 => AddressRegion.Vmemmap,
        ulong top when top >> 12 == 0xC => AddressRegion.DirectMap,
        0 => AddressRegion.User,
        _ => AddressRegion.Kernel,
    };

    private static AddressRegion RiscV(ulong address)
    {
        // Sv39 has 39 bits, Sv48 48 and Sv57 57; the kernel image and its modules end the space.
        long signed = unchecked((long)address);
        if (signed >= 0)
        {
            return signed >> 56 == 0 ? AddressRegion.User : AddressRegion.NonCanonical;
        }

        return signed >> 56 != -1 ? AddressRegion.NonCanonical : address switch
        {
            >= 0xFFFFFFFF80000000 => AddressRegion.KernelImage,
            >= 0xFFFFFFFF00000000 => AddressRegion.Module,

            // Sv39
            >= 0xFFFFFFF700000000 => AddressRegion.SanitizerShadow,
            >= 0xFFFFFFD600000000 => AddressRegion.DirectMap,
            >= 0xFFFFFFC600000000 => AddressRegion.Vmalloc,
            >= 0xFFFFFFC500000000 => AddressRegion.Vmemmap,
            >= 0xFFFFFFC400000000 => AddressRegion.Fixmap,

            // Sv48
            >= 0xFFFFEF8000000000 => AddressRegion.SanitizerShadow,
            >= 0xFFFFAF8000000000 => AddressRegion.DirectMap,
            >= 0xFFFF8F8000000000 => AddressRegion.Vmalloc,
            >= 0xFFFF8D8000000000 => AddressRegion.Vmemmap,

            // Sv57
            >= 0xFFDF000000000000 and < 0xFFE7000000000000 => AddressRegion.SanitizerShadow,
            >= 0xFF60000000000000 and < 0xFFE0000000000000 => AddressRegion.DirectMap,
            >= 0xFF20000000000000 and < 0xFF60000000000000 => AddressRegion.Vmalloc,
            >= 0xFF1C000000000000 and < 0xFF20000000000000 => AddressRegion.Vmemmap,
            _ => AddressRegion.Kernel,
        };
    }
}
