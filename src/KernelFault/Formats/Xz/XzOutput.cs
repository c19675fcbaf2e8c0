namespace KernelFault.Formats.Xz;

/// <summary>Expanded bytes, in an array that grows with what is really written and never beyond the caller's limit.</summary>
/// <param name="limit">Most bytes allowed.</param>
internal sealed class XzOutput(int limit)
{
    internal byte[] Buffer { get; private set; } = new byte[Math.Min(limit, 64 * 1024)];

    internal int Length { get; set; }

    /// <summary>Makes room for <paramref name="count"/> more bytes.</summary>
    /// <exception cref="DumpFormatException">That is more than the limit.</exception>
    internal void Reserve(int count, XzInput source, int position)
    {
        if (count > limit - Length)
        {
            throw source.Damage(position, $"expands to more than the {limit} bytes allowed here.");
        }

        int needed = Length + count;
        if (needed > Buffer.Length)
        {
            byte[] larger = new byte[(int)Math.Min(limit, Math.Max(needed, Buffer.Length * 2L))];
            System.Buffer.BlockCopy(Buffer, 0, larger, 0, Length);
            Buffer = larger;
        }
    }
}
