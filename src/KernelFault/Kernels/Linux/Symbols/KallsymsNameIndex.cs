namespace KernelFault.Kernels.Linux.Symbols;

/// <summary>Finds symbols by name in kernels before 6.2, which keep no order of names: hashes of all, from one pass over them.</summary>
internal sealed class KallsymsNameIndex
{
    private readonly KallsymsNames _names;
    private readonly int[] _slots;

    /// <summary>Goes through all names once.</summary>
    internal KallsymsNameIndex(KallsymsNames names)
    {
        _names = names;
        int size = 1024;
        while (size < names.Count * 2)
        {
            size *= 2;
        }

        _slots = new int[size];
        Span<byte> name = stackalloc byte[KallsymsTokens.LongestName];
        for (int i = 0; i < names.Count; i++)
        {
            int length = names.Read(i, name);
            if (length > 1)
            {
                // In the order of addresses, so that the first of several with one name is found first.
                int slot = Slot(name.Slice(1, length - 1));
                while (_slots[slot] != 0)
                {
                    slot = (slot + 1) & (size - 1);
                }

                _slots[slot] = i + 1;
            }
        }
    }

    /// <summary>The first symbol of a name.</summary>
    /// <param name="wanted">The name without its type letter.</param>
    /// <returns>Its number in the order of addresses; -1 when there is none.</returns>
    internal int Find(ReadOnlySpan<byte> wanted)
    {
        Span<byte> name = stackalloc byte[KallsymsTokens.LongestName];
        for (int slot = Slot(wanted); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            int index = _slots[slot] - 1;
            int length = _names.Read(index, name);
            if (length > 1 && name.Slice(1, length - 1).SequenceEqual(wanted))
            {
                return index;
            }
        }

        return -1;
    }

    // FNV-1a.
    private int Slot(ReadOnlySpan<byte> name)
    {
        uint hash = 2166136261;
        foreach (byte value in name)
        {
            hash = unchecked((hash ^ value) * 16777619);
        }

        return (int)((hash ^ (hash >> 15)) & (uint)(_slots.Length - 1));
    }
}
