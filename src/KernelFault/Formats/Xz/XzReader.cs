using System.Buffers.Binary;

namespace KernelFault.Formats.Xz;

// The .xz container, version 1.2 of "The .xz File Format" (tukaani.org/xz/xz-file-format.txt):
//   stream = header (12) · blocks · index · footer (12); streams may follow each other, with zeros in fours between.
//   block  = header · LZMA2 data · zeros to a multiple of 4 · check of the expanded bytes.
// Every size and checksum there is is verified. Filters other than LZMA2 (BCJ for machine code, delta) do not occur in what
// is read here and are refused by name.

/// <summary>Expands .xz files in memory, bounded by the caller. Damage gives <see cref="DumpFormatException"/>, nothing else.</summary>
internal static class XzReader
{
    private const int HeaderSize = 12;
    private const int Lzma2FilterId = 0x21;

    private static ReadOnlySpan<byte> HeaderMagic => [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];

    /// <summary>True if <paramref name="bytes"/> start like an .xz file.</summary>
    internal static bool IsXz(ReadOnlySpan<byte> bytes) => bytes.StartsWith(HeaderMagic);

    /// <summary>Expands all streams of a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Its path, for messages.</param>
    /// <param name="limit">Most bytes it may expand to.</param>
    /// <returns>The expanded bytes.</returns>
    /// <exception cref="DumpFormatException">It is damaged, uses a filter that is not read, or expands to more than <paramref name="limit"/>.</exception>
    internal static ArraySegment<byte> Expand(byte[] bytes, string name, int limit)
    {
        var source = new XzInput(bytes, name);
        var output = new XzOutput(limit);
        var lzma2 = new Lzma2Decoder();
        int position = 0;
        do
        {
            position = ReadStream(source, position, lzma2, output);
            int padding = position;
            while (position < bytes.Length && bytes[position] == 0)
            {
                position++;
            }

            if ((position - padding) % 4 != 0)
            {
                throw source.Damage(padding, "expected padding behind a stream to be a multiple of 4 bytes.");
            }
        }
        while (position < bytes.Length);

        return new ArraySegment<byte>(output.Buffer, 0, output.Length);
    }

    private static int ReadStream(XzInput source, int start, Lzma2Decoder lzma2, XzOutput output)
    {
        source.Require(start, HeaderSize, "a stream header");
        byte[] bytes = source.Bytes;
        if (!IsXz(bytes.AsSpan(start)))
        {
            throw source.Damage(start, "expected the signature of a stream.");
        }

        RequireCrc32(source, start + 6, 2, start + 8, "stream flags");
        int check = bytes[start + 7];
        if (bytes[start + 6] != 0 || check is not (0 or 1 or 4 or 10))
        {
            throw source.Damage(start + 6, $"stream flags 0x{bytes[start + 6]:x2}{check:x2} are not known.");
        }

        var records = new List<BlockRecord>();
        int position = start + HeaderSize;
        while (true)
        {
            source.Require(position, 1, "a block or index");
            if (bytes[position] == 0)
            {
                break;
            }

            records.Add(ReadBlock(source, ref position, check, lzma2, output));
        }

        int index = position;
        ReadIndex(source, ref position, records);
        source.Require(position, HeaderSize, "a stream footer");
        RequireCrc32(source, position + 4, 6, position, "stream footer");
        long backward = (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(position + 4)) + 1L) * 4;
        bool sameFlags = bytes[position + 8] == bytes[start + 6] && bytes[position + 9] == bytes[start + 7];
        if (backward != position - index || !sameFlags || bytes[position + 10] != 'Y' || bytes[position + 11] != 'Z')
        {
            throw source.Damage(position, "the stream footer does not agree with the stream.");
        }

