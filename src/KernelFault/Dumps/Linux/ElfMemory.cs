using KernelFault.Formats.Elf;
using KernelFault.Memory;

namespace KernelFault.Dumps.Linux;

// A PT_LOAD of a vmcore: p_filesz bytes of physical memory from p_paddr at p_offset; what p_memsz has beyond was left out by
// makedumpfile -E. An emulator that dumps "with paging" lists every virtual mapping, so that the same physical page occurs in many:
// the first in the file counts.

/// <summary>Physical memory in an ELF vmcore. Holds no state that changes: safe for several threads.</summary>
internal sealed class ElfMemory : IVmcoreMemory
{
    private readonly IByteSource _source;
    private readonly Piece[] _pieces;
    private readonly Piece[] _excluded;

    internal ElfMemory(IByteSource source, List<ElfSegment> segments, int pageSize, List<string> warnings)
    {
        _source = source;
        PageSize = pageSize;
        var pieces = new List<Piece>(segments.Count);
        var excluded = new List<Piece>();
        bool cut = false;
        foreach (ElfSegment segment in segments)
        {
            // Device memory that was mapped but not dumped has p_offset or p_paddr of all ones.
            if (segment.Type != 1 || segment.PhysicalAddress == ulong.MaxValue || segment.Offset > long.MaxValue)
            {
                continue;
            }

            ulong room = ulong.MaxValue - segment.PhysicalAddress;
            ulong size = Math.Min(Math.Min(segment.FileSize, long.MaxValue - segment.Offset), room);
            if (size > 0)
            {
                cut |= segment.Offset + size > (ulong)source.Length;
                pieces.Add(new Piece(segment.PhysicalAddress, size, (long)segment.Offset));
            }

            if (segment.MemorySize > segment.FileSize)
            {
                ulong start = segment.PhysicalAddress + size;
                excluded.Add(new Piece(start, Math.Min(segment.MemorySize - segment.FileSize, ulong.MaxValue - start), 0));
            }
        }

        if (cut)
        {
            warnings.Add("The memory that the dump lists does not all lie in the file: it is cut short.");
        }

        _pieces = WithoutOverlaps(pieces);
        _excluded = WithoutOverlaps(excluded);
    }

    /// <inheritdoc/>
    public int PageSize { get; }

    /// <summary>Pages were left out, as <c>makedumpfile -E</c> does.</summary>
    internal bool HasExcluded => _excluded.Length > 0;

    /// <summary>One past the highest page frame that the file tells of.</summary>
    internal ulong FrameLimit => (Math.Max(End(_pieces), End(_excluded)) + (uint)PageSize - 1) / (uint)PageSize;

    /// <inheritdoc/>
    public int Read(PhysicalAddress address, Span<byte> destination)
    {
        int done = 0;
        ulong start = address.ToUInt64();
        while (done < destination.Length && start <= ulong.MaxValue - (uint)done)
        {
            ulong at = start + (uint)done;
            int index = Find(_pieces, at);
            if (index < 0)
            {
                break;
            }

            ref readonly Piece piece = ref _pieces[index];
            ulong skipped = at - piece.Start;
            int wanted = (int)Math.Min((ulong)(destination.Length - done), piece.Size - skipped);
            int read = _source.Read(piece.Offset + (long)skipped, destination.Slice(done, wanted));
            done += read;
            if (read < wanted)
            {
                break;
            }
        }

        return done;
    }

    /// <inheritdoc/>
    public PageAvailability Probe(PhysicalAddress address)
    {
        ulong at = address.ToUInt64();
        int index = Find(_pieces, at);
        if (index >= 0)
        {
            return (ulong)_pieces[index].Offset + (at - _pieces[index].Start) < (ulong)_source.Length ? PageAvailability.Present : PageAvailability.Damaged;
        }

        return Find(_excluded, at) >= 0 ? PageAvailability.Excluded : PageAvailability.Absent;
    }

    /// <inheritdoc/>
    public ulong NextPresent(ulong frame)
    {
        if (frame > ulong.MaxValue / (uint)PageSize)
        {
            return ulong.MaxValue;
        }

        ulong at = frame * (uint)PageSize;
        int index = Find(_pieces, at);
        for (index = index < 0 ? ~index : index; index < _pieces.Length; index++)
        {
            ref readonly Piece piece = ref _pieces[index];
            if (piece.Start > ulong.MaxValue - (uint)PageSize)
            {
                break;
            }

            // A segment may claim more than the file has: what it claims is not gone through page by page.
            ulong start = Math.Max(at, (piece.Start + (uint)PageSize - 1) / (uint)PageSize * (uint)PageSize);
            ulong skipped = start - piece.Start;
            if (skipped < piece.Size && (ulong)piece.Offset + skipped < (ulong)_source.Length)
            {
                return start / (uint)PageSize;
            }
        }

        return ulong.MaxValue;
    }

    /// <inheritdoc/>
    public VmcorePages Count()
    {
        return new VmcorePages(Pages(_pieces), Pages(_excluded));

        long Pages(Piece[] pieces)
        {
            ulong bytes = 0;
            foreach (Piece piece in pieces)
            {
                bytes += piece.Size;
            }

            return (long)(bytes / (uint)PageSize);
        }
    }

    private static ulong End(Piece[] pieces) => pieces.Length == 0 ? 0 : pieces[pieces.Length - 1].Start + pieces[pieces.Length - 1].Size;

    private static Piece[] WithoutOverlaps(List<Piece> pieces)
    {
        pieces.Sort(static (left, right) =>
        {
            int order = left.Start.CompareTo(right.Start);
            return order != 0 ? order : left.Offset.CompareTo(right.Offset);
        });
        int count = 0;
        ulong end = 0;
        for (int i = 0; i < pieces.Count; i++)
        {
            Piece piece = pieces[i];
            ulong covered = piece.Start < end ? Math.Min(end - piece.Start, piece.Size) : 0;
            if (covered == piece.Size)
            {
                continue;
            }

            piece = new Piece(piece.Start + covered, piece.Size - covered, piece.Offset + (long)covered);
            end = piece.Start + piece.Size;
            if (count > 0 && pieces[count - 1] is Piece last && last.Start + last.Size == piece.Start && last.Offset + (long)last.Size == piece.Offset)
            {
                pieces[count - 1] = last with { Size = last.Size + piece.Size };
            }
            else
            {
                pieces[count++] = piece;
            }
        }

        pieces.RemoveRange(count, pieces.Count - count);
        return pieces.ToArray();
    }

    /// <summary>The piece with an address; else the complement of the index of the next one.</summary>
    private static int Find(Piece[] pieces, ulong address)
    {
        int low = 0;
        int high = pieces.Length - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) / 2);
            if (address < pieces[middle].Start)
            {
                high = middle - 1;
            }
            else if (address - pieces[middle].Start >= pieces[middle].Size)
            {
                low = middle + 1;
            }
            else
            {
                return middle;
            }
        }

        return ~low;
    }

    private readonly record struct Piece(ulong Start, ulong Size, long Offset);
}
