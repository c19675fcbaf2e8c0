using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Process;

/// <summary>Reads the build id (<c>NT_GNU_BUILD_ID</c>) of an ELF image from memory.</summary>
internal static class ElfBuildId
{
    private const uint NoteSegment = 4;
    private const uint GnuBuildId = 3;
    // Real images have one or two note segments of less than 200 bytes; a hostile core may have thousands of images.
    private const int MaximumSegments = 64;
    private const int MaximumNoteSegments = 4;
    private const int MaximumNoteBytes = 1024;
    private const int MaximumId = 64;

    /// <summary>The id in hexadecimal; null when the memory does not hold one.</summary>
    internal static string? Read(IMemoryReader memory, VirtualAddress start)
    {
        Span<byte> header = stackalloc byte[64];
        int read = memory.Read(start, header);
        bool wide = read > 4 && header[4] == 2;
        if (read < (wide ? 64 : 52))
        {
            return null;
        }

        ulong table = wide ? UInt64(header, 32) : UInt32(header, 28);
        int size = UInt16(header, wide ? 54 : 42);
        int count = Math.Min((int)UInt16(header, wide ? 56 : 44), MaximumSegments);
        int notes = 0;
        Span<byte> entry = stackalloc byte[56];
        entry = entry.Slice(0, wide ? 56 : 32);
        for (int i = 0; i < count && size >= entry.Length; i++)
        {
            if (!memory.TryRead(start + table + (ulong)(i * size), entry))
            {
                return null;
            }

            if (UInt32(entry, 0) == NoteSegment && notes++ < MaximumNoteSegments)
            {
                // The first segment of a library or program that can be moved lies at address 0; of others, where it is linked to.
                ulong offset = wide ? UInt64(entry, 8) : UInt32(entry, 4);
                ulong length = wide ? UInt64(entry, 32) : UInt32(entry, 16);
                if (Find(memory, start + offset, (int)Math.Min(length, MaximumNoteBytes)) is string id)
                {
                    return id;
                }
            }
        }

        return null;
    }

    private static string? Find(IMemoryReader memory, VirtualAddress address, int length)
    {
        byte[] notes = new byte[length];
        int read = memory.Read(address, notes);
        int position = 0;
        while (position <= read - 12)
        {
            uint nameSize = UInt32(notes, position);
            uint size = UInt32(notes, position + 4);
            if (nameSize > MaximumNoteBytes || size > MaximumNoteBytes)
            {
                return null;
            }

            int contents = position + 12 + (((int)nameSize + 3) & ~3);
            if (contents + (int)size > read)
            {
                return null;
            }

            if (UInt32(notes, position + 8) == GnuBuildId && nameSize == 4 && notes.AsSpan(position + 12, 4).SequenceEqual("GNU\0"u8))
            {
                return size is > 0 and <= MaximumId ? MinidumpModules.Hexadecimal(notes.AsSpan(contents, (int)size)) : null;
            }

            position = contents + (((int)size + 3) & ~3);
        }

        return null;
    }
}
