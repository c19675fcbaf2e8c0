using System.IO.Compression;
using KernelFault.Formats.Xz;
using KernelFault.Formats.Zstd;

namespace KernelFault.Formats.Compression;

/// <summary>Expands a whole file in memory, whatever it is packed with: by signature, never by extension.</summary>
internal static class PackedFile
{
    /// <summary>Bytes that <see cref="KindOf"/> looks at.</summary>
    internal const int LongestSignature = 6;

    /// <summary><c>xz</c>, <c>gzip</c> or <c>zstd</c>; null for what is not packed.</summary>
    internal static string? KindOf(ReadOnlySpan<byte> start) => XzReader.IsXz(start) ? "xz"
        : start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "gzip"
        : start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "zstd"
        : null;

    /// <summary>Expands what is packed.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="limit">Most bytes it may expand to.</param>
    /// <returns>The expanded bytes; those given when they are not packed.</returns>
    /// <exception cref="DumpFormatException">It is damaged, or expands to more than <paramref name="limit"/>.</exception>
    internal static ArraySegment<byte> Expand(byte[] bytes, string path, int limit)
    {
        switch (KindOf(bytes))
        {
            case "xz":
                return XzReader.Expand(bytes, path, limit);
            case "gzip":
                return ExpandGzip(bytes, path, limit);
            case "zstd":
                using (var output = new BoundedStream(path, limit))
                {
                    ZstdFile.Expand(new MemoryStream(bytes), output, path, CancellationToken.None);
                    return new ArraySegment<byte>(output.GetBuffer(), 0, (int)output.Length);
                }

            default:
                return new ArraySegment<byte>(bytes);
        }
    }

    private static ArraySegment<byte> ExpandGzip(byte[] bytes, string path, int limit)
    {
        using var output = new BoundedStream(path, limit);
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            gzip.CopyTo(output);
            return new ArraySegment<byte>(output.GetBuffer(), 0, (int)output.Length);
        }
        catch (InvalidDataException error)
        {
            throw new DumpFormatException(path, 0, "gzip: " + error.Message);
        }
    }

    /// <summary>Memory that refuses to grow beyond a limit.</summary>
    private sealed class BoundedStream(string path, int limit) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            Require(count);
            base.Write(buffer, offset, count);
        }

#if NET
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Require(buffer.Length);
            base.Write(buffer);
        }
#endif

        private void Require(int count)
        {
            if (count > limit - Length)
            {
                throw new DumpFormatException(path, 0, $"expands to more than the {limit} bytes allowed here.");
            }

            if (Capacity < Length + count)
            {
                // Twice as much each time, but never beyond the limit.
                Capacity = (int)Math.Min(limit, Math.Max(Length + count, Math.Max(64 * 1024, Capacity * 2L)));
            }
        }
    }
}
