using KernelFault.Memory;

namespace KernelFault.Dumps.Process;

/// <summary>The pieces of memory in a process dump as one address space, read in place from the mapped file.</summary>
internal sealed class ProcessMemory : IMemoryReader
{
    private readonly MappedFile _file;
    private readonly MemoryPiece[] _pieces;

    /// <summary>Lays the pieces out: sorted, none overlapping another (the lower start wins), all inside the file.</summary>
    internal ProcessMemory(MappedFile file, IEnumerable<MemoryPiece> pieces)
    {
        _file = file;
        var sorted = new List<MemoryPiece>();
        foreach (MemoryPiece piece in pieces)
        {
            ulong toTop = unchecked(0UL - piece.Start);
            ulong inFile = piece.Offset < 0 || piece.Offset >= file.Length ? 0 : (ulong)(file.Length - piece.Offset);
            ulong size = Math.Min(piece.Size, inFile);
            size = toTop == 0 ? size : Math.Min(size, toTop);
            if (size > 0)
            {
                sorted.Add(piece with { Size = size });
            }
        }

        sorted.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.Size.CompareTo(a.Size));
        var result = new List<MemoryPiece>(sorted.Count);
        foreach (MemoryPiece piece in sorted)
        {
            ulong covered = 0;
            if (result.Count > 0)
            {
                MemoryPiece last = result[result.Count - 1];
                covered = last.Size - Math.Min(last.Size, piece.Start - last.Start);
            }

            if (covered < piece.Size)
            {
                result.Add(new MemoryPiece(piece.Start + covered, piece.Size - covered, piece.Offset + (long)covered));
            }
        }

        _pieces = [.. result];
    }

    /// <summary>The pieces, sorted by address and free of overlaps.</summary>
    internal IReadOnlyList<MemoryPiece> Pieces => _pieces;

    /// <inheritdoc/>
    public int Read(VirtualAddress address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong next = unchecked(address.ToUInt64() + (ulong)done);
            if (Find(next) is not MemoryPiece piece)
            {
                break;
            }

            ulong skip = next - piece.Start;
            int count = (int)Math.Min(piece.Size - skip, (ulong)(destination.Length - done));
            if (!_file.TrySlice(piece.Offset + (long)skip, count, out ReadOnlySpan<byte> bytes))
            {
                break;
            }

            bytes.CopyTo(destination.Slice(done));
            done += count;
        }

        return done;
    }

    /// <summary>The piece an address lies in; null when the dump does not hold it.</summary>
    internal MemoryPiece? Find(ulong address)
    {
        int low = 0;
        int high = _pieces.Length - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) >> 1);
            if (_pieces[middle].Start > address)
            {
                high = middle - 1;
            }
            else if (address - _pieces[middle].Start < _pieces[middle].Size)
            {
                return _pieces[middle];
            }
            else
            {
                low = middle + 1;
            }
        }

        return null;
    }
}
