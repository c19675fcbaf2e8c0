using System.Buffers.Binary;

namespace KernelFault.Formats.Zstd;

/// <summary>XXH64 with seed 0, the checksum of Zstandard frames, over bytes that come piece by piece.</summary>
internal sealed class XxHash64
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;
    private const int Stripe = 32;

    private readonly ulong[] _lanes = [unchecked(Prime1 + Prime2), Prime2, 0, unchecked(0 - Prime1)];
    private readonly byte[] _rest = new byte[Stripe];
    private int _restLength;
    private ulong _length;

    internal static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = new XxHash64();
        hash.Append(bytes);
        return hash.Finish();
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        _length += (ulong)bytes.Length;
        if (_restLength > 0)
        {
            int count = Math.Min(Stripe - _restLength, bytes.Length);
            bytes.Slice(0, count).CopyTo(_rest.AsSpan(_restLength));
            _restLength += count;
            bytes = bytes.Slice(count);
            if (_restLength < Stripe)
            {
                return;
            }

            Mix(_rest);
            _restLength = 0;
        }

        while (bytes.Length >= Stripe)
        {
            Mix(bytes);
            bytes = bytes.Slice(Stripe);
        }

        bytes.CopyTo(_rest);
        _restLength = bytes.Length;
    }

    internal ulong Finish()
    {
        unchecked
        {
            ulong hash = Prime5;
            if (_length >= Stripe)
            {
                hash = Rotate(_lanes[0], 1) + Rotate(_lanes[1], 7) + Rotate(_lanes[2], 12) + Rotate(_lanes[3], 18);
                foreach (ulong lane in _lanes)
                {
                    hash = ((hash ^ Round(0, lane)) * Prime1) + Prime4;
                }
            }

            hash += _length;
            ReadOnlySpan<byte> rest = _rest.AsSpan(0, _restLength);
            while (rest.Length >= 8)
            {
                hash = (Rotate(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * Prime1) + Prime4;
                rest = rest.Slice(8);
            }

            if (rest.Length >= 4)
            {
                hash = (Rotate(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1), 23) * Prime2) + Prime3;
                rest = rest.Slice(4);
            }

            foreach (byte b in rest)
            {
                hash = Rotate(hash ^ (b * Prime5), 11) * Prime1;
            }

            hash = (hash ^ (hash >> 33)) * Prime2;
            hash = (hash ^ (hash >> 29)) * Prime3;
            return hash ^ (hash >> 32);
        }
    }

    private static ulong Round(ulong lane, ulong input) => unchecked(Rotate(lane + (input * Prime2), 31) * Prime1);

    private static ulong Rotate(ulong value, int bits) => (value << bits) | (value >> (64 - bits));

    private void Mix(ReadOnlySpan<byte> stripe)
    {
        for (int i = 0; i < 4; i++)
        {
            _lanes[i] = Round(_lanes[i], BinaryPrimitives.ReadUInt64LittleEndian(stripe.Slice(i * 8)));
        }
    }
}
