namespace KernelFault.Formats.Zstd;

/// <summary>A decoding table of finite-state entropy (RFC 8878, 4.1): each state gives a symbol, and how many bits make the next state.</summary>
internal sealed class FseTable(int maximumLog)
{
    private const int MaximumSymbols = 256;

    private readonly byte[] _symbols = new byte[1 << maximumLog];
    private readonly byte[] _bits = new byte[1 << maximumLog];
    private readonly ushort[] _bases = new ushort[1 << maximumLog];

    /// <summary>The table has two to the power of this many states; -1 when there is no table yet.</summary>
    internal int Log { get; private set; } = -1;

    internal int Symbol(int state) => _symbols[state];

    /// <summary>The state that follows.</summary>
    internal int Next(int state, ref BackwardBits bits) => _bases[state] + (int)bits.Take(_bits[state]);

    /// <summary>How many bits the state behind this one takes.</summary>
    internal int Bits(int state) => _bits[state];

    /// <summary>A table that always gives one symbol and takes no bits.</summary>
    internal void SetSingle(byte symbol)
    {
        Log = 0;
        _symbols[0] = symbol;
        _bits[0] = 0;
        _bases[0] = 0;
    }

    /// <summary>Reads a table's description.</summary>
    /// <param name="source">Where it starts.</param>
    /// <param name="symbols">How many symbols there may be.</param>
    /// <returns>Bytes it takes; -1 when it is damaged.</returns>
    internal int Read(ReadOnlySpan<byte> source, int symbols)
    {
        int position = 0;
        int log = Take(source, ref position, 4) + 5;
        if (source.IsEmpty || log > maximumLog)
        {
            return -1;
        }

        Span<short> counts = stackalloc short[MaximumSymbols];
        counts.Clear();
        int remaining = 1 << log;
        int symbol = 0;
        while (remaining > 0 && symbol < symbols)
        {
            int bits = HighestBit(remaining + 1) + 1;
            int value = Take(source, ref position, bits);
            int lower = (1 << (bits - 1)) - 1;
            int threshold = (1 << bits) - 2 - remaining;
            if ((value & lower) < threshold)
            {
                // Small values take one bit less.
                position--;
                value &= lower;
            }
            else if (value > lower)
            {
                value -= threshold;
            }

            int count = value - 1;
            remaining -= count < 0 ? 1 : count;
            counts[symbol++] = (short)count;
            for (int zeros = count == 0 ? 3 : 0; zeros == 3;)
            {
                zeros = Take(source, ref position, 2);
                symbol += zeros;
                if (symbol > symbols)
                {
                    return -1;
                }
            }
        }

        int bytes = (position + 7) / 8;
        return remaining == 0 && bytes <= source.Length && Build(counts.Slice(0, symbol), log) ? bytes : -1;
    }

    /// <summary>Builds the table from how often each symbol occurs; -1 stands for less than once.</summary>
    internal bool Build(ReadOnlySpan<short> counts, int log)
    {
        int size = 1 << log;
        int high = size;
        Span<ushort> next = stackalloc ushort[MaximumSymbols];
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            if (counts[symbol] == -1)
            {
                _symbols[--high] = (byte)symbol;
                next[symbol] = 1;
            }
        }

        int step = (size >> 1) + (size >> 3) + 3;
        int position = 0;
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            if (counts[symbol] <= 0)
            {
                continue;
            }

            next[symbol] = (ushort)counts[symbol];
            for (int i = 0; i < counts[symbol]; i++)
            {
                _symbols[position] = (byte)symbol;
                do
                {
                    position = (position + step) & (size - 1);
                }
                while (position >= high);
            }
        }

        if (position != 0)
        {
            return false;
        }

        for (int i = 0; i < size; i++)
        {
            int state = next[_symbols[i]]++;
            int bits = log - HighestBit(state);
            _bits[i] = (byte)bits;
            _bases[i] = (ushort)((state << bits) - size);
        }

        Log = log;
        return true;
    }

    internal static int HighestBit(int value)
    {
        int bit = -1;
        while (value != 0)
        {
            value >>= 1;
            bit++;
        }

        return bit;
    }

    // The description is the one part that is read forwards.
    private static int Take(ReadOnlySpan<byte> source, ref int position, int count)
    {
        int value = 0;
        for (int i = 0; i < count; i++)
        {
            int index = (position + i) >> 3;
            if (index < source.Length)
            {
                value |= ((source[index] >> ((position + i) & 7)) & 1) << i;
            }
        }

        position += count;
        return value;
    }
}
