using System.IO.Compression;

namespace KernelFault.Tests.Builders;

/// <summary>Writes a kdump-compressed file after makedumpfile's <c>diskdump_mod.h</c>, of any header version and method.</summary>
internal sealed class KdumpBuilder
{
    private const int DescriptorSize = 24;

    private readonly FieldWriter _file = new();

    public int Version { get; init; } = 6;

    public int BlockSize { get; init; } = 4096;

    /// <summary>Frames that the machine had.</summary>
    public int Frames { get; init; } = 64;

    /// <summary>Frames that the machine did not have: a hole.</summary>
    public Range Hole { get; init; } = 20..24;

    /// <summary>Whether a page is in the file.</summary>
    public Func<int, bool> IsDumped { get; init; } = frame => frame % 3 != 1;

    /// <summary><c>page_desc.flags</c> and the compressed bytes of a page.</summary>
    public Func<byte[], (uint Flags, byte[] Bytes)> Compress { get; init; } = Zlib;

    /// <summary><c>status</c> of the header.</summary>
    public uint Status { get; init; } = 1;

    /// <summary>One bitmap only, as without filter.</summary>
    public bool OneBitmap { get; init; }

    /// <summary>The part of a split dump.</summary>
    public Range? Part { get; init; }

    public string Machine { get; init; } = "x86_64";

    public string? Info { get; init; } = VmcoreParts.Info;

    /// <summary>Frames whose descriptor the writer did not get to.</summary>
    public Func<int, bool> IsUnwritten { get; init; } = _ => false;

    public Func<int, byte[]>? PageOf { get; init; }

    public IReadOnlyList<DumpField> Fields => _file.Fields;

    public static (uint Flags, byte[] Bytes) Raw(byte[] page) => (0, page);

    public static (uint Flags, byte[] Bytes) Zlib(byte[] page)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            zlib.Write(page);
        }

        byte[] bytes = packed.ToArray();
        return bytes.Length < page.Length ? (1u, bytes) : (0u, page);
    }

    /// <summary>Whether the machine had a frame.</summary>
    public bool Exists(int frame) => frame < Frames && (frame < Hole.Start.Value || frame >= Hole.End.Value);

    public byte[] PageAt(int frame) => PageOf?.Invoke(frame) ?? VmcoreParts.Page(frame, BlockSize);

    public byte[] Build()
    {
        bool InFile(int frame) => Exists(frame) && (OneBitmap || IsDumped(frame));
        int bitmapBlocks = (((Frames + 7) / 8) + BlockSize - 1) / BlockSize;
        int blocks = OneBitmap ? bitmapBlocks : bitmapBlocks * 2;
        byte[] notes = VmcoreParts.Notes(new FieldWriter(), Info);
        int subHeader = BlockSize;
        int notesAt = subHeader + 104;
        int subBlocks = (104 + notes.Length + BlockSize - 1) / BlockSize;
        int bitmap = BlockSize * (1 + subBlocks);
        int descriptor = bitmap + (blocks * BlockSize);

        _file.Bytes("signature", 0, "KDUMP   "u8);
        _file.U32("header_version", 8, (uint)Version);
        _file.Ascii("utsname.sysname", 12, "Linux", 65);
        _file.Ascii("utsname.release", 12 + (2 * 65), "6.9.0-contoso", 65);
        _file.Ascii("utsname.version", 12 + (3 * 65), "#1 SMP", 65);
        _file.Ascii("utsname.machine", 12 + (4 * 65), Machine, 65);
        _file.U64("timestamp", 408, 1_760_000_100);
        _file.U32("status", 424, Status);
        _file.U32("block_size", 428, (uint)BlockSize);
        _file.U32("sub_hdr_size", 432, (uint)subBlocks);
        _file.U32("bitmap_blocks", 436, (uint)blocks);
        _file.U32("max_mapnr", 440, (uint)Frames);
        _file.U32("nr_cpus", 460, 2);
        _file.U64("phys_base", subHeader, 0);
        Range part = Part ?? 0..Frames;
        if (Version >= 1)
        {
            _file.U32("dump_level", subHeader + 8, 31);
        }

        if (Version >= 2)
        {
            _file.U32("split", subHeader + 12, Part is null ? 0u : 1u);
            _file.U64("start_pfn", subHeader + 16, (ulong)part.Start.Value);
            _file.U64("end_pfn", subHeader + 24, (ulong)part.End.Value);
        }

        if (Version >= 3 && Info is not null)
        {
            _file.U64("offset_vmcoreinfo", subHeader + 32, (ulong)(notesAt + notes.Length - ((Info.Length + 3) & ~3)));
            _file.U64("size_vmcoreinfo", subHeader + 40, (ulong)Info.Length);
        }

        if (Version >= 4)
        {
            _file.U64("offset_note", subHeader + 48, (ulong)notesAt);
            _file.U64("size_note", subHeader + 56, (ulong)notes.Length);
        }

        if (Version >= 6)
        {
            _file.U64("start_pfn_64", subHeader + 80, (ulong)part.Start.Value);
            _file.U64("end_pfn_64", subHeader + 88, (ulong)part.End.Value);
            _file.U64("max_mapnr_64", subHeader + 96, (ulong)Frames);
        }

        WriteNotes(notesAt);
        _file.Extend(bitmap);
        WriteBitmap("bitmap1", bitmap, Exists);
        if (!OneBitmap)
        {
            WriteBitmap("bitmap2", bitmap + (bitmapBlocks * BlockSize), InFile);
        }

        _file.Extend(descriptor);
        int[] written = [.. Enumerable.Range(part.Start.Value, part.End.Value - part.Start.Value).Where(InFile)];
        int data = descriptor + (written.Length * DescriptorSize);
        _file.Extend(data);
        foreach (int frame in written)
        {
            if (!IsUnwritten(frame))
            {
                (uint flags, byte[] bytes) = Compress(PageAt(frame));
                _file.U64($"page[{frame}].offset", descriptor, (ulong)data);
                _file.U32($"page[{frame}].size", descriptor + 8, (uint)bytes.Length);
                _file.U32($"page[{frame}].flags", descriptor + 12, flags);
                _file.Bytes($"page[{frame}]", data, bytes);
                data += bytes.Length;
            }

            descriptor += DescriptorSize;
        }

        return _file.ToArray();
    }

    private void WriteNotes(int at)
    {
        var notes = new FieldWriter();
        byte[] bytes = VmcoreParts.Notes(notes, Info);
        _file.Bytes("notes", at, bytes);
        foreach (DumpField field in notes.Fields)
        {
            _file.Bytes(field.Name, at + field.Offset, bytes.AsSpan(field.Offset, field.Size));
        }
    }

    private void WriteBitmap(string name, int at, Func<int, bool> isSet)
    {
        byte[] bits = new byte[(Frames + 7) / 8];
        for (int frame = 0; frame < Frames; frame++)
        {
            bits[frame / 8] |= (byte)((isSet(frame) ? 1 : 0) << (frame % 8));
        }

        _file.Bytes(name, at, bits);
    }
}
