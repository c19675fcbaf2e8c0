using KernelFault.Formats;
using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Linux;

// The kdump-compressed format of makedumpfile (diskdump_mod.h), fields in the crashed machine's own size and order; 64-bit
// little-endian here. In blocks of block_size bytes:
//   block 0                       disk_dump_header: signature "KDUMP   ", header_version, six names of 65 bytes (new_utsname), time,
//                                 status, block_size, sub_hdr_size, bitmap_blocks, max_mapnr, …, nr_cpus
//   sub_hdr_size blocks           kdump_sub_header, and what it points to: VMCOREINFO, notes, erase information
//   bitmap_blocks blocks          two bitmaps of page frames: the machine has it; the file has it. Files without filter have one.
//   then                          a descriptor of 24 bytes for each page of the second bitmap, in order; then the pages
// header_version adds: 1 dump_level, 2 split files, 3 VMCOREINFO, 4 notes, 5 erase information, 6 page frame numbers of 64 bits.

/// <summary>The headers of a kdump-compressed file.</summary>
internal sealed class KdumpHeader
{
    private const int NameSize = 65;
    private const int NamesAt = 12;
    private const int HeaderSize = 464;
    private const int SubHeaderSize = 104;
    private const int MinimumBlock = 4096;
    private const int MaximumBlock = 64 * 1024;
    private const int NewestVersion = 6;

    // status, DUMP_DH_*.
    private const uint CompressedZlib = 0x1;
    private const uint CompressedLzo = 0x2;
    private const uint CompressedSnappy = 0x4;
    private const uint Incomplete = 0x8;
    private const uint CompressedZstd = 0x20;

    /// <summary>Reads both headers.</summary>
    /// <exception cref="DumpFormatException">They are none that can be read.</exception>
    internal KdumpHeader(IByteSource source, List<string> warnings)
    {
        ReadOnlySpan<byte> header = source.ReadUpTo(0, HeaderSize);
        if (header.Length < HeaderSize)
        {
            throw new DumpFormatException(source.Path, 0, $"expected a kdump header of {HeaderSize} bytes, found {header.Length}.");
        }

        Version = unchecked((int)UInt32(header, 8));
        Machine = Name(header, 4);
        SystemName = ReadSystemName(header);
        BlockSize = unchecked((int)UInt32(header, 428));
        if (BlockSize is < MinimumBlock or > MaximumBlock || (BlockSize & (BlockSize - 1)) != 0)
        {
            throw new DumpFormatException(
                source.Path, 428, $"expected a block size of 4096 to 65536 bytes, a power of two, found {BlockSize}: only dumps of 64-bit little-endian machines are read.");
        }

        if (Version is < 0 or > NewestVersion)
        {
            warnings.Add($"The kdump header has version {Version}; versions up to {NewestVersion} are known, and it is read as the newest of them.");
        }

        uint status = UInt32(header, 424);
        IsIncomplete = (status & Incomplete) != 0;
        Compression = (status & CompressedZlib) != 0 ? VmcoreCompression.Zlib
            : (status & CompressedLzo) != 0 ? VmcoreCompression.Lzo
            : (status & CompressedSnappy) != 0 ? VmcoreCompression.Snappy
            : (status & CompressedZstd) != 0 ? VmcoreCompression.Zstandard
            : VmcoreCompression.None;
        WriteTime = ReadTime(UInt64(header, 408));
        ulong subHeaderBlocks = UInt32(header, 432);
        ulong bitmapBlocks = UInt32(header, 436);
        PageFrameLimit = UInt32(header, 440);
        BitmapOffset = (long)((1 + subHeaderBlocks) * (uint)BlockSize);
        DescriptorOffset = (long)((1 + subHeaderBlocks + bitmapBlocks) * (uint)BlockSize);
        BitmapSize = DescriptorOffset - BitmapOffset;
        ReadSubHeader(source.ReadUpTo(BlockSize, SubHeaderSize));
    }

    internal int Version { get; }

    /// <summary>As <c>uname -m</c>; an emulator writes this name alone.</summary>
    internal string Machine { get; }

    internal VmcoreSystemName? SystemName { get; }

    internal int BlockSize { get; }

    internal bool IsIncomplete { get; }

    internal VmcoreCompression Compression { get; }

    internal DateTime? WriteTime { get; }

    /// <summary>One past the highest page frame (<c>max_mapnr</c>).</summary>
    internal ulong PageFrameLimit { get; private set; }

    internal long BitmapOffset { get; }

    /// <summary>Bytes of both bitmaps together.</summary>
    internal long BitmapSize { get; }

    internal long DescriptorOffset { get; }

    internal int? DumpLevel { get; private set; }

    internal VmcorePart? Part { get; private set; }

    internal ulong InfoOffset { get; private set; }

    internal ulong InfoSize { get; private set; }

    internal ulong NotesOffset { get; private set; }

    internal ulong NotesSize { get; private set; }

    private VmcoreSystemName? ReadSystemName(ReadOnlySpan<byte> header)
    {
        string release = Name(header, 2);
        return release.Length == 0 ? null : new VmcoreSystemName(release, Name(header, 3), Machine);
    }

    // sysname, nodename, release, version, machine, domainname.
    private static string Name(ReadOnlySpan<byte> header, int index) =>
        PrintableText.Clean(Ascii(header.Slice(NamesAt + (index * NameSize), NameSize)));

    private static DateTime? ReadTime(ulong seconds)
    {
        const ulong Year2000 = 946_684_800;
        const ulong Year2200 = 7_258_118_400;
        return seconds is >= Year2000 and < Year2200 ? new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(seconds) : null;
    }

    private void ReadSubHeader(ReadOnlySpan<byte> header)
    {
        // phys_base at 0 is of no use: VMCOREINFO has it signed and for sure.
        bool Has(int version, ReadOnlySpan<byte> bytes, int end) => (Version >= version || Version < 0) && bytes.Length >= end;

        if (Has(1, header, 12))
        {
            DumpLevel = unchecked((int)UInt32(header, 8));
        }

        bool split = Has(2, header, 32) && UInt32(header, 12) != 0;
        ulong first = split ? UInt64(header, 16) : 0;
        ulong end = split ? UInt64(header, 24) : 0;
        if (Has(3, header, 48))
        {
            InfoOffset = UInt64(header, 32);
            InfoSize = UInt64(header, 40);
        }

        if (Has(4, header, 64))
        {
            NotesOffset = UInt64(header, 48);
            NotesSize = UInt64(header, 56);
        }

        if (Has(6, header, SubHeaderSize))
        {
            first = UInt64(header, 80);
            end = UInt64(header, 88);
            ulong limit = UInt64(header, 96);
            PageFrameLimit = limit == 0 ? PageFrameLimit : limit;
        }

        if (split)
        {
            Part = new VmcorePart((long)Math.Min(first, long.MaxValue), (long)Math.Min(Math.Max(first, end), long.MaxValue));
        }
    }
}
