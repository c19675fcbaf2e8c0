using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Formats.Pe;

// PE format, "Microsoft Portable Executable and Common Object File Format Specification":
//   DOS header: 'MZ', e_lfanew at 0x3C → 'PE\0\0', file header of 20 bytes, optional header (magic 0x10B PE32, 0x20B PE32+),
//   data directories, section headers of 40 bytes. PE32 and PE32+ differ in BaseOfData/ImageBase and in the stack and heap sizes,
//   so that the data directories start at 96 and 112.

/// <summary>Reads the headers of a PE image.</summary>
internal static class PeHeaderReader
{
    /// <summary>Enough for every image seen: the kernel has some 40 sections. The loader's own limit was 96 for long.</summary>
    private const int MaximumSections = 512;
    private const int FileHeaderSize = 20;
    private const int SectionHeaderSize = 40;

    internal static PeHeader Read(FileBytes bytes, string name, out PeSection[] sections, out PeDirectory[] directories, out long checkSumOffset)
    {
        ReadOnlySpan<byte> dos = bytes.SliceUpTo(0, 0x40);
        if (dos.Length < 0x40 || dos[0] != 'M' || dos[1] != 'Z')
        {
            throw new DumpFormatException(name, 0, "expected a PE image ('MZ').");
        }

        uint peOffset = BinaryPrimitives.ReadUInt32LittleEndian(dos.Slice(0x3C));
        ReadOnlySpan<byte> pe = bytes.SliceUpTo(peOffset, 4 + FileHeaderSize);
        if (pe.Length < 4 + FileHeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(pe) != 0x4550)
        {
            throw new DumpFormatException(name, peOffset, "expected the PE signature that the DOS header points to.");
        }

        ReadOnlySpan<byte> file = pe.Slice(4);
        ushort machine = U16(file, 0);
        int sectionCount = U16(file, 2);
        int optionalSize = U16(file, 16);
        long optionalOffset = peOffset + 4L + FileHeaderSize;
        ReadOnlySpan<byte> optional = bytes.SliceUpTo(optionalOffset, optionalSize);
        ushort magic = optional.Length >= 96 ? U16(optional, 0) : (ushort)0;
        bool is64 = magic == 0x20B;
        int directoryOffset = is64 ? 112 : 96;
        if ((magic != 0x10B && !is64) || optional.Length < directoryOffset)
        {
            throw new DumpFormatException(name, optionalOffset, "expected an optional header of PE32 (0x10B) or PE32+ (0x20B).");
        }

        if (sectionCount > MaximumSections)
        {
            throw new DumpFormatException(name, peOffset + 6L, $"expected at most {MaximumSections} sections, found {sectionCount}.");
        }

        checkSumOffset = optionalOffset + 64;
        directories = ReadDirectories(optional, directoryOffset);
        sections = ReadSections(bytes, optionalOffset + optionalSize, sectionCount);
        return new PeHeader
        {
            Machine = machine,
            TimeDateStamp = U32(file, 4),
            Characteristics = U16(file, 18),
            Is64Bit = is64,
            AddressOfEntryPoint = U32(optional, 16),
            ImageBase = is64 ? BinaryPrimitives.ReadUInt64LittleEndian(optional.Slice(24)) : U32(optional, 28),
            SectionAlignment = U32(optional, 32),
            FileAlignment = U32(optional, 36),
            MajorOperatingSystemVersion = U16(optional, 40),
            MinorOperatingSystemVersion = U16(optional, 42),
            MajorSubsystemVersion = U16(optional, 48),
            MinorSubsystemVersion = U16(optional, 50),
            MajorLinkerVersion = optional[2],
            MinorLinkerVersion = optional[3],
            SizeOfImage = U32(optional, 56),
            SizeOfHeaders = U32(optional, 60),
            CheckSum = U32(optional, 64),
            Subsystem = U16(optional, 68),
            DllCharacteristics = U16(optional, 70),
        };
    }

    private static PeDirectory[] ReadDirectories(ReadOnlySpan<byte> optional, int offset)
    {
        int count = (int)Math.Min(U32(optional, offset - 4), 16);
        var directories = new PeDirectory[16];
        for (int i = 0; i < count && offset + ((i + 1) * 8) <= optional.Length; i++)
        {
            directories[i] = new PeDirectory(U32(optional, offset + (i * 8)), U32(optional, offset + (i * 8) + 4));
        }

        return directories;
    }

    // A truncated image keeps the sections whose headers are there.
    private static PeSection[] ReadSections(FileBytes bytes, long offset, int count)
    {
        ReadOnlySpan<byte> table = bytes.SliceUpTo(offset, count * SectionHeaderSize);
        var sections = new PeSection[table.Length / SectionHeaderSize];
        for (int i = 0; i < sections.Length; i++)
        {
            ReadOnlySpan<byte> header = table.Slice(i * SectionHeaderSize, SectionHeaderSize);
            ReadOnlySpan<byte> raw = header.Slice(0, 8);
            int end = raw.IndexOf((byte)0);
            string name = PrintableText.Clean(Encoding.UTF8.GetString(raw.Slice(0, end < 0 ? 8 : end).ToArray()));
            sections[i] = new PeSection(name, U32(header, 12), U32(header, 8), U32(header, 20), U32(header, 16), U32(header, 36));
        }

        return sections;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(offset));

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset));
}
