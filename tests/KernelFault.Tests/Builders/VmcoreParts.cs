using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Tests.Builders;

/// <summary>What vmcores of every layout have in common: notes, and pages that can be told apart.</summary>
internal static class VmcoreParts
{
    public const string Info =
        "OSRELEASE=6.9.0-contoso\nBUILD-ID=00112233445566778899aabbccddeeff00112233\nPAGESIZE=4096\nSYMBOL(init_uts_ns)=ffffffff82a15900\n" +
        "OFFSET(list_head.next)=0\nSIZE(page)=64\nLENGTH(zone.free_area)=11\nNUMBER(phys_base)=-981467136\nNUMBER(VA_BITS)=0x30\n" +
        "KERNELOFFSET=1400000\nCRASHTIME=1760000000\n";

    /// <summary>The notes of a machine with two x64 processors.</summary>
    /// <param name="fields">Names the fields written, for damage to be aimed at.</param>
    /// <param name="info">VMCOREINFO; null for none.</param>
    /// <param name="emulator">With the notes that QEMU adds.</param>
    public static byte[] Notes(FieldWriter fields, string? info = Info, bool emulator = false)
    {
        for (uint i = 0; i < 2; i++)
        {
            int at = Note(fields, "CORE", 1, 336);
            fields.U32($"prstatus[{i}].pr_pid", at + 32, 1234 + i);
            fields.U64($"prstatus[{i}].rip", at + 112 + (16 * 8), 0xFFFF_FFFF_8100_1000 + i);
            fields.U64($"prstatus[{i}].rsp", at + 112 + (19 * 8), 0xFFFF_C900_0001_0000);
        }

        for (int i = 0; emulator && i < 2; i++)
        {
            int at = Note(fields, "QEMU", 0, 440);
            fields.U32($"qemu[{i}].version", at, 1);
            fields.U32($"qemu[{i}].size", at + 4, 440);
            fields.U64($"qemu[{i}].gs_base", at + 152 + (4 * 24) + 16, 0xFFFF_8880_0000_0000);
            fields.U64($"qemu[{i}].cr3", at + 152 + 240 + 24, 0x2A10000);
            fields.U64($"qemu[{i}].kernel_gs_base", at + 152 + 240 + 40, 0x7000);
        }

        if (info is not null)
        {
            byte[] text = Encoding.ASCII.GetBytes(info);
            int at = Note(fields, "VMCOREINFO", 0, text.Length);
            fields.Bytes("vmcoreinfo", at, text);
        }

        return fields.ToArray();
    }

    /// <summary>A page that says which it is and compresses a little.</summary>
    public static byte[] Page(int frame, int size = 4096)
    {
        byte[] page = new byte[size];
        var random = new Random(frame);
        for (int i = 0; i + 8 <= size; i += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(i), i % 64 == 0 ? (ulong)random.NextInt64() : (ulong)frame);
        }

        return page;
    }

    /// <summary>The flattened stream of a file, in records of the sizes given, over and over.</summary>
    public static byte[] Flatten(byte[] file, params int[] sizes)
    {
        var records = new List<(int Offset, int Size)>();
        for (int position = 0, i = 0; position < file.Length; i++)
        {
            int size = Math.Min(sizes[i % sizes.Length], file.Length - position);
            records.Add((position, size));
            position += size;
        }

        return Flatten(file, records);
    }

    /// <summary>The flattened stream of a file, in the records given.</summary>
    public static byte[] Flatten(byte[] file, IEnumerable<(int Offset, int Size)> records)
    {
        using var stream = new MemoryStream();
        byte[] header = new byte[4096];
        "makedumpfile"u8.CopyTo(header);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(16), 1);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(24), 1);
        stream.Write(header);
        foreach ((int offset, int size) in records)
        {
            Record(stream, offset, size);
            stream.Write(file, offset, size);
        }

        Record(stream, -1, -1);
        return stream.ToArray();
    }

    /// <summary>The header of one record.</summary>
    public static void Record(Stream stream, long offset, long size)
    {
        Span<byte> header = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(header, offset);
        BinaryPrimitives.WriteInt64BigEndian(header.Slice(8), size);
        stream.Write(header);
    }

    private static int Note(FieldWriter fields, string name, uint type, int size)
    {
        int at = fields.Length;
        int room = (name.Length + 1 + 3) & ~3;
        fields.U32("note.n_namesz", at, (uint)name.Length + 1);
        fields.U32("note.n_descsz", at + 4, (uint)size);
        fields.U32("note.n_type", at + 8, type);
        fields.Ascii("note.name", at + 12, name, room);
        fields.Extend(at + 12 + room + ((size + 3) & ~3));
        return at + 12 + room;
    }
}
