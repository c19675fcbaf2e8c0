namespace KernelFault.Formats.Compression;

/// <summary>The step all these methods share: repeat what was written before.</summary>
internal static class MatchCopy
{
    /// <summary>Appends <paramref name="count"/> bytes from <paramref name="distance"/> back. The caller has checked both.</summary>
    internal static void Copy(Span<byte> destination, int position, int distance, int count)
    {
        if (distance >= count)
        {
            destination.Slice(position - distance, count).CopyTo(destination.Slice(position));
        }
        else if (distance == 1)
        {
            destination.Slice(position, count).Fill(destination[position - 1]);
        }
        else
        {
            // The source runs into what is being written, which repeats a pattern: byte by byte.
            for (int i = 0; i < count; i++)
            {
                destination[position + i] = destination[position - distance + i];
            }
        }
    }
}
