using KernelFault.Memory;

namespace KernelFault.Dumps.Windows;

/// <summary>The pieces of virtual memory in a triage dump as one address space, read in place from the mapped file.</summary>
/// <remarks>
/// Pieces may overlap: the kernel copies a page once for itself and again for a driver's callback. They are laid out once,
/// sorted and cut so that none overlaps another (the lower start wins), and found by binary search after that.
/// </remarks>
internal sealed class TriageMemory : IMemoryReader
{
    private readonly MappedFile _file;
    private readonly TriageDataBlock[] _pieces;

    /// <summary>Lays the pieces out.</summary>
    /// <param name="file">The dump; outlives this reader.</param>
    /// <param name="pieces">What it holds; parts outside the file are left out.</param>
    internal TriageMemory(MappedFile file, IReadOnlyList<TriageDataBlock> pieces)
    {
        _file = file;
        _pieces = Flatten(file, pieces);
    }

    /// <summary>The pieces, sorted by address and free of overlaps.</summary>
    internal IReadOnlyList<TriageDataBlock> Pieces => _pieces;

    /// <inheritdoc/>
    public int Read(VirtualAddress address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            VirtualAddress next = address + (ulong)done;
            int index = Find(next);
            if (index < 0)
            {
                break;
            }

            TriageDataBlock piece = _pieces[index];
            uint skip = (uint)(next - piece.Address);
            int count = (int)Math.Min(piece.Size - skip, (uint)(destination.Length - done));
            if (!_file.TrySlice((long)piece.Offset + skip, count, out ReadOnlySpan<byte> bytes))
            {
                break;
            }

            bytes.CopyTo(destination.Slice(done));
            done += count;
        }

        return done;
    }

    private int Find(VirtualAddress address)
    {
        int low = 0;
        int high = _pieces.Length - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) >> 1);
            if (_pieces[middle].Address > address)
            {
                high = middle - 1;
            }
            else if (address - _pieces[middle].Address < _pieces[middle].Size)
            {
                return middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return -1;
    }

    private static TriageDataBlock[] Flatten(MappedFile file, IReadOnlyList<TriageDataBlock> pieces)
    {
        var sorted = new List<TriageDataBlock>(pieces.Count);
        foreach (TriageDataBlock piece in pieces)
        {
            long inFile = Math.Max(0, Math.Min(piece.Size, file.Length - piece.Offset));
            ulong toTop = unchecked(0UL - piece.Address.ToUInt64());
            if (toTop != 0 && (ulong)inFile > toTop)
            {
                inFile = (long)toTop;
            }

            if (inFile > 0)
            {
                sorted.Add(piece with { Size = (uint)inFile });
            }
        }

        sorted.Sort(static (a, b) => a.Address != b.Address ? a.Address.CompareTo(b.Address) : b.Size.CompareTo(a.Size));

        var result = new List<TriageDataBlock>(sorted.Count);
        foreach (TriageDataBlock piece in sorted)
        {
            if (result.Count > 0)
            {
                TriageDataBlock last = result[result.Count - 1];
                ulong covered = last.Size - Math.Min(last.Size, piece.Address - last.Address);
                if (covered >= piece.Size)
                {
                    continue;
                }

                if (covered > 0)
                {
                    result.Add(new TriageDataBlock(piece.Address + covered, piece.Offset + (uint)covered, piece.Size - (uint)covered));
                    continue;
                }
            }

            result.Add(piece);
        }

        return [.. result];
    }
}
