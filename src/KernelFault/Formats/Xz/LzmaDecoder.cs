namespace KernelFault.Formats.Xz;

// LZMA: literals and matches, every choice coded by an adaptive binary range coder. Specified by Igor Pavlov's
// "LZMA specification" (public domain, 2015). A packet is one of
//   0 literal · 1 0 match with a new distance · 1 1 0 0 short repeat · 1 1 0 1 / 1 1 1 0 / 1 1 1 1 0 / 1 1 1 1 1 repeat of
//   the last, second, third, fourth last distance;
// which probability codes a choice depends on the kinds of the last packets (state, 0 to 11) and on the position.
//
// Used for LZMA2 chunks only: there the chunk's sizes say where it ends, the end marker (distance 2^32 - 1) is an error, and
// no match crosses a chunk's end. The output buffer is the dictionary, so no memory is taken by a size from the file.

/// <summary>Decodes LZMA packets; its state lives on from chunk to chunk.</summary>
internal sealed class LzmaDecoder
{
    private const int BitModelTotalBits = 11;
    private const int MoveBits = 5;
    private const uint TopValue = 1u << 24;
    private const ushort InitialProbability = 1 << (BitModelTotalBits - 1);

    private const int States = 12;
    private const int PositionStatesMaximum = 16;
    private const int LengthLow = 2;
    private const int LengthMid = LengthLow + (PositionStatesMaximum << 3);
    private const int LengthHigh = LengthMid + (PositionStatesMaximum << 3);
    private const int LengthSize = LengthHigh + 256;
    private const int StartDistanceModel = 4;
    private const int EndDistanceModel = 14;

    // Where each group of probabilities starts in the one array.
    private const int IsMatch = 0;
    private const int IsRepeat = IsMatch + (States * PositionStatesMaximum);
    private const int IsRepeat0 = IsRepeat + States;
    private const int IsRepeat1 = IsRepeat0 + States;
    private const int IsRepeat2 = IsRepeat1 + States;
    private const int IsRepeat0Long = IsRepeat2 + States;
    private const int DistanceSlot = IsRepeat0Long + (States * PositionStatesMaximum);
    private const int DistanceSpecial = DistanceSlot + (4 * 64);
    private const int DistanceAlign = DistanceSpecial + 128 - EndDistanceModel + 1;
    private const int MatchLength = DistanceAlign + 16;
    private const int RepeatLength = MatchLength + LengthSize;
    private const int Literal = RepeatLength + LengthSize;

    // LZMA2 allows lc + lp up to 4.
    private readonly ushort[] _probabilities = new ushort[Literal + (0x300 << 4)];

    private byte[] _input = [];
    private int _inputPosition;
    private int _inputEnd;
    private uint _range;
    private uint _code;

    private int _state;
    private uint _distance0;
    private uint _distance1;
    private uint _distance2;
    private uint _distance3;
    private int _literalContextBits;
    private int _literalPositionMask;
    private int _positionMask;

    /// <summary>Sets lc, lp and pb from their packed byte, <c>(pb * 5 + lp) * 9 + lc</c>.</summary>
    /// <returns>False if the byte is none that LZMA2 allows.</returns>
    internal bool TrySetProperties(byte packed)
    {
        if (packed > (4 * 5 + 4) * 9 + 8)
        {
            return false;
        }

        int lc = packed % 9;
        int lp = packed / 9 % 5;
        if (lc + lp > 4)
        {
            return false;
        }

        _literalContextBits = lc;
        _literalPositionMask = (1 << lp) - 1;
        _positionMask = (1 << (packed / 45)) - 1;
        return true;
    }

    /// <summary>Forgets what was learnt.</summary>
    internal void ResetState()
    {
        _probabilities.AsSpan().Fill(InitialProbability);
        _state = 0;
        _distance0 = _distance1 = _distance2 = _distance3 = 0;
    }

    /// <summary>Decodes one chunk.</summary>
    /// <param name="input">The compressed bytes.</param>
    /// <param name="inputStart">First byte of the chunk.</param>
    /// <param name="inputLength">Its compressed length; the caller has checked that it is there.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="dictionaryStart">Where the dictionary starts in <paramref name="output"/>.</param>
    /// <param name="position">Where the first byte goes.</param>
    /// <param name="end">Where the chunk ends in <paramref name="output"/>; the caller has made room.</param>
    /// <param name="dictionarySize">Farthest distance.</param>
    /// <returns>Null, or what is wrong.</returns>
    internal string? Decode(
        byte[] input, int inputStart, int inputLength, byte[] output, int dictionaryStart, int position, int end, uint dictionarySize)
    {
        if (inputLength < 5 || input[inputStart] != 0)
        {
            return "expected a range coder's first byte 0.";
        }

        _input = input;
        _inputPosition = inputStart + 5;
        _inputEnd = inputStart + inputLength;
        _range = uint.MaxValue;
        _code = (uint)((input[inputStart + 1] << 24) | (input[inputStart + 2] << 16) | (input[inputStart + 3] << 8) | input[inputStart + 4]);

        while (position < end)
        {
            int positionState = (position - dictionaryStart) & _positionMask;
            if (Bit(IsMatch + (_state << 4) + positionState) == 0)
            {
                output[position] = DecodeLiteral(output, dictionaryStart, position);
                position++;
                continue;
            }

            int length;
            if (Bit(IsRepeat + _state) == 0)
            {
                _distance3 = _distance2;
                _distance2 = _distance1;
                _distance1 = _distance0;
                length = DecodeLength(MatchLength, positionState);
                _distance0 = DecodeDistance(length);
                _state = _state < 7 ? 7 : 10;
            }
            else if (Bit(IsRepeat0 + _state) != 0)
            {
                RotateDistances();
                length = DecodeLength(RepeatLength, positionState);
                _state = _state < 7 ? 8 : 11;
            }
            else if (Bit(IsRepeat0Long + (_state << 4) + positionState) == 0)
            {
                length = 1;
                _state = _state < 7 ? 9 : 11;
            }
            else
            {
                length = DecodeLength(RepeatLength, positionState);
                _state = _state < 7 ? 8 : 11;
            }

            // Stored distances count from 0 for the byte just before.
            if (_distance0 >= (uint)(position - dictionaryStart) || _distance0 >= dictionarySize)
            {
                return "a match reaches before the start of the dictionary.";
            }

            if (length > end - position)
            {
                return "a match reaches past the end of its chunk.";
            }

            Copy(output, position, (int)_distance0 + 1, length);
            position += length;
        }

        Normalize();
        return _inputPosition != _inputEnd || _code != 0 ? "a chunk's compressed bytes do not end where its header says." : null;
    }

