using KernelFault.Dumps.Linux;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Symbols;

/// <summary>Finds the tables of kallsyms from what VMCOREINFO names (6.0 and later), and those that it does not name from those it does.</summary>
internal static class KallsymsLocator
{
    /// <summary>More than any kernel has; a distribution's has 100,000 to 250,000.</summary>
    internal const int MaximumCount = 4_000_000;

    private const int FirstBlock = 4096;

    /// <summary>Where the tables are.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="info">VMCOREINFO.</param>
    /// <returns>Null when it does not name them, or when what it names is not in the dump.</returns>
    internal static KallsymsLayout? Locate(IMemoryReader memory, VmcoreInfo info)
    {
        if (Symbol(info, "kallsyms_names") is not { } names
            || Symbol(info, "kallsyms_num_syms") is not { } countAddress
            || Symbol(info, "kallsyms_token_table") is not { } tokenTable
            || Symbol(info, "kallsyms_token_index") is not { } tokenIndex
            || !memory.TryReadUInt32(countAddress, out uint count)
            || count is 0 or > MaximumCount)
        {
            return null;
        }

        VirtualAddress? offsets = Symbol(info, "kallsyms_offsets");
        if ((offsets ?? Symbol(info, "kallsyms_addresses")) is not { } addresses)
        {
            return null;
        }

        KallsymsEncoding encoding = offsets is null ? KallsymsEncoding.Absolute : KallsymsEncoding.PlaceRelative;
        ulong relativeBase = 0;
        VirtualAddress behind = addresses + (count * (offsets is null ? 8UL : 4UL));
        if (offsets is not null && Symbol(info, "kallsyms_relative_base") is { } baseAddress)
        {
            if (!memory.TryReadUInt64(baseAddress, out relativeBase))
            {
                return null;
            }

            encoding = BaseEncoding(memory, addresses, (int)count);
            behind = baseAddress + 8;
        }

        var layout = new KallsymsLayout
        {
            Count = (int)count,
            Names = names,
            TokenTable = tokenTable,
            TokenIndex = tokenIndex,
            Addresses = addresses,
            Encoding = encoding,
            RelativeBase = relativeBase,
        };
        return Complete(memory, layout, addresses > tokenTable ? behind : null);
    }

    /// <summary>Finds markers and order of names from the tables that are known.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="layout">The others.</param>
    /// <param name="behindAddresses">What follows the addresses and their base; null when the addresses come first (before 6.4).</param>
    internal static KallsymsLayout Complete(IMemoryReader memory, KallsymsLayout layout, VirtualAddress? behindAddresses)
    {
        ulong blocks = ((ulong)layout.Count + KallsymsNames.BlockSize - 1) / KallsymsNames.BlockSize;
        ulong orderBytes = Align((ulong)layout.Count * 3);
        ulong table = layout.TokenTable.ToUInt64();
        uint second = SecondBlock(memory, layout);
        for (int size = 4; size <= 8; size += 4)
        {
            foreach (ulong bytes in (ReadOnlySpan<ulong>)[Align(blocks * (ulong)size), blocks * (ulong)size])
            {
                if (IsMarkers(memory, table - bytes, size, second))
                {
                    return layout with { Markers = new VirtualAddress(table - bytes), MarkerSize = size, NameOrder = behindAddresses };
                }

                if (IsMarkers(memory, table - orderBytes - bytes, size, second))
                {
                    return layout with { Markers = new VirtualAddress(table - orderBytes - bytes), MarkerSize = size, NameOrder = new VirtualAddress(table - orderBytes) };
                }
            }
        }

        return layout with { NameOrder = behindAddresses };
    }

    /// <summary>Rounds up to a multiple of 8, where tables of kallsyms begin up to 6.x.</summary>
    internal static ulong Align(ulong value) => (value + 7) & ~7UL;

    /// <summary>With absolute per-CPU symbols the image's own are negative, the highest, which is the last, among them.</summary>
    internal static KallsymsEncoding BaseEncoding(IMemoryReader memory, VirtualAddress offsets, int count) =>
        memory.TryReadUInt32(offsets + ((ulong)(count - 1) * 4), out uint last) && unchecked((int)last) < 0
            ? KallsymsEncoding.BaseRelativeAbsolutePerCpu
            : KallsymsEncoding.BaseRelative;

    /// <summary>Where the second block of names begins; 0 when there is none, or when it cannot be known.</summary>
    internal static uint SecondBlock(IMemoryReader memory, KallsymsLayout layout)
    {
        if (layout.Count <= KallsymsNames.BlockSize)
        {
            return 0;
        }

        // A few kilobytes do, but names can be long.
        byte[] bytes = new byte[FirstBlock];
        while (true)
        {
            int read = memory.Read(layout.Names, bytes);
            if (BlockLength(bytes.AsSpan(0, read)) is { } length)
            {
                return length;
            }

            if (read < bytes.Length || bytes.Length >= KallsymsNames.BlockSize * (KallsymsTokens.LongestName + 2))
            {
                return 0;
            }

            bytes = new byte[bytes.Length * 2];
        }
    }

    private static uint? BlockLength(ReadOnlySpan<byte> bytes)
    {
        int position = 0;
        for (int i = 0; i < KallsymsNames.BlockSize; i++)
        {
            if (!KallsymsNames.TryHop(bytes, ref position, out int length))
            {
                return null;
            }

            position += length;
        }

        return (uint)position;
    }

    private static bool IsMarkers(IMemoryReader memory, ulong address, int size, uint second) => second != 0
        && memory.TryReadUInt64(new VirtualAddress(address), out ulong first)
        && (size == 4 ? first == (ulong)second << 32 : first == 0 && memory.TryReadUInt64(new VirtualAddress(address + 8), out ulong next) && next == second);

    private static VirtualAddress? Symbol(VmcoreInfo info, string name) => info.Symbol(name) is { } value and not 0 ? new VirtualAddress(value) : null;
}
