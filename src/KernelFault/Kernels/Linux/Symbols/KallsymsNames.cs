using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Symbols;

// A name is a length and as many piece numbers. The length is one byte; from 6.1 on, one of 128 and more has its upper bit set and goes on
// in a second byte (ULEB128). Names have no index but every 256th one: its offset is a "marker". So a name is found by reading the block
// of 256 it is in and hopping over those before it. Blocks are kept, because names looked up together tend to be neighbours.

/// <summary>The names of kallsyms, each decoded when asked for.</summary>
internal sealed class KallsymsNames
{
    internal const int BlockSize = 256;

    // Names of 512 pieces at most, with their lengths.
    private const int LongestBlock = BlockSize * (KallsymsTokens.LongestName + 2);
    private const int CachedBlocks = 64;

    private readonly IMemoryReader _memory;
    private readonly KallsymsLayout _layout;
    private readonly KallsymsTokens _tokens;
    private readonly Lazy<uint[]?> _walked;
    private readonly Block?[] _cache = new Block?[CachedBlocks];

    internal KallsymsNames(IMemoryReader memory, KallsymsLayout layout, KallsymsTokens tokens)
    {
        _memory = memory;
        _layout = layout;
        _tokens = tokens;
        _walked = new Lazy<uint[]?>(WalkAll);
    }

    /// <summary>How many symbols there are.</summary>
    internal int Count => _layout.Count;

    /// <summary>How many blocks there are.</summary>
    internal int BlockCount => (_layout.Count + BlockSize - 1) / BlockSize;

    /// <summary>Decodes a name.</summary>
    /// <param name="index">The symbol's number in the order of addresses.</param>
    /// <param name="name">Where it goes, its type letter first.</param>
    /// <returns>Its length; 0 when the dump does not hold it.</returns>
    internal int Read(int index, Span<byte> name)
    {
        if ((uint)index >= (uint)_layout.Count || FindBlock(index / BlockSize) is not { } block)
        {
            return 0;
        }

        return _tokens.Expand(block.Name(index % BlockSize), name);
    }

    /// <summary>A block of 256 names; null when the dump does not hold it. A block that is cut short has empty names at its end.</summary>
    internal Block? FindBlock(int number)
    {
        ref Block? slot = ref _cache[number % CachedBlocks];
        if (slot is { } known && known.Number == number)
        {
            return known.IsMissing ? null : known;
        }

        // One that is not there is kept too: whoever goes through all names asks for it 256 times.
        slot = ReadBlock(number) ?? new Block(number, [], [], []);
        return slot.IsMissing ? null : slot;
    }

    /// <summary>Where a block begins, in bytes from the first name.</summary>
    internal bool TryBlockStart(int number, out uint start)
    {
        start = 0;
        if (_layout.Markers is { } markers)
        {
            // The upper half of an 8-byte marker is zero.
            return _memory.TryReadUInt32(markers + ((ulong)number * (ulong)_layout.MarkerSize), out start);
        }

        if (_walked.Value is not { } starts || number >= starts.Length)
        {
            return false;
        }

        start = starts[number];
        return true;
    }

    /// <summary>The length of the name at an offset, and where its pieces begin.</summary>
    internal static bool TryHop(ReadOnlySpan<byte> bytes, ref int position, out int length)
    {
        length = 0;
        if (position >= bytes.Length)
        {
            return false;
        }

        length = bytes[position++];
        if (length >= 0x80)
        {
            if (position >= bytes.Length)
            {
                return false;
            }

            length = (length & 0x7F) | (bytes[position++] << 7);
        }

        return length <= bytes.Length - position;
    }

    private Block? ReadBlock(int number)
    {
        if (!TryBlockStart(number, out uint start))
        {
            return null;
        }

        int length = LongestBlock;
        if (number + 1 < BlockCount)
        {
            if (!TryBlockStart(number + 1, out uint end) || end <= start)
            {
                return null;
            }

            length = (int)Math.Min(end - start, LongestBlock);
        }
        else
        {
            // The last one has no end but the number of its names, and the markers that follow.
            length = (_layout.Count - (number * BlockSize)) * (KallsymsTokens.LongestName + 2);
            if (_layout.Markers is { } markers && markers - (_layout.Names + start) is > 0 and ulong room)
            {
                length = (int)Math.Min((ulong)length, room);
            }
        }

        byte[] bytes = new byte[length];
        int read = _memory.Read(_layout.Names + start, bytes);
        var starts = new int[BlockSize];
        var lengths = new ushort[BlockSize];
        int position = 0;
        for (int i = 0; i < BlockSize && TryHop(bytes.AsSpan(0, read), ref position, out int nameLength); i++)
        {
            starts[i] = position;
            lengths[i] = (ushort)nameLength;
            position += nameLength;
        }

        return position == 0 ? null : new Block(number, bytes, starts, lengths);
    }

    // Without markers: one pass over the lengths.
    private uint[]? WalkAll()
    {
        var starts = new uint[BlockCount];
        byte[] window = new byte[64 * 1024];
        uint windowStart = 0;
        int windowLength = 0;
        int position = 0;
        for (int i = 0; i < _layout.Count; i++)
        {
            if (windowLength - position < KallsymsTokens.LongestName + 2)
            {
                windowStart += (uint)position;
                windowLength = _memory.Read(_layout.Names + windowStart, window);
                position = 0;
            }

            if (i % BlockSize == 0)
            {
                starts[i / BlockSize] = windowStart + (uint)position;
            }

            if (!TryHop(window.AsSpan(0, windowLength), ref position, out int length))
            {
                return null;
            }

            position += length;
        }

        return starts;
    }

    /// <summary>256 names in their packed form.</summary>
    internal sealed class Block(int number, byte[] bytes, int[] starts, ushort[] lengths)
    {
        internal int Number { get; } = number;

        internal bool IsMissing => starts.Length == 0;

        internal ReadOnlySpan<byte> Name(int index) => bytes.AsSpan(starts[index], lengths[index]);
    }
}
