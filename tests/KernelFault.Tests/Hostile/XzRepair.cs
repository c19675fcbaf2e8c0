using System.Buffers.Binary;

namespace KernelFault.Tests.Hostile;

/// <summary>Makes the checksums of a damaged .xz file right again, as someone who means harm would: else they catch nearly everything.</summary>
internal static class XzRepair
{
    private const int HeaderSize = 12;

    public static void Apply(Span<byte> file)
    {
        if (file.Length < 32)
        {
            return;
        }

        Fix(file, 6, 2, 8);
        int block = (file[HeaderSize] + 1) * 4;
        if (file[HeaderSize] != 0 && HeaderSize + block <= file.Length)
        {
            Fix(file, HeaderSize, block - 4, HeaderSize + block - 4);
        }

        int footer = file.Length - HeaderSize;
        long index = (BinaryPrimitives.ReadUInt32LittleEndian(file[(footer + 4)..]) + 1L) * 4;
        if (index is >= 8 and <= int.MaxValue && footer - index >= HeaderSize)
        {
            Fix(file, (int)(footer - index), (int)index - 4, footer - 4);
        }

        Fix(file, footer + 4, 6, footer);
    }

    private static void Fix(Span<byte> file, int start, int length, int checksum) =>
        BinaryPrimitives.WriteUInt32LittleEndian(file[checksum..], Crc32(file.Slice(start, length)));

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }
        }

        return ~crc;
    }
}
