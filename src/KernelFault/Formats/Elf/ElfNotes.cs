using System.Buffers.Binary;
using KernelFault.Memory;

namespace KernelFault.Formats.Elf;

// A note: sizes of name and contents and a type (4 bytes each), the name with its NUL, the contents; name and contents each filled
// up to a multiple of 4 bytes. The kernel itself fills up to 4 also in 64-bit files.

/// <summary>Reads a run of ELF notes.</summary>
internal static class ElfNotes
{
    private const int MaximumNotes = 64 * 1024;
    private const int MaximumName = 32;
    private const int HeaderSize = 12;

    /// <summary>Lists the notes in a part of a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="start">File offset of the first note.</param>
    /// <param name="size">Bytes that all notes take.</param>
    /// <param name="notes">Where they are added.</param>
    /// <param name="warnings">Where damage is told.</param>
    internal static void Read(IByteSource source, ulong start, ulong size, List<ElfNote> notes, List<string> warnings)
    {
        if (start > (ulong)source.Length)
        {
            warnings.Add("The core file's notes lie outside the file: it is cut short.");
            return;
        }

        long position = (long)start;
        long end = position + (long)Math.Min(size, (ulong)(source.Length - position));
        if ((ulong)(end - position) < size)
        {
            warnings.Add("The core file's notes are cut short.");
        }

        Span<byte> header = stackalloc byte[HeaderSize];
        Span<byte> name = stackalloc byte[MaximumName];
        for (int seen = 0; seen < MaximumNotes && notes.Count < MaximumNotes && position <= end - HeaderSize && source.TryRead(position, header); seen++)
        {
            uint nameSize = BinaryPrimitives.ReadUInt32LittleEndian(header);
            uint contentSize = BinaryPrimitives.ReadUInt32LittleEndian(header.Slice(4));
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(header.Slice(8));
            if (nameSize == 0 && contentSize == 0 && type == 0)
            {
                // The kernel ends a processor's notes with an empty one, and fills the rest of the space with zeros.
                position += HeaderSize;
                continue;
            }

            long nameAt = position + HeaderSize;
            long contents = nameAt + Aligned(nameSize);
            if (contents > end || contentSize > end - contents || contentSize > int.MaxValue)
            {
                warnings.Add(FormattableString.Invariant($"A note at offset 0x{position:x} reaches past the notes of the core file."));
                return;
            }

            Span<byte> text = name.Slice(0, (int)Math.Min(nameSize, MaximumName));
            int read = source.Read(nameAt, text);
            notes.Add(new ElfNote(Ascii(text.Slice(0, read)), type, contents, (int)contentSize));
            position = contents + Aligned(contentSize);
        }

        static long Aligned(uint count) => (count + 3L) & ~3L;
    }

    private static string Ascii(ReadOnlySpan<byte> bytes)
    {
        int length = 0;
        Span<char> text = stackalloc char[MaximumName];
        while (length < bytes.Length && bytes[length] != 0)
        {
            text[length] = (char)bytes[length];
            length++;
        }

        return text.Slice(0, length).ToString();
    }
}
