using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Symbols;

/// <summary>Finds symbols by name in <c>kallsyms_seqs_of_names</c>: 24-bit numbers, most significant byte first, in the order of names.</summary>
internal sealed class KallsymsNameOrder
{
    private const int EntrySize = 3;
    private const int Samples = 6;

    private readonly IMemoryReader _memory;
    private readonly VirtualAddress _table;
    private readonly KallsymsNames _names;

    internal KallsymsNameOrder(IMemoryReader memory, VirtualAddress table, KallsymsNames names)
    {
        _memory = memory;
        _table = table;
        _names = names;
    }

    /// <summary>Whether this is such a table: numbers of symbols whose names ascend, at some places.</summary>
    internal bool LooksRight()
    {
        byte[] name = new byte[KallsymsTokens.LongestName];
        byte[] before = new byte[KallsymsTokens.LongestName];
        int beforeLength = 0;
        for (int i = 0; i < Samples; i++)
        {
            int length = ReadName((int)((long)i * (_names.Count - 1) / (Samples - 1)), name);
            if (length == 0 || (i > 0 && Compare(before.AsSpan(0, beforeLength), name.AsSpan(0, length)) > 0))
            {
                return false;
            }

            (before, name) = (name, before);
            beforeLength = length;
        }

        return true;
    }

    /// <summary>The first symbol of a name.</summary>
    /// <param name="wanted">The name without its type letter.</param>
    /// <returns>Its number in the order of addresses; -1 when there is none.</returns>
    internal int Find(ReadOnlySpan<byte> wanted)
    {
        Span<byte> name = stackalloc byte[KallsymsTokens.LongestName];
        int low = 0;
        int high = _names.Count;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            int length = ReadName(middle, name);
            if (length == 0)
            {
                return -1;
            }

            if (Compare(name.Slice(0, length), wanted) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        int found = low < _names.Count ? ReadName(low, name) : 0;
        return found > 0 && name.Slice(0, found).SequenceEqual(wanted) && TryRead(low, out int index) ? index : -1;
    }

    private static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right);

    private int ReadName(int position, Span<byte> name)
    {
        if (!TryRead(position, out int index))
        {
            return 0;
        }

        int length = _names.Read(index, name);
        if (length <= 1)
        {
            return 0;
        }

        name.Slice(1, length - 1).CopyTo(name);
        return length - 1;
    }

    private bool TryRead(int position, out int index)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        bool read = _memory.TryRead(_table + ((ulong)position * EntrySize), entry);
        index = read ? (entry[0] << 16) | (entry[1] << 8) | entry[2] : -1;
        return read && index < _names.Count;
    }
}
