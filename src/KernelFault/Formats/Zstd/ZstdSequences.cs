using KernelFault.Formats.Compression;

namespace KernelFault.Formats.Zstd;

/// <summary>The sequences section of a compressed block (RFC 8878, 3.1.1.3.2): how literals and repeats of earlier bytes alternate.</summary>
internal sealed class ZstdSequences
{
    private const int MaximumOffsetCode = 31;

    private readonly FseTable _literalLengths = new(9);
    private readonly FseTable _offsets = new(8);
    private readonly FseTable _matchLengths = new(9);
    private int _offset1;
    private int _offset2;
    private int _offset3;
    private bool _hasTables;

    private static readonly short[] LiteralLengthCounts =
        [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1];

    private static readonly short[] OffsetCounts =
        [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1];

    private static readonly short[] MatchLengthCounts =
    [
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
    ];

    private static readonly int[] LiteralLengthBase =
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048, 4096,
        8192, 16384, 32768, 65536,
    ];

    private static ReadOnlySpan<byte> LiteralLengthBits =>
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

    private static readonly int[] MatchLengthBase =
    [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 37,
        39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539,
    ];

    private static ReadOnlySpan<byte> MatchLengthBits =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8,
        9, 10, 11, 12, 13, 14, 15, 16,
    ];

    /// <summary>Forgets what blocks before left: a frame starts.</summary>
    internal void Reset()
    {
        _offset1 = 1;
        _offset2 = 4;
        _offset3 = 8;
        _hasTables = false;
    }

    /// <summary>Carries out the sequences.</summary>
    /// <param name="source">The section, up to the block's end.</param>
    /// <param name="literals">The block's literals.</param>
    /// <param name="destination">What was expanded before, and room for more.</param>
    /// <param name="length">How much was expanded before.</param>
    /// <returns>How much there is then; -1 when it is damaged.</returns>
    internal int Execute(ReadOnlySpan<byte> source, ReadOnlySpan<byte> literals, Span<byte> destination, int length)
    {
        int header = ReadHeader(source, out int count);
        if (header < 0)
        {
            return -1;
        }

        source = source.Slice(header);
        if (count > 0)
        {
            int tables = ReadTables(source);
            length = tables < 0 ? -1 : Run(new BackwardBits(source.Slice(tables)), count, ref literals, destination, length);
        }
        else if (!source.IsEmpty)
        {
            return -1;
        }

        if (length < 0 || literals.Length > destination.Length - length)
        {
            return -1;
        }

        literals.CopyTo(destination.Slice(length));
        return length + literals.Length;
    }

    private static int ReadHeader(ReadOnlySpan<byte> source, out int count)
    {
        count = source.IsEmpty ? 0 : source[0];
        int header = count < 128 ? 1 : count < 255 ? 2 : 3;
        if (source.Length < header)
        {
            return -1;
        }

        count = header switch
        {
            1 => count,
            2 => ((count - 128) << 8) + source[1],
            _ => source[1] + (source[2] << 8) + 0x7F00,
        };
        return header;
    }

    private int ReadTables(ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty || (source[0] & 3) != 0)
        {
            return -1;
        }

        int modes = source[0];
        int position = 1;
        bool read = ReadTable(_literalLengths, modes >> 6, LiteralLengthCounts, 6, 36, source, ref position)
            && ReadTable(_offsets, (modes >> 4) & 3, OffsetCounts, 5, MaximumOffsetCode + 1, source, ref position)
            && ReadTable(_matchLengths, (modes >> 2) & 3, MatchLengthCounts, 6, 53, source, ref position);
        _hasTables |= read;
        return read ? position : -1;
    }

    private bool ReadTable(
        FseTable table, int mode, ReadOnlySpan<short> predefined, int log, int symbols, ReadOnlySpan<byte> source, ref int position)
    {
        switch (mode)
        {
            case 0:
                return table.Build(predefined, log);
            case 1:
                if (position >= source.Length || source[position] >= symbols)
                {
                    return false;
                }

                table.SetSingle(source[position++]);
                return true;
            case 2:
                int size = table.Read(source.Slice(position), symbols);
                position += Math.Max(0, size);
                return size >= 0;
            default:
                return _hasTables;
        }
    }

    private int Run(BackwardBits bits, int count, ref ReadOnlySpan<byte> literals, Span<byte> destination, int length)
    {
        if (!bits.IsValid)
        {
            return -1;
        }

        int literalState = (int)bits.Take(_literalLengths.Log);
        int offsetState = (int)bits.Take(_offsets.Log);
        int matchState = (int)bits.Take(_matchLengths.Log);
        for (int i = 0; i < count; i++)
        {
            int offsetCode = _offsets.Symbol(offsetState);
            int literalCode = _literalLengths.Symbol(literalState);
            int matchCode = _matchLengths.Symbol(matchState);
            if (offsetCode >= MaximumOffsetCode)
            {
                return -1;
            }

            uint value = (1u << offsetCode) + bits.Take(offsetCode);
            int match = MatchLengthBase[matchCode] + (int)bits.Take(MatchLengthBits[matchCode]);
            int run = LiteralLengthBase[literalCode] + (int)bits.Take(LiteralLengthBits[literalCode]);
            int distance = Distance(value, run);
            if (bits.IsOverrun || run > literals.Length || run > destination.Length - length)
            {
                return -1;
            }

            literals.Slice(0, run).CopyTo(destination.Slice(length));
            literals = literals.Slice(run);
            length += run;
            if (distance <= 0 || distance > length || match > destination.Length - length)
            {
                return -1;
            }

            MatchCopy.Copy(destination, length, distance, match);
            length += match;
            if (i < count - 1)
            {
                literalState = _literalLengths.Next(literalState, ref bits);
                matchState = _matchLengths.Next(matchState, ref bits);
                offsetState = _offsets.Next(offsetState, ref bits);
            }
        }

        return bits.IsEmpty ? length : -1;
    }

    // Values 1 to 3 name one of the last three distances; without literals in between they are shifted by one, and the third is then
    // the last distance less one.
    private int Distance(uint value, int run)
    {
        int distance;
        if (value > 3)
        {
            distance = (int)Math.Min(value - 3, int.MaxValue);
            _offset3 = _offset2;
            _offset2 = _offset1;
        }
        else
        {
            int index = (int)value - (run == 0 ? 0 : 1);
            if (index == 0)
            {
                return _offset1;
            }

            distance = index switch { 1 => _offset2, 2 => _offset3, _ => _offset1 - 1 };
            if (index != 1)
            {
                _offset3 = _offset2;
            }

            _offset2 = _offset1;
        }

        _offset1 = distance;
        return distance;
    }
}
