using System.Buffers.Binary;

namespace KernelFault.Formats.Compression;

// zlib (RFC 1950) around deflate (RFC 1951). The runtime's own decoder wants a stream object and a native state for each page; a
// page of a crash dump is 4 KB, and thousands are read one by one, so this one keeps its tables and allocates nothing.

/// <summary>Expands one zlib stream at a time from memory to memory. Not safe for more than one thread at once.</summary>
internal sealed class InflateDecoder : IPageDecoder
{
    private const int MaximumBits = 15;

    // Arrays, not spans: of numbers wider than a byte a span is made anew, on the heap, at every look in a build that does not optimise.
    private static readonly ushort[] LengthBase =
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    private static readonly ushort[] DistanceBase =
    [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289,
        16385, 24577,
    ];

    private readonly HuffmanTable _literals = new(288);
    private readonly HuffmanTable _distances = new(32);
    private readonly HuffmanTable _lengths = new(19);
    private readonly byte[] _codeLengths = new byte[288 + 32];

    private static ReadOnlySpan<byte> LengthBits => [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    private static ReadOnlySpan<byte> DistanceBits =>
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    private static ReadOnlySpan<byte> CodeLengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <inheritdoc/>
    public int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        // CMF and FLG: method 8, a multiple of 31, no preset dictionary.
        if (source.Length < 6 || (source[0] & 0xF) != 8 || ((source[0] << 8) | source[1]) % 31 != 0 || (source[1] & 0x20) != 0)
        {
            return -1;
        }

        var input = new BitInput(source, 2);
        int length = 0;
        bool last;
        do
        {
            last = input.Take(1) != 0;
            length = input.Take(2) switch
            {
                0 => Stored(ref input, destination, length),
                1 => FixedTables() ? Block(ref input, destination, length) : -1,
                2 => ReadTables(ref input) ? Block(ref input, destination, length) : -1,
                _ => -1,
            };
        }
        while (!last && length >= 0 && !input.IsPastEnd);

        int end = input.AlignedPosition();
        return length < 0 || input.IsPastEnd || end > source.Length - 4
            || BinaryPrimitives.ReadUInt32BigEndian(source.Slice(end)) != Adler32(destination.Slice(0, length)) ? -1 : length;
    }

    private static int Stored(ref BitInput input, Span<byte> destination, int length)
    {
        int position = input.AlignedPosition();
        ReadOnlySpan<byte> source = input.Source;
        if (position > source.Length - 4)
        {
            return -1;
        }

        int count = BinaryPrimitives.ReadUInt16LittleEndian(source.Slice(position));
        int inverse = BinaryPrimitives.ReadUInt16LittleEndian(source.Slice(position + 2));
        if ((count ^ inverse) != 0xFFFF || count > source.Length - position - 4 || count > destination.Length - length)
        {
            return -1;
        }

        source.Slice(position + 4, count).CopyTo(destination.Slice(length));
        input = new BitInput(source, position + 4 + count);
        return length + count;
    }

    private int Block(ref BitInput input, Span<byte> destination, int length)
    {
        while (true)
        {
            int symbol = _literals.Next(ref input);
            if (symbol < 256)
            {
                if (symbol < 0 || length >= destination.Length)
                {
                    return -1;
                }

                destination[length++] = (byte)symbol;
                continue;
            }

            if (symbol == 256)
            {
                return input.IsPastEnd ? -1 : length;
            }

            symbol -= 257;
            if (symbol >= LengthBase.Length)
            {
                return -1;
            }

            int count = LengthBase[symbol] + (int)input.Take(LengthBits[symbol]);
            int code = _distances.Next(ref input);
            if (code < 0 || code >= DistanceBase.Length)
            {
                return -1;
            }

            int distance = DistanceBase[code] + (int)input.Take(DistanceBits[code]);
            if (distance > length || count > destination.Length - length)
            {
                return -1;
            }

            MatchCopy.Copy(destination, length, distance, count);
            length += count;
        }
    }

    private bool FixedTables()
    {
        Span<byte> lengths = _codeLengths;
        lengths.Slice(0, 144).Fill(8);
        lengths.Slice(144, 112).Fill(9);
        lengths.Slice(256, 24).Fill(7);
        lengths.Slice(280, 8).Fill(8);
        lengths.Slice(288, 30).Fill(5);
        return _literals.Build(lengths.Slice(0, 288)) && _distances.Build(lengths.Slice(288, 30));
    }

    private bool ReadTables(ref BitInput input)
    {
        int literals = (int)input.Take(5) + 257;
        int distances = (int)input.Take(5) + 1;
        int lengths = (int)input.Take(4) + 4;
        if (literals > 286 || distances > 30)
        {
            return false;
        }

        Span<byte> codes = _codeLengths;
        codes.Slice(0, 19).Clear();
        for (int i = 0; i < lengths; i++)
        {
            codes[CodeLengthOrder[i]] = (byte)input.Take(3);
        }

        if (!_lengths.Build(codes.Slice(0, 19)))
        {
            return false;
        }

        int count = 0;
        while (count < literals + distances)
        {
            int symbol = _lengths.Next(ref input);
            if (symbol is >= 0 and < 16)
            {
                codes[count++] = (byte)symbol;
                continue;
            }

            if (symbol < 0 || (symbol == 16 && count == 0))
            {
                return false;
            }

            byte value = symbol == 16 ? codes[count - 1] : (byte)0;
            int repeat = symbol switch { 16 => 3 + (int)input.Take(2), 17 => 3 + (int)input.Take(3), _ => 11 + (int)input.Take(7) };
            if (repeat > literals + distances - count)
            {
                return false;
            }

            codes.Slice(count, repeat).Fill(value);
            count += repeat;
        }

        return codes[256] != 0 && _literals.Build(codes.Slice(0, literals)) && _distances.Build(codes.Slice(literals, distances));
    }

