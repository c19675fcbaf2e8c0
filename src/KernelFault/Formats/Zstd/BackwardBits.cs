using System.Buffers.Binary;

namespace KernelFault.Formats.Zstd;

/// <summary>A bit stream that is read from its end: the highest bit set of the last byte marks where it starts.</summary>
/// <remarks>Past its start it gives zeros, which the formats allow for a look ahead; <see cref="IsOverrun"/> then tells.</remarks>
internal ref struct BackwardBits
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;

    internal BackwardBits(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        int last = bytes.IsEmpty ? 0 : bytes[bytes.Length - 1];
        IsValid = last != 0;
        int bits = 0;
        while (last > 1)
        {
            last >>= 1;
            bits++;
        }

        _position = ((bytes.Length - 1) * 8) + bits;
    }

    /// <summary>False if there is no mark to start from.</summary>
    internal bool IsValid { get; }

    /// <summary>More was taken than there is.</summary>
    internal readonly bool IsOverrun => _position < 0;

    /// <summary>All was taken and no more.</summary>
    internal readonly bool IsEmpty => _position == 0;

    /// <summary>The next bits without taking them; at most 32.</summary>
    internal readonly uint Peek(int count)
    {
        int start = _position - count;
        if (start < 0)
        {
            return _position <= 0 || count - _position > 31 ? 0 : (uint)(Load(0) & ((1UL << _position) - 1)) << -start;
        }

        return (uint)((Load(start >> 3) >> (start & 7)) & ((1UL << count) - 1));
    }

    internal void Skip(int count) => _position -= count;

    internal uint Take(int count)
    {
        uint value = Peek(count);
        _position -= count;
        return value;
    }

    private readonly ulong Load(int index)
    {
        if (index <= _bytes.Length - 8)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(_bytes.Slice(index));
        }

        ulong value = 0;
        for (int i = _bytes.Length - 1; i >= index; i--)
        {
            value = (value << 8) | _bytes[i];
        }

        return value;
    }
}
