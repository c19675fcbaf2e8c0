using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Formats.Cabinet;

// Microsoft Cabinet Format ([MS-CAB]): CFHEADER, CFFOLDERs, CFFILEs, then CFDATA blocks, each of at most 32 KB when unpacked.
// Packed with MSZIP or not at all; Quantum and LZX are not read here. A cabinet that goes on in another one is not read either.

/// <summary>Reads a cabinet from memory.</summary>
internal sealed class CabinetFile
{
    private const uint Signature = 0x4643534D;
    private const int HeaderLength = 36;
    private const int FolderLength = 8;
    private const int FileLength = 16;
    private const int BlockLength = 8;
    private const int MaximumName = 256;

    // CFHEADER.flags
    private const int PreviousCabinet = 1;
    private const int NextCabinet = 2;
    private const int ReservePresent = 4;

    // CFFILE.iFolder: the file is continued from, or to, another cabinet.
    private const int FirstContinued = 0xFFFD;

    // CFFILE.attribs: the name is UTF-8.
    private const int NameIsUtf8 = 0x80;

    private readonly byte[] _bytes;
    private readonly string _path;
    private readonly List<CabinetFolder> _folders = [];
    private readonly List<CabinetEntry> _entries = [];
    private int _blockReserve;

    private CabinetFile(byte[] bytes, string path)
    {
        _bytes = bytes;
        _path = path;
    }

    /// <summary>The files in it, in their order.</summary>
    internal IReadOnlyList<CabinetEntry> Entries => _entries;

    /// <summary>Reads what is in a cabinet.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="path">Its name, for the exception.</param>
    /// <returns>The cabinet.</returns>
    /// <exception cref="DumpFormatException">It is none, is damaged, or goes on in another file.</exception>
    internal static CabinetFile Read(byte[] bytes, string path)
    {
        var cabinet = new CabinetFile(bytes, path);
        cabinet.ReadHeader();
        return cabinet;
    }

    /// <summary>Unpacks a file.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <param name="maximumLength">The longest file unpacked.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="DumpFormatException">It is damaged, packed in another way than MSZIP, or longer than that.</exception>
    internal byte[] Extract(CabinetEntry entry, long maximumLength, CancellationToken cancellation)
    {
        CabinetFolder folder = _folders[entry.Folder];
        if (entry.Length > maximumLength)
        {
            throw Malformed(0, $"a file of at most {maximumLength} bytes, found {entry.Length}");
        }

        var content = new MemoryStream();
        MsZip? unpacker = folder.Compression switch
        {
            0 => null,
            1 => new MsZip(),
            _ => throw Malformed(folder.FirstBlock, $"no compression or MSZIP, found method {folder.Compression}"),
        };

        long at = folder.FirstBlock;
        long unpacked = 0;
        for (int i = 0; i < folder.BlockCount && unpacked < entry.Offset + entry.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            (byte[] block, at) = ReadBlock(at, unpacker);
            long skip = Math.Max(0, Math.Min(entry.Offset - unpacked, block.Length));
            long take = Math.Min(block.Length - skip, entry.Offset + entry.Length - unpacked - skip);
            content.Write(block, (int)skip, (int)Math.Max(0, take));
            unpacked += block.Length;
        }

        return content.Length == entry.Length ? content.ToArray() : throw Malformed(folder.FirstBlock, $"{entry.Length} bytes, found {content.Length}");
    }

