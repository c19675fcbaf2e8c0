namespace KernelFault.Formats.Zstd;

/// <summary>The literals section of a compressed block (RFC 8878, 3.1.1.3.1): bytes as they are, one byte repeated, or Huffman-coded.</summary>
internal sealed class ZstdLiterals
{
    private const int MaximumBits = 11;
    private const int MaximumWeightLog = 6;

    private readonly byte[] _symbols = new byte[1 << MaximumBits];
    private readonly byte[] _lengths = new byte[1 << MaximumBits];
    private readonly FseTable _weightTable = new(MaximumWeightLog);
    private byte[] _buffer = new byte[8 * 1024];
    private int _bits;

    /// <summary>Forgets the code of the block before: a frame starts.</summary>
    internal void Reset() => _bits = 0;

    /// <summary>Reads the section.</summary>
    /// <param name="block">The block's contents.</param>
    /// <param name="literals">The bytes; valid until the next call.</param>
    /// <returns>Bytes the section takes; -1 when it is damaged.</returns>
    internal int Read(ReadOnlySpan<byte> block, out ReadOnlySpan<byte> literals)
    {
        literals = default;
        if (block.IsEmpty)
        {
            return -1;
        }

        int type = block[0] & 3;
        int format = (block[0] >> 2) & 3;
        if (type >= 2)
        {
            return ReadCoded(block, type == 3, format, out literals);
        }

        int header = format switch { 1 => 2, 3 => 3, _ => 1 };
        if (block.Length < header)
        {
            return -1;
        }

        int size = (int)(Header(block, header) >> (header == 1 ? 3 : 4));
        if (size > ZstdDecoder.MaximumBlock)
        {
            return -1;
        }

        if (type == 0)
        {
            if (size > block.Length - header)
            {
                return -1;
            }

            literals = block.Slice(header, size);
            return header + size;
        }

        if (block.Length == header)
        {
            return -1;
        }

        Span<byte> target = Room(size);
        target.Fill(block[header]);
        literals = target;
        return header + 1;
    }

    private static ulong Header(ReadOnlySpan<byte> block, int size)
    {
        ulong value = 0;
        for (int i = size - 1; i >= 0; i--)
        {
            value = (value << 8) | block[i];
        }

        return value;
    }

    private Span<byte> Room(int size)
    {
        if (_buffer.Length < size)
        {
            _buffer = new byte[ZstdDecoder.MaximumBlock];
        }

        return _buffer.AsSpan(0, size);
    }

    private int ReadCoded(ReadOnlySpan<byte> block, bool sameCode, int format, out ReadOnlySpan<byte> literals)
    {
        literals = default;
        int header = format switch { 2 => 4, 3 => 5, _ => 3 };
        int width = format switch { 2 => 14, 3 => 18, _ => 10 };
        if (block.Length < header)
        {
            return -1;
        }

        ulong fields = Header(block, header) >> 4;
        int size = (int)(fields & ((1UL << width) - 1));
        int coded = (int)(fields >> width);
        if (size > ZstdDecoder.MaximumBlock || coded > block.Length - header)
        {
            return -1;
        }

        ReadOnlySpan<byte> source = block.Slice(header, coded);
        if (!sameCode)
        {
            int tree = ReadTree(source);
            if (tree < 0)
            {
                return -1;
            }

            source = source.Slice(tree);
        }

        Span<byte> target = Room(size);
        literals = target;
        return _bits != 0 && (format == 0 ? Decode(source, target) : DecodeFour(source, target)) ? header + coded : -1;
    }

    private bool DecodeFour(ReadOnlySpan<byte> source, Span<byte> target)
    {
        // Three sizes of 2 bytes; the fourth stream is the rest.
        int quarter = (target.Length + 3) / 4;
        if (source.Length < 6 || quarter * 3 > target.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> streams = source.Slice(6);
        for (int i = 0; i < 3; i++)
        {
            int size = source[i * 2] | (source[(i * 2) + 1] << 8);
            if (size > streams.Length || !Decode(streams.Slice(0, size), target.Slice(quarter * i, quarter)))
            {
                return false;
            }

            streams = streams.Slice(size);
        }

        return Decode(streams, target.Slice(quarter * 3));
    }

    private bool Decode(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var bits = new BackwardBits(source);
        if (!bits.IsValid)
        {
            return false;
        }

        byte[] symbols = _symbols;
        byte[] lengths = _lengths;
        for (int i = 0; i < target.Length; i++)
        {
            uint code = bits.Peek(_bits);
            target[i] = symbols[code];
            bits.Skip(lengths[code]);
        }

        return bits.IsEmpty;
    }

    private int ReadTree(ReadOnlySpan<byte> source)
    {
        _bits = 0;
        if (source.IsEmpty)
        {
            return -1;
        }

        Span<byte> weights = stackalloc byte[256];
        weights.Clear();
        int header = source[0];
        int size;
        int count;
        if (header >= 128)
        {
            count = header - 127;
            size = 1 + ((count + 1) / 2);
            if (size > source.Length)
            {
                return -1;
            }

            for (int i = 0; i < count; i++)
            {
                int pair = source[1 + (i / 2)];
                weights[i] = (byte)(i % 2 == 0 ? pair >> 4 : pair & 15);
            }
        }
        else
        {
            size = 1 + header;
            count = size > source.Length ? -1 : ReadWeights(source.Slice(1, header), weights);
        }

        return count > 0 && Build(weights, count) ? size : -1;
    }

    // Two states take turns until the bits run out; the other one then has one more symbol.
    private int ReadWeights(ReadOnlySpan<byte> source, Span<byte> weights)
    {
        const int MaximumWeights = 255;
        int table = _weightTable.Read(source, MaximumBits + 2);
        if (table < 0)
        {
            return -1;
        }

        var bits = new BackwardBits(source.Slice(table));
        if (!bits.IsValid)
        {
            return -1;
        }

        int state = (int)bits.Take(_weightTable.Log);
        int other = (int)bits.Take(_weightTable.Log);
        int count = 0;
        while (count < MaximumWeights && !bits.IsOverrun)
        {
            weights[count++] = (byte)_weightTable.Symbol(state);
            int next = _weightTable.Next(state, ref bits);
            if (bits.IsOverrun)
            {
                if (count == MaximumWeights)
                {
                    return -1;
                }

                weights[count++] = (byte)_weightTable.Symbol(other);
                return count;
            }

            state = other;
            other = next;
        }

        return -1;
    }

    // The last weight is not written: it is what is missing to a power of two.
    private bool Build(Span<byte> weights, int count)
    {
        int sum = 0;
        for (int i = 0; i < count; i++)
        {
            if (weights[i] > MaximumBits)
            {
                return false;
            }

            sum += weights[i] == 0 ? 0 : 1 << (weights[i] - 1);
        }

        int bits = FseTable.HighestBit(sum) + 1;
        int left = (1 << bits) - sum;
        if (sum == 0 || bits > MaximumBits || (left & (left - 1)) != 0)
        {
            return false;
        }

        weights[count] = (byte)(FseTable.HighestBit(left) + 1);
        int position = 0;
        for (int weight = 1; weight <= bits; weight++)
        {
            for (int symbol = 0; symbol <= count; symbol++)
            {
                if (weights[symbol] == weight)
                {
                    int entries = 1 << (weight - 1);
                    _symbols.AsSpan(position, entries).Fill((byte)symbol);
                    _lengths.AsSpan(position, entries).Fill((byte)(bits + 1 - weight));
                    position += entries;
                }
            }
        }

        _bits = bits;
        return position == 1 << bits;
    }
}
