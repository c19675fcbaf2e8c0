namespace KernelFault.Formats.Xz;

/// <summary>The compressed bytes and the name to complain with.</summary>
/// <param name="bytes">The whole file.</param>
/// <param name="name">Its path, for messages.</param>
internal sealed class XzInput(byte[] bytes, string name)
{
    internal byte[] Bytes { get; } = bytes;

    /// <summary>Makes sure that <paramref name="count"/> bytes are there.</summary>
    /// <exception cref="DumpFormatException">The file ends before.</exception>
    internal void Require(int position, int count, string what)
    {
        if (count < 0 || position > Bytes.Length || count > Bytes.Length - position)
        {
            throw Damage(position, $"expected {what} of {count} bytes, found the end of the file.");
        }
    }

    /// <summary>An unsigned integer in 7-bit groups, the lowest first; at most 9 bytes and never longer than needed.</summary>
    /// <exception cref="DumpFormatException">It is none, or reaches past <paramref name="end"/>.</exception>
    internal ulong ReadVariableLength(ref int position, int end)
    {
        int start = position;
        ulong value = 0;
        for (int i = 0; i < 9 && position < end; i++)
        {
            byte part = Bytes[position++];
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
            {
                if (part == 0 && i > 0)
                {
                    break;
                }

                return value;
            }
        }

        throw Damage(start, "expected an integer of variable length.");
    }

    internal DumpFormatException Damage(int position, string expected) => new(name, position, "xz: " + expected);
}
