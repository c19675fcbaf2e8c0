using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Formats.Elf;

// Section headers: e_shoff, e_shentsize, e_shnum, e_shstrndx of the ELF header. With 65,280 sections or more e_shnum is 0 and sh_size of
// section 0 has the number; e_shstrndx is then 0xFFFF and sh_link of section 0 has the index. Only little-endian files are read.

/// <summary>Lists the sections of an ELF file, such as a kernel module.</summary>
internal static class ElfSections
{
    private const int MaximumSections = 16 * 1024;
    private const int MaximumName = 256;

    internal static IReadOnlyList<ElfSection> Read(FileBytes file, ICollection<string> warnings, out ushort machine, out ushort type)
    {
        ReadOnlySpan<byte> header = file.SliceUpTo(0, 64);
        if (header.Length < 52 || !header.StartsWith((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F']))
        {
            throw new DumpFormatException(file.Path, 0, "expected an ELF file.");
        }

        bool wide = header[4] == 2;
        if (header[4] is not (1 or 2) || header[5] != 1 || (wide && header.Length < 64))
        {
            throw new DumpFormatException(file.Path, 4, $"expected a little-endian ELF file of 32 or 64 bits, found class {header[4]}, data {header[5]}.");
        }

        type = U16(header, 16);
        machine = U16(header, 18);
        ulong table = wide ? BinaryPrimitives.ReadUInt64LittleEndian(header.Slice(40)) : U32(header, 32);
        int entrySize = U16(header, wide ? 58 : 46);
        uint count = U16(header, wide ? 60 : 48);
        uint names = U16(header, wide ? 62 : 50);
        int known = wide ? 64 : 40;
        if (table == 0 || table > (ulong)file.Length || entrySize < known)
        {
            warnings.Add("The file has no section headers.");
            return [];
        }

        ReadOnlySpan<byte> first = file.SliceUpTo((long)table, known);
        if (first.Length == known && count == 0)
        {
            count = U32(first, wide ? 32 : 20);
        }

        if (first.Length == known && names == ushort.MaxValue)
        {
            names = U32(first, wide ? 40 : 24);
        }

        long strings = Header(file, (long)table, entrySize, names, known) is { Length: > 0 } section ? (long)Math.Min(Offset(section, wide), long.MaxValue) : -1;
        var sections = new List<ElfSection>();
        for (uint i = 0; i < Math.Min(count, MaximumSections); i++)
        {
            ReadOnlySpan<byte> entry = Header(file, (long)table, entrySize, i, known);
            if (entry.Length < known)
            {
                break;
            }

            string name = strings < 0 ? string.Empty : Text(file.SliceUpTo(strings + U32(entry, 0), MaximumName));
            ulong size = wide ? BinaryPrimitives.ReadUInt64LittleEndian(entry.Slice(32)) : U32(entry, 20);
            sections.Add(new ElfSection(name, U32(entry, 4), Offset(entry, wide), size));
        }

        if (sections.Count < count)
        {
            warnings.Add($"The file lists {count} sections; {sections.Count} could be read.");
        }

        return sections;
    }

    /// <summary>A section's bytes that the file holds, up to a limit.</summary>
    internal static ReadOnlySpan<byte> Bytes(FileBytes file, ElfSection section, int limit)
    {
        const uint NoBits = 8;
        return section.Type == NoBits || section.Offset > long.MaxValue ? default : file.SliceUpTo((long)section.Offset, (int)Math.Min(section.Size, (ulong)limit));
    }

    private static ReadOnlySpan<byte> Header(FileBytes file, long table, int size, uint index, int known)
    {
        ReadOnlySpan<byte> entry = file.SliceUpTo(table + ((long)index * size), known);
        return entry.Length == known ? entry : default;
    }

    private static ulong Offset(ReadOnlySpan<byte> entry, bool wide) => wide ? BinaryPrimitives.ReadUInt64LittleEndian(entry.Slice(24)) : U32(entry, 16);

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return PrintableText.Clean(Encoding.UTF8.GetString(bytes.Slice(0, end < 0 ? bytes.Length : end).ToArray()));
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(offset));

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset));
}
