using KernelFault.Dumps;

namespace KernelFault.Analysis.Windows;

// Where Windows puts what. Up to Windows 10 1511 (build 10586) the x64 ranges are constants of the build family, published
// in "Windows Internals" (5th edition for 7600, 7th for 9600) and in the debugger's !address output. From build 14393 on,
// every range of kernel space is placed at random at boot, in units of 512 GiB: then only evidence from the dump itself tells.
// 32-bit kernels use fixed places for page tables and shared data, and allocate the rest as they go.

/// <summary>The fixed ranges of kernel space for one build and architecture.</summary>
internal static class WindowsAddressSpace
{
    /// <summary>The last build whose x64 ranges are fixed.</summary>
    internal const uint LastFixedBuild = 10586;

    private static readonly AddressRange[] s_windows7X64 =
    [
        new(0xFFFFF680_00000000, 0xFFFFF6FF_FFFFFFFF, AddressRegion.PageTables, "the page tables"),
        new(0xFFFFF700_00000000, 0xFFFFF77F_FFFFFFFF, AddressRegion.PageTables, "hyperspace"),
        new(0xFFFFF780_00000000, 0xFFFFF780_00000FFF, AddressRegion.Hal, "the shared user data page"),
        new(0xFFFFF800_00000000, 0xFFFFF87F_FFFFFFFF, AddressRegion.Kernel, "the range of the kernel image, the HAL and boot drivers"),
        new(0xFFFFF880_00000000, 0xFFFFF89F_FFFFFFFF, AddressRegion.SystemPtes, "system PTE space (drivers, kernel stacks, mapped I/O)"),
        new(0xFFFFF8A0_00000000, 0xFFFFF8BF_FFFFFFFF, AddressRegion.PagedPool, "paged pool"),
        new(0xFFFFF900_00000000, 0xFFFFF97F_FFFFFFFF, AddressRegion.Session, "session space"),
        new(0xFFFFF980_00000000, 0xFFFFFA7F_FFFFFFFF, AddressRegion.SystemCache, "the system cache and dynamic kernel range (also special pool)"),
        new(0xFFFFFA80_00000000, 0xFFFFFFFF_FFBFFFFF, AddressRegion.NonPagedPool, "nonpaged pool and the page-frame database"),
        new(0xFFFFFFFF_FFC00000, 0xFFFFFFFF_FFFFFFFF, AddressRegion.Hal, "the HAL's range"),
    ];

    private static readonly AddressRange[] s_windows81X64 =
    [
        new(0xFFFFB000_00000000, 0xFFFFBFFF_FFFFFFFF, AddressRegion.SystemCache, "the system cache"),
        new(0xFFFFC000_00000000, 0xFFFFCFFF_FFFFFFFF, AddressRegion.PagedPool, "paged pool"),
        new(0xFFFFD000_00000000, 0xFFFFDFFF_FFFFFFFF, AddressRegion.SystemPtes, "system PTE space (kernel stacks, mapped I/O, special pool)"),
        new(0xFFFFE000_00000000, 0xFFFFEFFF_FFFFFFFF, AddressRegion.NonPagedPool, "nonpaged pool"),
        new(0xFFFFF680_00000000, 0xFFFFF6FF_FFFFFFFF, AddressRegion.PageTables, "the page tables"),
        new(0xFFFFF780_00000000, 0xFFFFF780_00000FFF, AddressRegion.Hal, "the shared user data page"),
        new(0xFFFFF800_00000000, 0xFFFFF8FF_FFFFFFFF, AddressRegion.Kernel, "the range of the kernel image, the HAL and drivers"),
        new(0xFFFFF900_00000000, 0xFFFFF97F_FFFFFFFF, AddressRegion.Session, "session space"),
        new(0xFFFFFA80_00000000, 0xFFFFFADF_FFFFFFFF, AddressRegion.Kernel, "the page-frame database"),
        new(0xFFFFFFFF_FFC00000, 0xFFFFFFFF_FFFFFFFF, AddressRegion.Hal, "the HAL's range"),
    ];

    private static readonly AddressRange[] s_randomX64 =
    [
        new(0xFFFFF780_00000000, 0xFFFFF780_00000FFF, AddressRegion.Hal, "the shared user data page"),
        new(0xFFFFF800_00000000, 0xFFFFF87F_FFFFFFFF, AddressRegion.Kernel, "the range of the kernel image and drivers"),
        new(0xFFFFFFFF_FFC00000, 0xFFFFFFFF_FFFFFFFF, AddressRegion.Hal, "the HAL's range"),
    ];

    private static readonly AddressRange[] s_x86 =
    [
        new(0xC0000000, 0xC07FFFFF, AddressRegion.PageTables, "the page tables"),
        new(0xFFC00000, 0xFFDEFFFF, AddressRegion.Hal, "the HAL's range"),
        new(0xFFDF0000, 0xFFDF0FFF, AddressRegion.Hal, "the shared user data page"),
        new(0xFFDF1000, 0xFFFFFFFF, AddressRegion.Hal, "the HAL's range"),
    ];

    /// <summary>The ranges that hold without looking into the dump.</summary>
    /// <param name="architecture">The processor.</param>
    /// <param name="build">Windows build number.</param>
    internal static IReadOnlyList<AddressRange> FixedRanges(Architecture architecture, uint build) => architecture switch
    {
        Architecture.X86 => s_x86,
        Architecture.X64 when build < 9200 => s_windows7X64,
        Architecture.X64 when build <= LastFixedBuild => s_windows81X64,
        _ => s_randomX64,
    };

    /// <summary>The first address of kernel space.</summary>
    internal static ulong KernelStart(Architecture architecture) => architecture is Architecture.X86 or Architecture.Arm
        ? 0x80000000
        : 0xFFFF8000_00000000;

    /// <summary>True if no translation can exist: bits 63 to 47 are not all alike (48-bit virtual addresses).</summary>
    internal static bool IsNonCanonical(ulong address, Architecture architecture)
    {
        if (architecture is Architecture.X86 or Architecture.Arm)
        {
            return false;
        }

        ulong top = address >> 47;
        return top is not 0 and not 0x1FFFF;
    }
}