    private static void Copy(byte[] output, int position, int distance, int length)
    {
        int from = position - distance;
        if (distance >= length)
        {
            Buffer.BlockCopy(output, from, output, position, length);
            return;
        }

        // The source runs into what is being written: that is how a run is coded.
        for (int i = 0; i < length; i++)
        {
            output[position + i] = output[from + i];
        }
    }

    private void RotateDistances()
    {
        uint distance;
        if (Bit(IsRepeat1 + _state) == 0)
        {
            distance = _distance1;
        }
        else
        {
            if (Bit(IsRepeat2 + _state) == 0)
            {
                distance = _distance2;
            }
            else
            {
                distance = _distance3;
                _distance3 = _distance2;
            }

            _distance2 = _distance1;
        }

        _distance1 = _distance0;
        _distance0 = distance;
    }

    private byte DecodeLiteral(byte[] output, int dictionaryStart, int position)
    {
        bool first = position == dictionaryStart;
        int previous = first ? 0 : output[position - 1];
        int context = (((position - dictionaryStart) & _literalPositionMask) << _literalContextBits) + (previous >> (8 - _literalContextBits));
        int probabilities = Literal + (0x300 * context);
        int symbol = 1;
        if (_state >= 7 && _distance0 < (uint)(position - dictionaryStart))
        {
            // After a match the byte that would have continued it is a hint: it differs from the literal somewhere.
            int match = output[position - (int)_distance0 - 1];
            do
            {
                int matchBit = (match >> 7) & 1;
                match <<= 1;
                int bit = Bit(probabilities + ((1 + matchBit) << 8) + symbol);
                symbol = (symbol << 1) | bit;
                if (matchBit != bit)
                {
                    break;
                }
            }
            while (symbol < 0x100);
        }

        while (symbol < 0x100)
        {
            symbol = (symbol << 1) | Bit(probabilities + symbol);
        }

        _state = _state < 4 ? 0 : _state < 10 ? _state - 3 : _state - 6;
        return (byte)symbol;
    }

    private int DecodeLength(int probabilities, int positionState)
    {
        if (Bit(probabilities) == 0)
        {
            return 2 + Tree(probabilities + LengthLow + (positionState << 3), 3);
        }

        return Bit(probabilities + 1) == 0
            ? 10 + Tree(probabilities + LengthMid + (positionState << 3), 3)
            : 18 + Tree(probabilities + LengthHigh, 8);
    }

    private uint DecodeDistance(int length)
    {
        int slot = Tree(DistanceSlot + (Math.Min(length - 2, 3) << 6), 6);
        if (slot < StartDistanceModel)
        {
            return (uint)slot;
        }

        int bits = (slot >> 1) - 1;
        uint distance = (uint)(2 | (slot & 1)) << bits;
        if (slot < EndDistanceModel)
        {
            return distance + ReverseTree(DistanceSpecial + (int)distance - slot, bits);
        }

        return distance + (Direct(bits - 4) << 4) + ReverseTree(DistanceAlign, 4);
    }

    private int Tree(int probabilities, int bits)
    {
        int symbol = 1;
        for (int i = 0; i < bits; i++)
        {
            symbol = (symbol << 1) | Bit(probabilities + symbol);
        }

        return symbol - (1 << bits);
    }

    private uint ReverseTree(int probabilities, int bits)
    {
        int symbol = 1;
        uint value = 0;
        for (int i = 0; i < bits; i++)
        {
            int bit = Bit(probabilities + symbol);
            symbol = (symbol << 1) | bit;
            value |= (uint)bit << i;
        }

        return value;
    }

    private uint Direct(int bits)
    {
        uint value = 0;
        for (int i = 0; i < bits; i++)
        {
            Normalize();
            _range >>= 1;
            bool one = _code >= _range;
            _code -= one ? _range : 0;
            value = (value << 1) | (one ? 1u : 0u);
        }

        return value;
    }

    private int Bit(int index)
    {
        if (_range < TopValue)
        {
            Normalize();
        }

        ushort probability = _probabilities[index];
        uint bound = (_range >> BitModelTotalBits) * probability;
        if (_code < bound)
        {
            _range = bound;
            _probabilities[index] = (ushort)(probability + (((1 << BitModelTotalBits) - probability) >> MoveBits));
            return 0;
        }

        _range -= bound;
        _code -= bound;
        _probabilities[index] = (ushort)(probability - (probability >> MoveBits));
        return 1;
    }

    private void Normalize()
    {
        if (_range < TopValue)
        {
            // Past the end zeros are fed and counted, so that the check at the chunk's end fails: no exception here.
            _range <<= 8;
            _code = (_code << 8) | (_inputPosition < _inputEnd ? _input[_inputPosition] : 0u);
            _inputPosition++;
        }
    }
}