    private void ReadHeader()
    {
        if (_bytes.Length < HeaderLength || UInt32(0) != Signature)
        {
            throw Malformed(0, "'MSCF'");
        }

        long files = UInt32(16);
        int folderCount = UInt16(26);
        int fileCount = UInt16(28);
        int flags = UInt16(30);
        long at = HeaderLength;
        int folderReserve = 0;
        if ((flags & ReservePresent) != 0)
        {
            int headerReserve = UInt16(at);
            folderReserve = Byte(at + 2);
            _blockReserve = Byte(at + 3);
            at += 4 + headerReserve;
        }

        for (int names = ((flags & PreviousCabinet) != 0 ? 2 : 0) + ((flags & NextCabinet) != 0 ? 2 : 0); names > 0; names--)
        {
            at += Name(at, isUtf8: false).Length;
        }

        for (int i = 0; i < folderCount; i++, at += FolderLength + folderReserve)
        {
            _folders.Add(new CabinetFolder(UInt32(at), UInt16(at + 4), UInt16(at + 6) & 0xF));
        }

        for (int i = 0; i < fileCount; i++)
        {
            long length = UInt32(files);
            long offset = UInt32(files + 4);
            int folder = UInt16(files + 8);
            (string name, int nameLength) = Name(files + FileLength, (UInt16(files + 14) & NameIsUtf8) != 0);
            if (folder >= FirstContinued || folder >= _folders.Count)
            {
                throw Malformed(files + 8, $"a folder below {_folders.Count}, found 0x{folder:x}");
            }

            _entries.Add(new CabinetEntry(name, length, offset, folder));
            files += FileLength + nameLength;
        }
    }

    private (byte[] Block, long Next) ReadBlock(long at, MsZip? unpacker)
    {
        uint checksum = UInt32(at);
        int packed = UInt16(at + 4);
        int unpacked = UInt16(at + 6);
        long data = at + BlockLength + _blockReserve;
        if (unpacked > MsZip.BlockLength || data + packed > _bytes.Length)
        {
            throw Malformed(at, $"a block of at most {MsZip.BlockLength} bytes inside the file, found {packed} packed to {unpacked}");
        }

        // 0 stands for a block without a checksum.
        if (checksum != 0 && Checksum(at + 4, BlockLength - 4 + _blockReserve, Checksum(data, packed, 0)) != checksum)
        {
            throw Malformed(at, "a block with the right checksum");
        }

        byte[] block = unpacker is null ? Copy(data, packed) : unpacker.Unpack(_bytes, (int)data, packed, unpacked) ?? throw Malformed(data, "a block of MSZIP");
        return block.Length == unpacked ? (block, data + packed) : throw Malformed(at, $"{unpacked} bytes in a block, found {block.Length}");
    }

    // Words of four bytes, little-endian, the one over the other; what is left over is taken big-endian.
    private uint Checksum(long at, int length, uint seed)
    {
        uint sum = seed;
        ReadOnlySpan<byte> bytes = _bytes.AsSpan((int)at, length);
        while (bytes.Length >= 4)
        {
            sum ^= BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            bytes = bytes.Slice(4);
        }

        uint rest = 0;
        foreach (byte last in bytes)
        {
            rest = (rest << 8) | last;
        }

        return sum ^ rest;
    }

    private byte[] Copy(long at, int length)
    {
        byte[] copy = new byte[length];
        Array.Copy(_bytes, at, copy, 0, length);
        return copy;
    }

    private (string Text, int Length) Name(long at, bool isUtf8)
    {
        int length = 0;
        while (Byte(at + length) != 0)
        {
            length = length < MaximumName ? length + 1 : throw Malformed(at, $"a name of at most {MaximumName} bytes");
        }

        string name = (isUtf8 ? Encoding.UTF8 : Encoding.ASCII).GetString(_bytes, (int)at, length);
        return (PrintableText.Clean(name), length + 1);
    }

    private int Byte(long at) => at >= 0 && at < _bytes.Length ? _bytes[at] : throw Malformed(at, "a byte");

    private int UInt16(long at) => at >= 0 && at + 2 <= _bytes.Length ? BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan((int)at)) : throw Malformed(at, "2 bytes");

    private uint UInt32(long at) => at >= 0 && at + 4 <= _bytes.Length ? BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan((int)at)) : throw Malformed(at, "4 bytes");

    private DumpFormatException Malformed(long at, string expected) => new(_path, at, "cabinet: expected " + expected + ".");
}
