namespace KernelFault.Memory;

/// <summary>Virtual memory read through page tables. May be used from several threads if the physical memory may.</summary>
public sealed class TranslatedMemory : IMemoryReader
{
    // Enough for the working set of a stack walk or a symbol search; direct-mapped, so that a look-up is one comparison.
    private const int CacheEntries = 256;
    private const int PageShift = 12;
    private const ulong PageMask = (1UL << PageShift) - 1;

    private readonly IPhysicalMemoryReader _physical;
    private readonly IPageTable _table;
    private readonly Translation?[] _cache = new Translation?[CacheEntries];

    /// <summary>Puts tables and memory together.</summary>
    /// <param name="physical">The machine's physical memory.</param>
    /// <param name="table">Its page tables.</param>
    public TranslatedMemory(IPhysicalMemoryReader physical, IPageTable table)
    {
        _physical = physical;
        _table = table;
    }

    /// <inheritdoc/>
    public int Read(VirtualAddress address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address.ToUInt64() + (ulong)done);
            if ((done > 0 && at == 0) || !TryTranslate(at, out ulong physical, out ulong available))
            {
                break;
            }

            int wanted = (int)Math.Min((ulong)(destination.Length - done), available);
            int read = _physical.Read(new PhysicalAddress(physical), destination.Slice(done, wanted));
            done += read;
            if (read < wanted)
            {
                break;
            }
        }

        return done;
    }

    private bool TryTranslate(ulong address, out ulong physical, out ulong available)
    {
        ulong page = address >> PageShift;
        ref Translation? slot = ref _cache[(int)(page % CacheEntries)];

        // One read of the reference: another thread may replace it, what it points to never changes.
        if (slot is { } known && known.Page == page)
        {
            physical = known.Physical | (address & PageMask);
            available = PageMask + 1 - (address & PageMask);
            return true;
        }

        bool found = _table.TryTranslate(new VirtualAddress(address), out PhysicalAddress translated, out available);
        physical = translated.ToUInt64();
        if (found && ((physical ^ address) & PageMask) == 0)
        {
            slot = new Translation(page, physical & ~PageMask);
        }

        return found;
    }

    private sealed class Translation(ulong page, ulong physical)
    {
        internal ulong Page { get; } = page;

        internal ulong Physical { get; } = physical;
    }
}
