namespace KernelFault.Formats.Compression;

// LZO1X, as the kernel documents it (Documentation/staging/lzo.rst). An instruction's upper bits tell match or literals; what a value
// below 16 means depends on how many literals went before: none - a run of literals; one to three - a match of 2 bytes nearby; a
// run - a match of 3 bytes from 2 to 3 KB back. Matches carry in their two lowest bits how many literals (0 to 3) follow.

/// <summary>Expands one LZO1X block.</summary>
internal sealed class LzoDecoder : IPageDecoder
{
    private const int AfterRun = 4;

    /// <inheritdoc/>
    public int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int position = 0;
        int length = 0;
        int state = 0;
        if (source.Length > 0 && source[0] > 17)
        {
            int count = source[0] - 17;
            position = 1;
            if (!Literals(source, ref position, destination, ref length, count))
            {
                return -1;
            }

            state = Math.Min(count, AfterRun);
        }

        while (position < source.Length)
        {
            int code = source[position++];
            int count;
            int distance;
            int literals;
            if (code < 16 && state == 0)
            {
                count = Extended(source, ref position, code, 15);
                if (count < 0 || !Literals(source, ref position, destination, ref length, count + 3))
                {
                    return -1;
                }

                state = AfterRun;
                continue;
            }

            if (code is < 16 or >= 64)
            {
                if (position >= source.Length)
                {
                    return -1;
                }

                int next = source[position++];
                literals = code & 3;
                (count, distance) = code >= 64 ? ((code >> 5) + 1, (next << 3) + ((code >> 2) & 7) + 1)
                    : state == AfterRun ? (3, (next << 2) + (code >> 2) + 2049)
                    : (2, (next << 2) + (code >> 2) + 1);
            }
            else
            {
                int mask = code >= 32 ? 31 : 7;
                count = Extended(source, ref position, code & mask, mask);
                if (count < 0 || position > source.Length - 2)
                {
                    return -1;
                }

                int word = source[position] | (source[position + 1] << 8);
                position += 2;
                count += 2;
                literals = word & 3;
                distance = word >> 2;
                if (code >= 32)
                {
                    distance++;
                }
                else
                {
                    distance += (code & 8) << 11;
                    if (distance == 0)
                    {
                        // The end mark; nothing may follow it.
                        return count == 3 && position == source.Length ? length : -1;
                    }

                    distance += 16384;
                }
            }

            if (distance > length || count > destination.Length - length)
            {
                return -1;
            }

            MatchCopy.Copy(destination, length, distance, count);
            length += count;
            if (!Literals(source, ref position, destination, ref length, literals))
            {
                return -1;
            }

            state = literals;
        }

        return -1;
    }

    private static bool Literals(ReadOnlySpan<byte> source, ref int position, Span<byte> destination, ref int length, int count)
    {
        if (count > source.Length - position || count > destination.Length - length)
        {
            return false;
        }

        source.Slice(position, count).CopyTo(destination.Slice(length));
        position += count;
        length += count;
        return true;
    }

    /// <summary>A length whose field is 0 goes on in the bytes behind: 255 for each zero, and the byte that is not.</summary>
    private static int Extended(ReadOnlySpan<byte> source, ref int position, int value, int maximum)
    {
        if (value != 0)
        {
            return value;
        }

        value = maximum;
        while (position < source.Length && value < int.MaxValue / 2)
        {
            int next = source[position++];
            if (next != 0)
            {
                return value + next;
            }

            value += 255;
        }

        return -1;
    }
}
