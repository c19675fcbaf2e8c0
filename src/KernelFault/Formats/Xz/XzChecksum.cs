using System.Security.Cryptography;

namespace KernelFault.Formats.Xz;

// The checks a block may end with: none (0), CRC-32 of IEEE 802.3 (1), CRC-64 of ECMA-182 (4), SHA-256 (10); both CRCs
// reflected, inverted before and after. Eight table rows so that eight bytes are folded in at once.

/// <summary>Integrity checks of the .xz format.</summary>
internal static class XzChecksum
{
    private const ulong Crc32Polynomial = 0xEDB88320;
    private const ulong Crc64Polynomial = 0xC96C5795D7870F42;

    private static readonly ulong[] Crc32Table = CreateTable(Crc32Polynomial);
    private static readonly ulong[] Crc64Table = CreateTable(Crc64Polynomial);

    internal static uint Crc32(byte[] bytes, int start, int count) =>
        ~(uint)Update(Crc32Table, uint.MaxValue, bytes, start, count);

    internal static ulong Crc64(byte[] bytes, int start, int count) =>
        ~Update(Crc64Table, ulong.MaxValue, bytes, start, count);

    internal static byte[] Sha256(byte[] bytes, int start, int count)
    {
#if NETSTANDARD2_0
        using var sha = SHA256.Create();
        return sha.ComputeHash(bytes, start, count);
#else
        return SHA256.HashData(bytes.AsSpan(start, count));
#endif
    }

    private static ulong Update(ulong[] table, ulong crc, byte[] bytes, int start, int count)
    {
        int position = start;
        int end = start + count;
        for (; end - position >= 8; position += 8)
        {
            ulong word = crc ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(position, 8));
            crc = table[(7 * 256) + (int)(word & 0xFF)]
                ^ table[(6 * 256) + (int)((word >> 8) & 0xFF)]
                ^ table[(5 * 256) + (int)((word >> 16) & 0xFF)]
                ^ table[(4 * 256) + (int)((word >> 24) & 0xFF)]
                ^ table[(3 * 256) + (int)((word >> 32) & 0xFF)]
                ^ table[(2 * 256) + (int)((word >> 40) & 0xFF)]
                ^ table[256 + (int)((word >> 48) & 0xFF)]
                ^ table[(int)(word >> 56)];
        }

        for (; position < end; position++)
        {
            crc = table[(int)((crc ^ bytes[position]) & 0xFF)] ^ (crc >> 8);
        }

        return crc;
    }

    private static ulong[] CreateTable(ulong polynomial)
    {
        ulong[] table = new ulong[8 * 256];
        for (int i = 0; i < 256; i++)
        {
            ulong value = (ulong)i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ polynomial : value >> 1;
            }

            table[i] = value;
        }

        for (int i = 256; i < table.Length; i++)
        {
            ulong before = table[i - 256];
            table[i] = table[(int)(before & 0xFF)] ^ (before >> 8);
        }

        return table;
    }
}
