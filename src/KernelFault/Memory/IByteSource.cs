namespace KernelFault.Memory;

/// <summary>Bytes by offset: a mapped file, or what a stream of records in a file amounts to.</summary>
internal interface IByteSource : IDisposable
{
    /// <summary>The file, as it was given.</summary>
    string Path { get; }

    /// <summary>Bytes that can be read; what a source presents may be longer than its file.</summary>
    long Length { get; }

    /// <summary>Copies what there is at <paramref name="offset"/>. Never throws for bytes that are missing.</summary>
    /// <returns>How many bytes from the start of <paramref name="destination"/> are valid: 0 when the first one is missing.</returns>
    int Read(long offset, Span<byte> destination);
}
