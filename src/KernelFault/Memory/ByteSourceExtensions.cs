namespace KernelFault.Memory;

/// <summary>Whole pieces from an <see cref="IByteSource"/>.</summary>
internal static class ByteSourceExtensions
{
    /// <summary>Reads all of <paramref name="destination"/> or says that it cannot.</summary>
    internal static bool TryRead(this IByteSource source, long offset, Span<byte> destination) =>
        source.Read(offset, destination) == destination.Length;

    /// <summary>A copy of <paramref name="length"/> bytes, shorter where the source ends. The caller has bounded the length.</summary>
    internal static byte[] ReadUpTo(this IByteSource source, long offset, int length)
    {
        // A length that a file claims is trusted only as far as the file reaches.
        long there = offset < 0 || offset >= source.Length ? 0 : source.Length - offset;
        byte[] bytes = new byte[(int)Math.Min(Math.Max(0, length), there)];
        int read = source.Read(offset, bytes);
        if (read < bytes.Length)
        {
            Array.Resize(ref bytes, read);
        }

        return bytes;
    }
}
