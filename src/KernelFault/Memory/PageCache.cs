namespace KernelFault.Memory;

/// <summary>The pages read last, in sets of eight of which the one not used for longest gives way: bounded, whatever the file's size.</summary>
internal sealed class PageCache
{
    private const int Ways = 8;

    private readonly int _sets;
    private readonly int _pageSize;
    private readonly ulong[] _frames;
    private readonly uint[] _used;
    private readonly byte[]?[] _pages;
    private uint _clock;

    /// <summary>A cache of at most <paramref name="maximumBytes"/>, taken as pages come.</summary>
    internal PageCache(int pageSize, int maximumBytes)
    {
        _pageSize = pageSize;
        _sets = Math.Max(1, maximumBytes / pageSize / Ways);
        _frames = new ulong[_sets * Ways];
        _used = new uint[_sets * Ways];
        _pages = new byte[_sets * Ways][];
    }

    /// <summary>The page of a frame; null when it is not at hand.</summary>
    internal byte[]? Find(ulong frame)
    {
        int set = Set(frame);
        for (int i = set; i < set + Ways; i++)
        {
            if (_frames[i] == frame && _used[i] != 0)
            {
                _used[i] = Tick();
                return _pages[i];
            }
        }

        return null;
    }

    /// <summary>A buffer for a frame's page, taken from the oldest. It counts only after <see cref="Keep"/>.</summary>
    internal byte[] Take(ulong frame)
    {
        int slot = Oldest(frame);
        _used[slot] = 0;
        _frames[slot] = frame;
        return _pages[slot] ??= new byte[_pageSize];
    }

    /// <summary>Says that the buffer taken last for this frame is filled.</summary>
    internal void Keep(ulong frame)
    {
        int set = Set(frame);
        for (int i = set; i < set + Ways; i++)
        {
            if (_frames[i] == frame && _pages[i] is not null)
            {
                _used[i] = Tick();
                return;
            }
        }
    }

    private int Set(ulong frame) => (int)(frame % (uint)_sets) * Ways;

    private int Oldest(ulong frame)
    {
        int set = Set(frame);
        int oldest = set;
        for (int i = set + 1; i < set + Ways; i++)
        {
            oldest = _used[i] < _used[oldest] ? i : oldest;
        }

        return oldest;
    }

    private uint Tick()
    {
        if (++_clock == 0)
        {
            // Once in four billion uses: forget all rather than mistake old for new.
            Array.Clear(_used, 0, _used.Length);
            _clock = 1;
        }

        return _clock;
    }
}
