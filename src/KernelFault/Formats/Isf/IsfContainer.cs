using System.IO.Compression;
using KernelFault.Formats.Xz;

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
    internal static ArraySegment<byte> Read(string path, int limit = ExpandedLimit)
    {
        byte[] bytes = ReadFile(path, limit);
        if (XzReader.IsXz(bytes))
        {
            return XzReader.Expand(bytes, path, limit);
        }

        return bytes.Length > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B ? ExpandGzip(bytes, path, limit) : new ArraySegment<byte>(bytes);
    }

    private static byte[] ReadFile(string path, int limit)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        int first = file.ReadByte();
        int allowed = first is 0xFD or 0x1F ? Math.Min(PackedLimit, limit) : limit;
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

    private static ArraySegment<byte> ExpandGzip(byte[] bytes, string path, int limit)
    {
        byte[] buffer = new byte[Math.Min(limit, Math.Max(64 * 1024, bytes.Length * 4L))];
        int length = 0;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            while (true)
            {
                if (length == buffer.Length)
                {
                    if (length == limit)
                    {
                        throw new DumpFormatException(path, 0, $"gzip: expands to more than the {limit} bytes allowed here.");
                    }

                    Array.Resize(ref buffer, (int)Math.Min(limit, buffer.Length * 2L));
                }

                int part = gzip.Read(buffer, length, buffer.Length - length);
                if (part == 0)
                {
                    return new ArraySegment<byte>(buffer, 0, length);
                }

                length += part;
            }
        }
        catch (InvalidDataException error)
        {
            throw new DumpFormatException(path, 0, "gzip: " + error.Message);
        }
    }
}
