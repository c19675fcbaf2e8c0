using KernelFault.Dumps;

namespace KernelFault.Kernels.Windows;

// Where the figures come from:
// - Windows Vista to 10 version 2004 (builds 6002 to 19045), x64 and x86: the public structure listings (vtypes) of the
//   Volatility Framework 2.6, generated from Microsoft's public symbols of each build.
// - 19041 x64: the same figures, checked against the public symbols of one of its kernels (ISF).
// - 20348 to 25398: EPROCESS as 19041; ETHREAD.Cid at 0x4C8 has no listing at hand, so it counts only where the process
//   and the thread of a dump prove each other by it;
//   DebuggerSavedIRQL has no public source at hand and is left out.
// - 26100: read off real dumps of that build; process id, image name and client id prove each other there, and
//   DebuggerSavedIRQL is the byte between AdjustDpcThreshold and DpcTimeCount as in every build before.
// A row is never trusted by itself: WindowsThreadReader takes a value only when the structures prove each other.

/// <summary>Structure layouts by architecture and build.</summary>
internal static class WindowsStructureTable
{
    private static readonly Row[] Rows =
    [
        new(Architecture.X64, 6000, 6003, 0, new(0xE0, 0x238, 0x380, 0x3799, 0x1C8, 0x30, 0x250, 0x1F8)),
        new(Architecture.X64, 7600, 7601, 0x4D00, new(0x180, 0x2E0, 0x3B0, 0x4718, 0x1D8, 0x30, 0x278, 0x210)),
        new(Architecture.X64, 7600, 7601, 0, new(0x180, 0x2E0, 0x3B8, 0x4F18, 0x1D8, 0x30, 0x278, 0x210)),
        new(Architecture.X64, 9200, 9200, 0, new(0x2E0, 0x438, 0x398, 0x5318, 0x90, 0x30, 0x38, 0x220)),
        new(Architecture.X64, 9600, 9600, 0, new(0x2E0, 0x438, 0x620, 0x5318, 0x90, 0x30, 0x38, 0x220)),
        new(Architecture.X64, 10240, 10240, 0, new(0x2E8, 0x448, 0x628, 0x5B18, 0x90, 0x30, 0x38, 0x220)),
        new(Architecture.X64, 10586, 10586, 0, new(0x2E8, 0x450, 0x628, 0x5B18, 0x90, 0x30, 0x38, 0x220)),
        new(Architecture.X64, 14393, 14393, 0, new(0x2E8, 0x450, 0x630, 0x5B18, 0x90, 0x30, 0x38, 0x220)),
        new(Architecture.X64, 15063, 17763, 0, new(0x2E0, 0x450, 0x638, 0x5B98, 0x90, 0x30, 0x38, 0x220)),
        new(Architecture.X64, 18362, 18363, 0, new(0x2E8, 0x450, 0x648, 0x5B98, 0x90, 0x30, 0x38, 0x220)),
        new(Architecture.X64, 19041, 19045, 0, new(0x440, 0x5A8, 0x478, 0x7E98, 0x90, 0x30, 0x38, 0x220)),
        new(Architecture.X64, 20348, 25398, 0, new(0x440, 0x5A8, 0x4C8, null, 0x90, 0x30, 0x38, 0x220)),
        new(Architecture.X64, 26100, 26200, 0, new(0x1D0, 0x338, 0x508, 0x8658, 0x90, 0x30, 0x38, 0x220)),
        new(Architecture.Arm64, 19041, 19045, 0, new(0x440, 0x5A8, 0x478, null, 0x90, 0x30, 0x38, 0x220)),
        new(Architecture.Arm64, 20348, 25398, 0, new(0x440, 0x5A8, 0x4C8, null, 0x90, 0x30, 0x38, 0x220)),
        new(Architecture.Arm64, 26100, 26200, 0, new(0x1D0, 0x338, 0x508, null, 0x90, 0x30, 0x38, 0x220)),
        new(Architecture.X86, 6000, 6003, 0, new(0x9C, 0x14C, 0x20C, 0x5C5, 0x120, 0x2C, 0x174, 0x144)),
        new(Architecture.X86, 7600, 7601, 0, new(0xB4, 0x16C, 0x22C, 0x4C4, 0x128, 0x2C, 0x190, 0x150)),
        new(Architecture.X86, 9200, 9200, 0, new(0xB4, 0x170, 0x214, 0x4C4, 0x6C, 0x24, 0x28, 0x150)),
        new(Architecture.X86, 9600, 9600, 0, new(0xB4, 0x170, 0x364, 0x4C0, 0x6C, 0x24, 0x28, 0x150)),
        new(Architecture.X86, 10240, 10240, 0, new(0xB4, 0x170, 0x374, 0x4C0, 0x6C, 0x24, 0x28, 0x150)),
        new(Architecture.X86, 10586, 14393, 0, new(0xB4, 0x174, 0x374, 0x4C0, 0x6C, 0x24, 0x28, 0x150)),
        new(Architecture.X86, 15063, 17763, 0, new(0xB4, 0x17C, 0x37C, 0x4C0, 0x6C, 0x24, 0x28, 0x150)),
        new(Architecture.X86, 18362, 18363, 0, new(0xB4, 0x17C, 0x384, 0x4C0, 0x6C, 0x24, 0x28, 0x150)),
        new(Architecture.X86, 19041, 19045, 0, new(0xE4, 0x1AC, 0x2AC, 0x4C0, 0x6C, 0x24, 0x28, 0x150)),
    ];

    /// <summary>The layout of a build; null when the table has none.</summary>
    /// <param name="architecture">Whose.</param>
    /// <param name="build">The build number.</param>
    /// <param name="sizePrcb">Size of the KPRCB by the debugger data, which tells updates of Windows 7 apart; null when not known.</param>
    internal static WindowsStructureLayout? Find(Architecture architecture, uint build, uint? sizePrcb)
    {
        foreach (Row row in Rows)
        {
            if (row.Architecture == architecture && build >= row.FirstBuild && build <= row.LastBuild
                && (row.SizePrcb == 0 || sizePrcb is null || row.SizePrcb == sizePrcb))
            {
                return row.Layout;
            }
        }

        return null;
    }

    /// <summary>Every layout of an architecture, the newest first: to try on a build the table does not have.</summary>
    internal static IEnumerable<WindowsStructureLayout> All(Architecture architecture) =>
        Rows.Where(r => r.Architecture == architecture || (architecture == Architecture.Arm64 && r.Architecture == Architecture.X64))
            .Select(r => r.Layout)
            .Reverse();

    private sealed record Row(Architecture Architecture, uint FirstBuild, uint LastBuild, uint SizePrcb, WindowsStructureLayout Layout);
}
