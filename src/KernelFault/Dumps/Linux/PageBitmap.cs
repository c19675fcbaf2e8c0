using System.Buffers.Binary;
#if NET
using System.Numerics;
#endif
using KernelFault.Memory;

namespace KernelFault.Dumps.Linux;

/// <summary>
/// One of a kdump file's bitmaps, a bit for each page frame, the lowest bit first. It stays in the file: the number of bits set
/// before a frame comes from a sum for each chunk, made up to the highest chunk asked for, and a count within that chunk.
/// </summary>
/// <param name="source">The file.</param>
/// <param name="start">File offset of the bitmap.</param>
/// <param name="size">Its length in bytes.</param>
internal sealed class PageBitmap(IByteSource source, long start, long size)
{
    // 32,768 frames: 128 MB of memory. A machine of 64 GB has 512 chunks.
    private const int ChunkBytes = 4096;
    private const int ChunkBits = ChunkBytes * 8;
    private const int PieceBytes = 64;

    // The sum of all chunks before each; two bitmaps of a machine of 64 TB need 8 MB of such.
    private readonly List<ulong> _before = [0];
    private readonly byte[] _chunk = new byte[ChunkBytes];
    private readonly byte[] _counted = new byte[ChunkBytes];

    // Of the loaded chunk: how many bits are set before each piece of 64 bytes.
    private readonly ushort[] _pieces = new ushort[ChunkBytes / PieceBytes];

    // A header may claim any length: counting never goes further than the file.
    private readonly long _size = Math.Max(0, Math.Min(size, source.Length - start));
    private long _loaded = -1;

    /// <summary>How many frames it has bits for in the file.</summary>
    internal ulong Frames => (ulong)_size * 8;

    /// <summary>True if the frame's bit is set; false past the end, also where the file is cut short.</summary>
    internal bool this[ulong frame]
    {
        get
        {
            if (frame >= Frames)
            {
                return false;
            }

            Load((long)(frame / ChunkBits));
            int bit = (int)(frame % ChunkBits);
            return (_chunk[bit >> 3] & (1 << (bit & 7))) != 0;
        }
    }

    /// <summary>How many bits are set before the frame's.</summary>
    internal ulong Rank(ulong frame)
    {
        frame = Math.Min(frame, Frames);
        long chunk = (long)(frame / ChunkBits);
        while (_before.Count <= chunk)
        {
            int last = _before.Count - 1;
            _before.Add(_before[last] + (ulong)Count(Fill(last, _counted)));
        }

        int bits = (int)(frame % ChunkBits);
        if (bits == 0)
        {
            return _before[(int)chunk];
        }

        Load(chunk);
        int piece = bits / (PieceBytes * 8);
        int count = _pieces[piece] + Count(_chunk.AsSpan(piece * PieceBytes, (bits >> 3) - (piece * PieceBytes)));
        for (int bit = bits & ~7; bit < bits; bit++)
        {
            count += (_chunk[bit >> 3] >> (bit & 7)) & 1;
        }

        return _before[(int)chunk] + (ulong)count;
    }

    /// <summary>The next frame from <paramref name="frame"/> on whose bit is set; <see cref="ulong.MaxValue"/> when there is none.</summary>
    internal ulong Next(ulong frame)
    {
        while (frame < Frames)
        {
            Load((long)(frame / ChunkBits));
            int bit = (int)(frame % ChunkBits);
            while (bit < ChunkBits)
            {
                int value = _chunk[bit >> 3] >> (bit & 7);
                if ((value & 1) != 0)
                {
                    return frame;
                }

                int step = value == 0 ? 8 - (bit & 7) : 1;
                bit += step;
                frame += (uint)step;
            }
        }

        return ulong.MaxValue;
    }

    private static int Count(ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        while (bytes.Length >= 8)
        {
            count += PopCount(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes.Slice(8);
        }

        foreach (byte b in bytes)
        {
            count += PopCount(b);
        }

        return count;
    }

#if NET
    private static int PopCount(ulong bits) => BitOperations.PopCount(bits);
#else
    private static int PopCount(ulong bits)
    {
        bits -= (bits >> 1) & 0x5555_5555_5555_5555;
        bits = (bits & 0x3333_3333_3333_3333) + ((bits >> 2) & 0x3333_3333_3333_3333);
        return (int)(unchecked(((bits + (bits >> 4)) & 0x0F0F_0F0F_0F0F_0F0F) * 0x0101_0101_0101_0101) >> 56);
    }
#endif

    private void Load(long chunk)
    {
        if (chunk != _loaded)
        {
            Fill(chunk, _chunk);
            _loaded = chunk;
            int count = 0;
            for (int i = 0; i < _pieces.Length; i++)
            {
                _pieces[i] = (ushort)count;
                count += Count(_chunk.AsSpan(i * PieceBytes, PieceBytes));
            }
        }
    }

    private ReadOnlySpan<byte> Fill(long chunk, byte[] buffer)
    {
        long offset = chunk * ChunkBytes;
        int wanted = (int)Math.Max(0, Math.Min(ChunkBytes, _size - offset));
        int read = source.Read(start + offset, buffer.AsSpan(0, wanted));
        Array.Clear(buffer, read, ChunkBytes - read);
        return buffer;
    }
}
