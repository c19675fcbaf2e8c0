using KernelFault.Formats.Compression;

namespace KernelFault.Formats.Isf;

/// <summary>Brings an ISF file into memory, whatever it is packed with: by signature, never by extension.</summary>
internal static class IsfContainer
{
    /// <summary>Most bytes of an expanded file. A Windows kernel takes 6 MB, a Linux kernel with all types 60 MB.</summary>
    internal const int ExpandedLimit = 512 * 1024 * 1024;

    /// <summary>Most bytes of a packed file.</summary>
    internal const int PackedLimit = 256 * 1024 * 1024;

    /// <summary>Reads and expands.</summary>
    /// <exception cref="DumpFormatException">It is damaged or too large.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    internal static ArraySegment<byte> Read(string path, int limit = ExpandedLimit) => PackedFile.Expand(ReadFile(path, limit), path, limit);

    private static byte[] ReadFile(string path, int limit)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        int first = file.ReadByte();
        int allowed = first is 0xFD or 0x1F or 0x28 ? Math.Min(PackedLimit, limit) : limit;
        if (file.Length > allowed)
        {
            throw new DumpFormatException(path, 0, $"a symbol file of {file.Length} bytes is larger than the {allowed} bytes allowed.");
        }

        // FileStream.Length bounds what is taken; a file that grows meanwhile is read to that length only.
        byte[] bytes = new byte[file.Length];
        file.Position = 0;
        int read = 0;
        while (read < bytes.Length)
        {
            int part = file.Read(bytes, read, bytes.Length - read);
            if (part == 0)
            {
                throw new DumpFormatException(path, read, "the file became shorter while it was read.");
            }

            read += part;
        }

        return bytes;
    }
}