        return position + HeaderSize;
    }

    private static BlockRecord ReadBlock(XzInput source, ref int position, int check, Lzma2Decoder lzma2, XzOutput output)
    {
        byte[] bytes = source.Bytes;
        int start = position;
        int headerSize = (bytes[position] + 1) * 4;
        source.Require(position, headerSize, "a block header");
        int end = position + headerSize - 4;
        RequireCrc32(source, position, headerSize - 4, end, "block header");
        byte flags = bytes[position + 1];
        if ((flags & 0x3C) != 0)
        {
            throw source.Damage(position + 1, $"block flags 0x{flags:x2} are not known.");
        }

        position += 2;
        ulong? compressedSize = (flags & 0x40) != 0 ? source.ReadVariableLength(ref position, end) : null;
        ulong? expandedSize = (flags & 0x80) != 0 ? source.ReadVariableLength(ref position, end) : null;
        uint dictionarySize = ReadFilters(source, ref position, end, (flags & 3) + 1);
        RequireZeros(source, position, end, "a block header's padding");

        int data = start + headerSize;
        int outputStart = output.Length;
        position = data;
        lzma2.Decode(source, ref position, output, dictionarySize);
        int expanded = output.Length - outputStart;
        if ((compressedSize is ulong c && c != (ulong)(position - data)) || (expandedSize is ulong e && e != (ulong)expanded))
        {
            throw source.Damage(start, "a block's sizes do not agree with its header.");
        }

        int unpadded = position - start;
        int padded = position + (-unpadded & 3);
        source.Require(position, padded - position, "a block's padding");
        RequireZeros(source, position, padded, "a block's padding");
        position = padded;
        int checkSize = VerifyCheck(source, position, check, output, outputStart, expanded);
        position += checkSize;
        return new BlockRecord((ulong)(unpadded + checkSize), (ulong)expanded);
    }

    private static uint ReadFilters(XzInput source, ref int position, int end, int count)
    {
        int start = position;
        ulong id = source.ReadVariableLength(ref position, end);
        if (count != 1 || id != Lzma2FilterId)
        {
            string filter = id switch
            {
                3 => "delta",
                >= 4 and <= 0xB => "BCJ (machine code)",
                _ => FormattableString.Invariant($"0x{id:x}"),
            };
            throw source.Damage(start, $"the {filter} filter is not read here, only LZMA2; recompress with plain xz.");
        }

        ulong size = source.ReadVariableLength(ref position, end);
        if (size != 1 || position >= end || source.Bytes[position] > 40)
        {
            throw source.Damage(position, "expected the dictionary size of LZMA2.");
        }

        // Two to the power of bits/2, odd ones half as much again; 40 stands for 4 GiB - 1.
        int bits = source.Bytes[position++];
        return bits == 40 ? uint.MaxValue : (2u | ((uint)bits & 1)) << ((bits / 2) + 11);
    }

    private static int VerifyCheck(XzInput source, int position, int check, XzOutput output, int start, int count)
    {
        int size = check switch { 0 => 0, 1 => 4, 4 => 8, _ => 32 };
        source.Require(position, size, "a block's check");
        ReadOnlySpan<byte> stored = source.Bytes.AsSpan(position, size);
        bool same = check switch
        {
            0 => true,
            1 => BinaryPrimitives.ReadUInt32LittleEndian(stored) == XzChecksum.Crc32(output.Buffer, start, count),
            4 => BinaryPrimitives.ReadUInt64LittleEndian(stored) == XzChecksum.Crc64(output.Buffer, start, count),
            _ => stored.SequenceEqual(XzChecksum.Sha256(output.Buffer, start, count)),
        };
        return same ? size : throw source.Damage(position, "a block's check does not agree with its expanded bytes.");
    }

    private static void ReadIndex(XzInput source, ref int position, List<BlockRecord> records)
    {
        int start = position;
        int length = source.Bytes.Length;
        position++;
        bool same = source.ReadVariableLength(ref position, length) == (ulong)records.Count;
        for (int i = 0; same && i < records.Count; i++)
        {
            same = source.ReadVariableLength(ref position, length) == records[i].UnpaddedSize
                && source.ReadVariableLength(ref position, length) == records[i].ExpandedSize;
        }

        if (!same)
        {
            throw source.Damage(start, "the index does not agree with the blocks.");
        }

        int padded = position + (-(position - start) & 3);
        source.Require(position, padded - position + 4, "the end of the index");
        RequireZeros(source, position, padded, "the index's padding");
        RequireCrc32(source, start, padded - start, padded, "index");
        position = padded + 4;
    }

    private static void RequireCrc32(XzInput source, int start, int count, int stored, string what)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(source.Bytes.AsSpan(stored, 4)) != XzChecksum.Crc32(source.Bytes, start, count))
        {
            throw source.Damage(stored, $"the CRC-32 of the {what} does not agree with it.");
        }
    }

    private static void RequireZeros(XzInput source, int start, int end, string what)
    {
        for (int i = start; i < end; i++)
        {
            if (source.Bytes[i] != 0)
            {
                throw source.Damage(i, $"expected zeros as {what}.");
            }
        }
    }

    private readonly record struct BlockRecord(ulong UnpaddedSize, ulong ExpandedSize);
}
