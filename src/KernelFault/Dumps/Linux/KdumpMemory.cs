using KernelFault.Formats.Compression;
using KernelFault.Formats.Zstd;
using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Linux;

// A page descriptor (page_desc): file offset (8 bytes), size (4), flags (4: which method, 0 for none), page flags (8, always 0).
// makedumpfile gives all zero pages one descriptor's data, so they are present like any other; pages it leaves out have no bit in
// the second bitmap. A descriptor of zeros is one that the writer did not get to.

/// <summary>Physical memory in a kdump-compressed file. Safe for several threads: one reads at a time.</summary>
internal sealed class KdumpMemory : IVmcoreMemory
{
    private const int DescriptorSize = 24;
    private const int CacheBytes = 4 * 1024 * 1024;

    // page_desc.flags.
    private const uint Zlib = 0x1;
    private const uint Lzo = 0x2;
    private const uint Snappy = 0x4;
    private const uint Zstd = 0x20;

#if NET
    private readonly Lock _gate = new();
#else
    private readonly object _gate = new();
#endif
    private readonly IByteSource _source;
    private readonly KdumpHeader _header;
    private readonly PageBitmap _machine;
    private readonly PageBitmap _file;
    private readonly PageCache _cache;
    private readonly byte[] _compressed;
    private readonly byte[] _descriptor = new byte[DescriptorSize];
    private readonly int _shift;
    private readonly ulong _first;
    private readonly ulong _end;
    private readonly ulong _skipped;
    private InflateDecoder? _inflate;
    private LzoDecoder? _lzo;
    private SnappyDecoder? _snappy;
    private ZstdDecoder? _zstd;

    internal KdumpMemory(IByteSource source, KdumpHeader header)
    {
        _source = source;
        _header = header;
        _cache = new PageCache(header.BlockSize, CacheBytes);
        _compressed = new byte[header.BlockSize];
        while (1 << _shift < header.BlockSize)
        {
            _shift++;
        }

        // Two bitmaps when there is room for two of this many frames; else one, of a file without filter.
        ulong bitmap = ((header.PageFrameLimit + 7) / 8 + (uint)header.BlockSize - 1) / (uint)header.BlockSize * (uint)header.BlockSize;
        bool two = (ulong)header.BitmapSize / 2 >= bitmap;
        long size = two ? header.BitmapSize / 2 : header.BitmapSize;
        _machine = new PageBitmap(source, header.BitmapOffset, size);
        _file = two ? new PageBitmap(source, header.BitmapOffset + size, size) : _machine;

        // Bits past the limit are filling.
        _end = Math.Min(header.PageFrameLimit, _machine.Frames);
        if (header.Part is VmcorePart part)
        {
            _first = (ulong)part.First;
            _end = Math.Min(_end, (ulong)part.End);
            _skipped = _file.Rank(_first);
        }
    }

    /// <inheritdoc/>
    public int PageSize => _header.BlockSize;

    /// <inheritdoc/>
    public int Read(PhysicalAddress address, Span<byte> destination)
    {
        int done = 0;
        ulong start = address.ToUInt64();
        lock (_gate)
        {
            while (done < destination.Length && start <= ulong.MaxValue - (uint)done)
            {
                ulong at = start + (uint)done;
                byte[]? page = Page(at >> _shift);
                if (page is null)
                {
                    break;
                }

                ReadOnlySpan<byte> bytes = page.AsSpan((int)(at & (uint)(page.Length - 1)));
                bytes = bytes.Slice(0, Math.Min(bytes.Length, destination.Length - done));
                bytes.CopyTo(destination.Slice(done));
                done += bytes.Length;
            }
        }

        return done;
    }

    /// <inheritdoc/>
    public PageAvailability Probe(PhysicalAddress address)
    {
        ulong frame = address.ToUInt64() >> _shift;
        lock (_gate)
        {
            if (frame >= _header.PageFrameLimit || !_machine[frame])
            {
                return PageAvailability.Absent;
            }

            if (frame < _first || frame >= _end || !_file[frame])
            {
                return PageAvailability.Excluded;
            }

            return Page(frame) is null ? PageAvailability.Damaged : PageAvailability.Present;
        }
    }

    /// <inheritdoc/>
    public ulong NextPresent(ulong frame)
    {
        lock (_gate)
        {
            ulong next = _file.Next(Math.Max(frame, _first));
            return next >= _end ? ulong.MaxValue : next;
        }
    }

    /// <summary>
    /// True if the file ends before its last pages. False also where the bitmap is too large to be counted for that alone: of a
    /// machine of more than 512 GB.
    /// </summary>
    internal bool IsCutShort()
    {
        const ulong MaximumFrames = 128 * 1024 * 1024;
        const int DescriptorsToCheck = 64;
        if (_end > MaximumFrames)
        {
            return false;
        }

        lock (_gate)
        {
            // Zero pages share their bytes, at the front: one of the last descriptors is of a page that has its own.
            ulong count = _end > _first ? _file.Rank(_end) - _skipped : 0;
            for (ulong index = count; index > 0 && count - index < DescriptorsToCheck; index--)
            {
                ulong at = (ulong)_header.DescriptorOffset + ((index - 1) * DescriptorSize);
                if (at > (ulong)_source.Length || !_source.TryRead((long)at, _descriptor)
                    || UInt64(_descriptor, 0) > (ulong)_source.Length || UInt64(_descriptor, 0) + UInt32(_descriptor, 8) > (ulong)_source.Length)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <inheritdoc/>
    public VmcorePages Count()
    {
        lock (_gate)
        {
            ulong present = _end > _first ? _file.Rank(_end) - _skipped : 0;
            ulong all = _machine.Rank(_header.PageFrameLimit);
            return new VmcorePages((long)present, (long)(all > present ? all - present : 0));
        }
    }

    private byte[]? Page(ulong frame)
    {
        if (_cache.Find(frame) is byte[] known)
        {
            return known;
        }

        if (frame < _first || frame >= _end || !_file[frame])
        {
            return null;
        }

        ulong index = _file.Rank(frame) - _skipped;
        if (index > (ulong)_source.Length / DescriptorSize
            || !_source.TryRead(_header.DescriptorOffset + (long)(index * DescriptorSize), _descriptor))
        {
            return null;
        }

        ulong offset = UInt64(_descriptor, 0);
        uint size = UInt32(_descriptor, 8);
        uint flags = UInt32(_descriptor, 12);
        if (offset == 0 || offset > long.MaxValue || size == 0 || size > (uint)_compressed.Length)
        {
            return null;
        }

        byte[] page = _cache.Take(frame);
        if (!Fill((long)offset, (int)size, flags & (Zlib | Lzo | Snappy | Zstd), page))
        {
            return null;
        }

        _cache.Keep(frame);
        return page;
    }

    private bool Fill(long offset, int size, uint method, byte[] page)
    {
        if (method == 0)
        {
            return size == page.Length && _source.TryRead(offset, page);
        }

        Span<byte> compressed = _compressed.AsSpan(0, size);
        IPageDecoder? decoder = method switch
        {
            Zlib => _inflate ??= new InflateDecoder(),
            Lzo => _lzo ??= new LzoDecoder(),
            Snappy => _snappy ??= new SnappyDecoder(),
            Zstd => _zstd ??= new ZstdDecoder(),
            _ => null,
        };
        return decoder is not null && _source.TryRead(offset, compressed) && decoder.Decode(compressed, page) == page.Length;
    }
}
