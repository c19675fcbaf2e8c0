using System.Buffers.Binary;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Symbols;

// Kernels before 6.0 do not say where kallsyms is. What it looks like does. Of the 256 pieces of text each character that occurs in
// names is one by itself, at the place of its code, so that the ten digits lie one behind the other: "0\01\02\0…9\0". Behind the last
// piece the token index follows, whose entries must be the pieces' distances: nothing else has both. The names lie before it in every
// version, their number just before them, the markers behind them: all three are checked against each other.

/// <summary>Finds the tables of kallsyms by what they look like.</summary>
internal sealed class KallsymsFinder
{
    private const int Window = 1024 * 1024;
    private const int Overlap = 16 * 1024;
    private const int MinimumCount = 500;

    // Names of a million symbols and their order are 20 MB.
    private const ulong FarthestNames = 48 * 1024 * 1024;

    private readonly IMemoryReader _memory;
    private readonly ulong _start;
    private readonly ulong _end;
    private readonly ulong[] _known;

    /// <summary>Takes where to look.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="start">First address of the image.</param>
    /// <param name="end">An address behind its read-only data.</param>
    /// <param name="known">Addresses at which symbols begin, such as those of VMCOREINFO: a layout must have them.</param>
    internal KallsymsFinder(IMemoryReader memory, ulong start, ulong end, ulong[] known)
    {
        _memory = memory;
        _start = start;
        _end = end;
        _known = known;
    }

    private static ReadOnlySpan<byte> Digits => "0\01\02\03\04\05\06\07\08\09\0"u8;

    /// <summary>Looks from the end down, because read-only data lies behind code.</summary>
    /// <returns>Null when there are no such tables.</returns>
    internal KallsymsLayout? Find()
    {
        byte[] window = new byte[Window + Overlap];
        for (ulong top = _end; top > _start;)
        {
            ulong bottom = top - _start > Window ? top - Window : _start;
            int wanted = (int)(top - bottom) + Overlap;
            int read = _memory.Read(new VirtualAddress(bottom), window.AsSpan(0, wanted));
            ReadOnlySpan<byte> bytes = window.AsSpan(0, read);
            for (int position = 0; (position = Next(bytes, position)) >= 0; position++)
            {
                if (TryTokens(bytes, position, out int table, out int index)
                    && FindNames(new VirtualAddress(bottom + (ulong)table), new VirtualAddress(bottom + (ulong)index)) is { } layout)
                {
                    return layout;
                }
            }

            top = bottom;
        }

        return null;
    }

    private static int Next(ReadOnlySpan<byte> bytes, int from)
    {
        int found = from < bytes.Length ? bytes.Slice(from).IndexOf(Digits) : -1;
        return found < 0 ? -1 : from + found;
    }

    // From the digits on 208 pieces are left; then the index, which says where the first one is.
    private static bool TryTokens(ReadOnlySpan<byte> bytes, int digits, out int table, out int index)
    {
        table = 0;
        index = 0;
        int end = digits;
        for (int i = '0'; i < KallsymsTokens.Count; i++)
        {
            int length = end < bytes.Length ? bytes.Slice(end).IndexOf((byte)0) : -1;
            if (length is < 0 or > 128)
            {
                return false;
            }

            end += length + 1;
        }

        // Windows begin at pages or at the image's start, so that their offsets are aligned as addresses are.
        int aligned = (end + 3) & ~3;
        return TryIndex(bytes, digits, index = aligned, out table) || TryIndex(bytes, digits, index = (aligned + 7) & ~7, out table);
    }