    private static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        const int BytesBeforeOverflow = 5552;
        const uint Base = 65521;
        uint a = 1;
        uint b = 0;
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, BytesBeforeOverflow);
            for (int i = 0; i < count; i++)
            {
                a += bytes[i];
                b += a;
            }

            a %= Base;
            b %= Base;
            bytes = bytes.Slice(count);
        }

        return (b << 16) | a;
    }

    /// <summary>Bits of a deflate stream, the lowest first. Past the end it gives zeros and remembers that it did.</summary>
    private ref struct BitInput(ReadOnlySpan<byte> source, int position)
    {
        private ulong _bits;
        private int _count;
        private int _position = position;

        internal readonly ReadOnlySpan<byte> Source { get; } = source;

        /// <summary>More bits were taken than there are.</summary>
        internal readonly bool IsPastEnd => _position - (_count >> 3) > Source.Length;

        internal uint Peek(int count)
        {
            if (_count < count)
            {
                Fill();
            }

            return (uint)_bits & ((1u << count) - 1);
        }

        internal void Skip(int count)
        {
            _bits >>= count;
            _count -= count;
        }

        internal uint Take(int count)
        {
            uint value = Peek(count);
            Skip(count);
            return value;
        }

        /// <summary>Offset of the next whole byte.</summary>
        internal readonly int AlignedPosition() => _position - (_count >> 3);

        private void Fill()
        {
            while (_count <= 56)
            {
                _bits |= (_position < Source.Length ? (ulong)Source[_position] : 0) << _count;
                _position++;
                _count += 8;
            }
        }
    }

    /// <summary>A canonical prefix code: short codes by table, the rare long ones bit by bit.</summary>
    private sealed class HuffmanTable(int symbols)
    {
        private const int FastBits = 9;

        // Symbol in the upper bits, length of its code in the lower four; 0 where no short code fits.
        private readonly ushort[] _fast = new ushort[1 << FastBits];
        private readonly ushort[] _sorted = new ushort[symbols];
        private readonly ushort[] _counts = new ushort[MaximumBits + 1];

        /// <summary>Builds the code from the length of each symbol's. False when the lengths do not make one.</summary>
        internal bool Build(ReadOnlySpan<byte> lengths)
        {
            Array.Clear(_counts, 0, _counts.Length);
            Array.Clear(_fast, 0, _fast.Length);
            foreach (byte length in lengths)
            {
                _counts[length]++;
            }

            Span<int> next = stackalloc int[MaximumBits + 2];
            Span<int> offsets = stackalloc int[MaximumBits + 2];
            int left = 1;
            int code = 0;
            offsets[1] = 0;
            for (int bits = 1; bits <= MaximumBits; bits++)
            {
                left = (left << 1) - _counts[bits];
                if (left < 0)
                {
                    return false;
                }

                next[bits] = code;
                code = (code + _counts[bits]) << 1;
                offsets[bits + 1] = offsets[bits] + _counts[bits];
            }

            for (int symbol = 0; symbol < lengths.Length; symbol++)
            {
                int bits = lengths[symbol];
                if (bits == 0)
                {
                    continue;
                }

                _sorted[offsets[bits]++] = (ushort)symbol;
                int word = next[bits]++;
                if (bits <= FastBits)
                {
                    for (int i = Reverse(word, bits); i < 1 << FastBits; i += 1 << bits)
                    {
                        _fast[i] = (ushort)((symbol << 4) | bits);
                    }
                }
            }

            return true;
        }

        /// <summary>The next symbol; -1 when the bits are no code.</summary>
        internal int Next(ref BitInput input)
        {
            int entry = _fast[input.Peek(FastBits)];
            if (entry != 0)
            {
                input.Skip(entry & 15);
                return entry >> 4;
            }

            uint bits = input.Peek(MaximumBits);
            int code = 0;
            int first = 0;
            int index = 0;
            for (int length = 1; length <= MaximumBits; length++)
            {
                code |= (int)(bits & 1);
                bits >>= 1;
                int count = _counts[length];
                if (code - count < first)
                {
                    input.Skip(length);
                    return _sorted[index + (code - first)];
                }

                index += count;
                first = (first + count) << 1;
                code <<= 1;
            }

            return -1;
        }

        private static int Reverse(int word, int bits)
        {
            int result = 0;
            for (int i = 0; i < bits; i++)
            {
                result = (result << 1) | ((word >> i) & 1);
            }

            return result;
        }
    }
}
