namespace KernelFault.Formats.Compression;

/// <summary>Expands one compressed page.</summary>
internal interface IPageDecoder
{
    /// <summary>Expands all of <paramref name="source"/>. Never throws for damaged bytes.</summary>
    /// <param name="source">The compressed bytes, and no others.</param>
    /// <param name="destination">Where they expand to; more than it holds is damage.</param>
    /// <returns>How many bytes were written; -1 when the source is damaged.</returns>
    int Decode(ReadOnlySpan<byte> source, Span<byte> destination);
}
