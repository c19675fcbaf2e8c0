using System.Buffers.Binary;
using KernelFault.Memory;

namespace KernelFault.Formats.Orc;

// Two parallel arrays, sorted by address: .orc_unwind_ip has for each entry a signed 32-bit distance from its own slot to the code
// the entry starts to hold for, .orc_unwind the entries. An entry holds up to the next one's address.

/// <summary>
/// The ORC unwind table of the kernel or of a module, in the memory of the dump: a look-up reads the few words a binary search
/// touches, however many entries there are.
/// </summary>
internal sealed class OrcTable
{
    private readonly IMemoryReader _memory;
    private readonly ulong _addresses;
    private readonly ulong _entries;
    private readonly uint _count;
    private readonly OrcLayout _layout;
    private readonly OrcLookup? _lookup;

    /// <summary>A table in memory.</summary>
    /// <param name="memory">The crashed machine's memory.</param>
    /// <param name="addresses">Of <c>.orc_unwind_ip</c>.</param>
    /// <param name="entries">Of <c>.orc_unwind</c>.</param>
    /// <param name="count">How many entries there are.</param>
    /// <param name="layout">How they are written.</param>
    /// <param name="lookup">The kernel's index of it; null for a module.</param>
    internal OrcTable(IMemoryReader memory, ulong addresses, ulong entries, uint count, OrcLayout layout, OrcLookup? lookup = null)
    {
        _memory = memory;
        _addresses = addresses;
        _entries = entries;
        _count = count;
        _layout = layout;
        _lookup = lookup;
    }

    /// <summary>Finds the entry that holds for an instruction.</summary>
    /// <param name="address">Of the instruction.</param>
    /// <param name="entry">The entry.</param>
    /// <returns>False if the table starts above the address, or the words needed are not in the dump.</returns>
    internal bool TryFind(ulong address, out OrcEntry entry)
    {
        Span<byte> bytes = stackalloc byte[OrcLayout.EntrySize];
        bool found = TryRead(address, bytes);
        entry = found ? _layout.Decode(bytes) : default;
        return found;
    }

    /// <summary>Finds the entry that holds for an instruction, as it is written.</summary>
    /// <param name="address">Of the instruction.</param>
    /// <param name="bytes">Room for <see cref="OrcLayout.EntrySize"/> bytes.</param>
    /// <returns>As <see cref="TryFind"/>.</returns>
    internal bool TryRead(ulong address, Span<byte> bytes)
    {
        if (_count == 0)
        {
            return false;
        }

        // An index that leads astray is worth nothing; the whole table still is.
        return ((TryLookup(address, out uint first, out uint last) && TrySearch(address, first, last, out uint index))
                || TrySearch(address, 0, _count - 1, out index))
            && _memory.TryRead(new VirtualAddress(unchecked(_entries + ((ulong)index * OrcLayout.EntrySize))), bytes);
    }

    private bool TryLookup(ulong address, out uint first, out uint last)
    {
        first = 0;
        last = 0;
        if (_lookup is not { } lookup || address < lookup.TextStart)
        {
            return false;
        }

        ulong block = (address - lookup.TextStart) / OrcLookup.BlockSize;
        Span<byte> pair = stackalloc byte[8];
        if (lookup.Blocks < 2 || block >= lookup.Blocks - 1
            || !_memory.TryRead(new VirtualAddress(unchecked(lookup.Address + (block * 4))), pair))
        {
            return false;
        }

        first = BinaryPrimitives.ReadUInt32LittleEndian(pair);
        last = BinaryPrimitives.ReadUInt32LittleEndian(pair.Slice(4));
        return first <= last && last < _count;
    }

    // The last entry that starts at or below the address; false if even the first is above it.
    private bool TrySearch(ulong address, uint first, uint last, out uint index)
    {
        index = first;
        if (!TryAddress(first, out ulong start) || start > address)
        {
            return false;
        }

        while (first < last)
        {
            uint middle = last - ((last - first) / 2);
            if (!TryAddress(middle, out start))
            {
                return false;
            }

            if (start <= address)
            {
                first = middle;
            }
            else
            {
                last = middle - 1;
            }
        }

        index = first;
        return true;
    }

    private bool TryAddress(uint index, out ulong address)
    {
        ulong slot = unchecked(_addresses + ((ulong)index * 4));
        bool read = _memory.TryReadUInt32(new VirtualAddress(slot), out uint distance);
        address = unchecked(slot + (ulong)(int)distance);
        return read;
    }
}
