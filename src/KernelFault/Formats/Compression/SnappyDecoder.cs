using System.Buffers.Binary;

namespace KernelFault.Formats.Compression;

// Snappy's raw format (format_description.txt of its project): the expanded length in 7-bit groups, then elements whose two lowest
// bits tell the kind: literal, or copy with an offset of 11, 16 or 32 bits.

/// <summary>Expands one raw Snappy block.</summary>
internal sealed class SnappyDecoder : IPageDecoder
{
    /// <inheritdoc/>
    public int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int position = 0;
        if (!ReadLength(source, ref position, out uint expected) || expected > (uint)destination.Length)
        {
            return -1;
        }

        int length = 0;
        while (position < source.Length)
        {
            int tag = source[position++];
            int count = (tag >> 2) + 1;
            if ((tag & 3) == 0)
            {
                int extra = Math.Max(0, count - 60);
                if (extra > source.Length - position)
                {
                    return -1;
                }

                long literals = extra == 0 ? count : LittleEndian(source.Slice(position, extra)) + 1L;
                position += extra;
                if (literals > source.Length - position || literals > destination.Length - length)
                {
                    return -1;
                }

                source.Slice(position, (int)literals).CopyTo(destination.Slice(length));
                position += (int)literals;
                length += (int)literals;
                continue;
            }

            int size = (tag & 3) == 3 ? 4 : tag & 3;
            if (size > source.Length - position)
            {
                return -1;
            }

            long distance = LittleEndian(source.Slice(position, size));
            position += size;
            if (size == 1)
            {
                distance += (tag >> 5) << 8;
                count = ((tag >> 2) & 7) + 4;
            }

            if (distance == 0 || distance > length || count > destination.Length - length)
            {
                return -1;
            }

            MatchCopy.Copy(destination, length, (int)distance, count);
            length += count;
        }

        return (uint)length == expected ? length : -1;
    }

    private static bool ReadLength(ReadOnlySpan<byte> source, ref int position, out uint length)
    {
        length = 0;
        for (int shift = 0; shift < 35 && position < source.Length; shift += 7)
        {
            byte part = source[position++];
            length |= (uint)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private static uint LittleEndian(ReadOnlySpan<byte> bytes)
    {
        Span<byte> word = stackalloc byte[4];
        word.Clear();
        bytes.CopyTo(word);
        return BinaryPrimitives.ReadUInt32LittleEndian(word);
    }
}