    private static bool TryIndex(ReadOnlySpan<byte> bytes, int digits, int index, out int table)
    {
        table = 0;
        if (index > bytes.Length - KallsymsTokens.IndexBytes)
        {
            return false;
        }

        var starts = new ushort[KallsymsTokens.Count];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(index + (i * 2)));
        }

        table = digits - starts['0'];
        return table >= 0 && KallsymsTokens.TryParse(bytes.Slice(table, index - table), starts, out _);
    }

    // Down from the token table, a number of symbols with that many names behind it.
    private KallsymsLayout? FindNames(VirtualAddress tokenTable, VirtualAddress tokenIndex)
    {
        ulong table = tokenTable.ToUInt64();
        ulong lowest = table - _start > FarthestNames ? table - FarthestNames : _start;
        byte[] window = new byte[Window + Overlap];
        for (ulong top = table; top > lowest;)
        {
            ulong bottom = top - lowest > Window ? top - Window : lowest;
            int read = _memory.Read(new VirtualAddress(bottom), window.AsSpan(0, (int)Math.Min(top - bottom + Overlap, table - bottom)));
            int inside = (int)(top - bottom);
            for (int position = (inside - 8) & ~3; position >= 0; position -= 4)
            {
                if (position + 8 > read)
                {
                    continue;
                }

                // The number is 8 bytes, or 4 and padded to 8 (4.20), or just 4 (7.x).
                ReadOnlySpan<byte> here = window.AsSpan(position, read - position);
                for (int size = 8; size >= 4; size -= 4)
                {
                    if (LooksLikeNames(here, size, out int count)
                        && TryComplete(tokenTable, tokenIndex, bottom + (ulong)position, size, count) is { } layout)
                    {
                        return layout;
                    }
                }
            }

            top = bottom;
        }

        return null;
    }

    // A name has a length from 1 up to what a name may have.
    private static bool LooksLikeNames(ReadOnlySpan<byte> bytes, int size, out int count)
    {
        ulong number = size == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        count = (int)Math.Min(number, int.MaxValue);
        if (number is < MinimumCount or > KallsymsLocator.MaximumCount)
        {
            return false;
        }

        ReadOnlySpan<byte> names = bytes.Slice(size);
        int position = 0;
        for (int i = 0; i < KallsymsNames.BlockSize; i++)
        {
            if (position + KallsymsTokens.LongestName > names.Length)
            {
                return i > 16;
            }

            if (!KallsymsNames.TryHop(names, ref position, out int length) || length is 0 or > KallsymsTokens.LongestName)
            {
                return false;
            }

            position += length;
        }

        return true;
    }

    private KallsymsLayout? TryComplete(VirtualAddress tokenTable, VirtualAddress tokenIndex, ulong number, int size, int count)
    {
        var layout = new KallsymsLayout
        {
            Count = count,
            Names = new VirtualAddress(number + (ulong)size),
            TokenTable = tokenTable,
            TokenIndex = tokenIndex,
            Addresses = default,
            Encoding = KallsymsEncoding.Absolute,
        };

        // Markers that lie between names and token table are the proof: nothing is accepted without.
        layout = KallsymsLocator.Complete(_memory, layout, null);
        if (layout.Markers is null)
        {
            return null;
        }

        ulong words = KallsymsLocator.Align((ulong)count * 4);
        ulong before = number;
        ulong behind = tokenIndex.ToUInt64() + KallsymsTokens.IndexBytes;
        return TryBase(layout, before - 8 - words, before - 8, layout.NameOrder)
            ?? TryBase(layout, behind, behind + words, new VirtualAddress(behind + words + 8))
            ?? TryAddresses(layout, behind, KallsymsEncoding.PlaceRelative, 0, new VirtualAddress(behind + ((ulong)count * 4)))
            ?? TryAddresses(layout, before - ((ulong)count * 8), KallsymsEncoding.Absolute, 0, layout.NameOrder)
            ?? TryAddresses(layout, behind, KallsymsEncoding.Absolute, 0, new VirtualAddress(behind + ((ulong)count * 8)));
    }

    private KallsymsLayout? TryBase(KallsymsLayout layout, ulong offsets, ulong baseAddress, VirtualAddress? order)
    {
        if (!_memory.TryReadUInt64(new VirtualAddress(baseAddress), out ulong relativeBase) || relativeBase >> 47 == 0)
        {
            return null;
        }

        return TryAddresses(layout, offsets, KallsymsLocator.BaseEncoding(_memory, new VirtualAddress(offsets), layout.Count), relativeBase, order);
    }

    private KallsymsLayout? TryAddresses(KallsymsLayout layout, ulong addresses, KallsymsEncoding encoding, ulong relativeBase, VirtualAddress? order)
    {
        KallsymsLayout complete = layout with { Addresses = new VirtualAddress(addresses), Encoding = encoding, RelativeBase = relativeBase, NameOrder = order };
        return KallsymsCheck.IsAscending(_memory, complete) && KallsymsCheck.HasAll(_memory, complete, _known) ? complete : null;
    }
}
