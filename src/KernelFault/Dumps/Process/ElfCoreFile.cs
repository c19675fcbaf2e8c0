using KernelFault.Formats;
using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Process;

// An ELF core file: e_type ET_CORE (4), one PT_LOAD per mapping (p_filesz bytes of it are in the file), and PT_NOTE segments
// with what the kernel or the dumper knows. More than 65,534 segments: e_phnum is PN_XNUM (0xFFFF) and sh_info of section 0 has
// the number. Only little-endian files are read: every processor here is.

/// <summary>Header, segments and notes of an ELF core file.</summary>
internal sealed class ElfCoreFile
{
    private const int MaximumSegments = 1024 * 1024;
    private const int MaximumNotes = 64 * 1024;
    private const uint LoadSegment = 1;
    private const uint NoteSegment = 4;
    private const ushort ExtendedCount = 0xFFFF;

    /// <summary>Reads header, segments and notes.</summary>
    /// <exception cref="DumpFormatException">It is no ELF core file that can be read.</exception>
    internal ElfCoreFile(MappedFile file, List<string> warnings)
    {
        File = file;
        ReadOnlySpan<byte> header = file.SliceUpTo(0, 64);
        if (header.Length < 52 || !header.StartsWith((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F']))
        {
            throw new DumpFormatException(file.Path, 0, $"expected an ELF header, found {file.Length} bytes.");
        }

        Is64Bit = header[4] == 2;
        if (header[4] is not (1 or 2) || header[5] != 1 || (Is64Bit && header.Length < 64))
        {
            throw new DumpFormatException(file.Path, 4, $"expected a little-endian ELF file of 32 or 64 bits, found class {header[4]}, data {header[5]}.");
        }

        ushort type = UInt16(header, 16);
        if (type != 4)
        {
            string what = type switch { 1 => "an object file or kernel module", 2 => "a program", 3 => "a program or library", _ => "no core file" };
            throw new DumpFormatException(file.Path, 16, $"expected an ELF core file (type 4), found type {type}: this is {what}, not a dump of one.");
        }

        Architecture = UInt16(header, 18) switch
        {
            3 => Architecture.X86,
            40 => Architecture.Arm,
            62 => Architecture.X64,
            183 => Architecture.Arm64,
            _ => Architecture.Unknown,
        };
        ReadSegments(header, warnings);
        foreach (ElfSegment segment in Segments.Where(segment => segment.Type == NoteSegment))
        {
            ReadNotes(segment, warnings);
        }
    }

    internal MappedFile File { get; }

    internal bool Is64Bit { get; }

    internal Architecture Architecture { get; }

    internal List<ElfSegment> Segments { get; } = [];

    internal IEnumerable<ElfSegment> Loads => Segments.Where(segment => segment.Type == LoadSegment);

    internal List<ElfNote> Notes { get; } = [];

    /// <summary>The contents of a note; empty when not in the file.</summary>
    internal ReadOnlySpan<byte> Contents(ElfNote note) => File.SliceUpTo(note.Offset, note.Size);

    private void ReadSegments(ReadOnlySpan<byte> header, List<string> warnings)
    {
        ulong start = Is64Bit ? UInt64(header, 32) : UInt32(header, 28);
        int size = UInt16(header, Is64Bit ? 54 : 42);
        uint count = UInt16(header, Is64Bit ? 56 : 44);
        if (count == ExtendedCount)
        {
            ulong sections = Is64Bit ? UInt64(header, 40) : UInt32(header, 32);
            int field = Is64Bit ? 44 : 28;
            if (sections <= long.MaxValue - 64 && File.TrySlice((long)sections + field, 4, out ReadOnlySpan<byte> info))
            {
                count = UInt32(info, 0);
            }
        }

        int known = Is64Bit ? 56 : 32;
        if (size < known || start > (ulong)File.Length)
        {
            throw new DumpFormatException(File.Path, Is64Bit ? 54 : 42, $"expected program headers of {known} bytes inside the file, found {size} bytes at 0x{start:x}.");
        }

        for (uint i = 0; i < count; i++)
        {
            if (i >= MaximumSegments || !File.TrySlice((long)start + ((long)i * size), known, out ReadOnlySpan<byte> entry))
            {
                warnings.Add($"The core file lists {count} segments; {i} could be read.");
                break;
            }

            Segments.Add(Is64Bit
                ? new ElfSegment(UInt32(entry, 0), UInt32(entry, 4), UInt64(entry, 8), UInt64(entry, 16), UInt64(entry, 32), UInt64(entry, 40))
                : new ElfSegment(UInt32(entry, 0), UInt32(entry, 24), UInt32(entry, 4), UInt32(entry, 8), UInt32(entry, 16), UInt32(entry, 20)));
        }
    }

    private void ReadNotes(ElfSegment segment, List<string> warnings)
    {
        if (segment.Offset > (ulong)File.Length)
        {
            warnings.Add("The core file's notes lie outside the file: it is cut short.");
            return;
        }

        long position = (long)segment.Offset;
        long end = position + (long)Math.Min(segment.FileSize, (ulong)(File.Length - position));
        if ((ulong)(end - position) < segment.FileSize)
        {
            warnings.Add("The core file's notes are cut short.");
        }

        while (Notes.Count < MaximumNotes && position <= end - 12 && File.TrySlice(position, 12, out ReadOnlySpan<byte> header))
        {
            uint nameSize = UInt32(header, 0);
            uint size = UInt32(header, 4);
            long name = position + 12;
            long contents = name + Aligned(nameSize);
            if (contents > end || size > end - contents || size > int.MaxValue)
            {
                warnings.Add(FormattableString.Invariant($"A note at offset 0x{position:x} reaches past the notes of the core file."));
                return;
            }

            Notes.Add(new ElfNote(Ascii(File.SliceUpTo(name, (int)Math.Min(nameSize, 32))), UInt32(header, 8), contents, (int)size));
            position = contents + Aligned(size);
        }

        static long Aligned(uint size) => (size + 3L) & ~3L;
    }
}
