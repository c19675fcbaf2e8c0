using System.Buffers.Binary;
using KernelFault.Memory;

namespace KernelFault.Formats.Elf;

// An ELF core file: e_type ET_CORE (4), one PT_LOAD per mapping (p_filesz bytes of it are in the file), and PT_NOTE segments
// with what the kernel or the dumper knows. More than 65,534 segments: e_phnum is PN_XNUM (0xFFFF) and sh_info of section 0 has
// the number. QEMU puts section headers before program headers and writes e_ehsize 8: only e_phoff is believed.
// Only little-endian files are read: every processor here is.

/// <summary>Header, segments and notes of an ELF core file.</summary>
internal sealed class ElfCoreFile
{
    private const int MaximumSegments = 1024 * 1024;
    private const int MaximumNoteSegments = 4096;
    private const int MaximumContents = 16 * 1024 * 1024;
    private const int SegmentsAtOnce = 64;
    private const uint LoadSegment = 1;
    private const uint NoteSegment = 4;
    private const ushort ExtendedCount = 0xFFFF;

    /// <summary>Reads header, segments and notes.</summary>
    /// <exception cref="DumpFormatException">It is no ELF core file that can be read.</exception>
    internal ElfCoreFile(IByteSource source, List<string> warnings)
    {
        Source = source;
        ReadOnlySpan<byte> header = source.ReadUpTo(0, 64);
        if (header.Length < 52 || !header.StartsWith(Signature))
        {
            throw new DumpFormatException(source.Path, 0, $"expected an ELF header, found {source.Length} bytes.");
        }

        Is64Bit = header[4] == 2;
        if (header[4] is not (1 or 2) || header[5] != 1 || (Is64Bit && header.Length < 64))
        {
            throw new DumpFormatException(source.Path, 4, $"expected a little-endian ELF file of 32 or 64 bits, found class {header[4]}, data {header[5]}.");
        }

        ushort type = UInt16(header, 16);
        if (type != 4)
        {
            string what = type switch { 1 => "an object file or kernel module", 2 => "a program", 3 => "a program or library", _ => "no core file" };
            throw new DumpFormatException(source.Path, 16, $"expected an ELF core file (type 4), found type {type}: this is {what}, not a dump of one.");
        }

        Machine = UInt16(header, 18);
        ReadSegments(header, warnings);
        int noteSegments = 0;
        foreach (ElfSegment segment in Segments)
        {
            if (segment.Type == NoteSegment && noteSegments++ < MaximumNoteSegments)
            {
                ElfNotes.Read(source, segment.Offset, segment.FileSize, Notes, warnings);
            }
        }
    }

    internal IByteSource Source { get; }

    internal bool Is64Bit { get; }

    /// <summary><c>e_machine</c>: 62 is x86-64, 183 is AArch64.</summary>
    internal ushort Machine { get; }

    internal List<ElfSegment> Segments { get; } = [];

    internal IEnumerable<ElfSegment> Loads => Segments.Where(segment => segment.Type == LoadSegment);

    internal List<ElfNote> Notes { get; } = [];

    private static ReadOnlySpan<byte> Signature => [0x7F, (byte)'E', (byte)'L', (byte)'F'];

    /// <summary>A copy of a note's contents, 16 MB at most; empty when not in the file.</summary>
    internal byte[] Contents(ElfNote note) => Source.ReadUpTo(note.Offset, Math.Min(note.Size, MaximumContents));

    private void ReadSegments(ReadOnlySpan<byte> header, List<string> warnings)
    {
        ulong start = Is64Bit ? UInt64(header, 32) : UInt32(header, 28);
        int size = UInt16(header, Is64Bit ? 54 : 42);
        uint count = UInt16(header, Is64Bit ? 56 : 44);
        if (count == ExtendedCount)
        {
            ulong sections = Is64Bit ? UInt64(header, 40) : UInt32(header, 32);
            int field = Is64Bit ? 44 : 28;
            Span<byte> info = stackalloc byte[4];
            if (sections <= long.MaxValue - 64 && Source.TryRead((long)sections + field, info))
            {
                count = UInt32(info, 0);
            }
        }

        int known = Is64Bit ? 56 : 32;
        if (size < known || start > (ulong)Source.Length)
        {
            throw new DumpFormatException(Source.Path, Is64Bit ? 54 : 42, $"expected program headers of {known} bytes inside the file, found {size} bytes at 0x{start:x}.");
        }

        byte[] entries = new byte[size * SegmentsAtOnce];
        uint read = 0;
        uint wanted = Math.Min(count, MaximumSegments);
        while (read < wanted)
        {
            int bytes = (int)Math.Min(wanted - read, SegmentsAtOnce) * size;
            int whole = Source.Read((long)start + ((long)read * size), entries.AsSpan(0, bytes)) / size;
            for (int i = 0; i < whole; i++)
            {
                Segments.Add(Segment(entries.AsSpan(i * size, known)));
            }

            read += (uint)whole;
            if (whole * size < bytes)
            {
                break;
            }
        }

        if (read < count)
        {
            warnings.Add($"The core file lists {count} segments; {read} could be read.");
        }
    }

    private ElfSegment Segment(ReadOnlySpan<byte> entry) => Is64Bit
        ? new ElfSegment(
            UInt32(entry, 0), UInt32(entry, 4), UInt64(entry, 8), UInt64(entry, 16), UInt64(entry, 24), UInt64(entry, 32), UInt64(entry, 40))
        : new ElfSegment(
            UInt32(entry, 0), UInt32(entry, 24), UInt32(entry, 4), UInt32(entry, 8), UInt32(entry, 12), UInt32(entry, 16), UInt32(entry, 20));

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(offset));

    private static uint UInt32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset));

    private static ulong UInt64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(offset));
}
