using System.Buffers.Binary;

namespace KernelFault.Formats.Zstd;

/// <summary>What a frame starts with.</summary>
/// <param name="Size">Its bytes, with the signature.</param>
/// <param name="WindowSize">How far back blocks may refer, in bytes.</param>
/// <param name="HasChecksum">Four bytes of checksum follow the last block.</param>
/// <param name="IsSkippable">The frame has no data of ours.</param>
/// <param name="SkippedBytes">Bytes of such data.</param>
internal readonly record struct ZstdFrameHeader(int Size, ulong WindowSize, bool HasChecksum, bool IsSkippable, uint SkippedBytes)
{
    /// <summary>No header is longer.</summary>
    internal const int MaximumSize = 18;

    private const uint SkippableSignature = 0x184D2A50;

    internal static ReadOnlySpan<byte> Signature => [0x28, 0xB5, 0x2F, 0xFD];

    /// <summary>Reads a header; false when it is damaged or asks for a dictionary.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out ZstdFrameHeader header)
    {
        header = default;
        if (bytes.Length >= 8 && (BinaryPrimitives.ReadUInt32LittleEndian(bytes) & 0xFFFFFFF0) == SkippableSignature)
        {
            header = new ZstdFrameHeader(8, 0, false, true, BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(4)));
            return true;
        }

        if (bytes.Length < 6 || !bytes.StartsWith(Signature) || (bytes[4] & 8) != 0)
        {
            return false;
        }

        int descriptor = bytes[4];
        bool single = (descriptor & 0x20) != 0;
        int position = 5;
        int dictionary = (descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 };
        int content = (descriptor >> 6) switch { 0 => single ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        if (bytes.Length < position + (single ? 0 : 1) + dictionary + content)
        {
            return false;
        }

        ulong window = 0;
        if (!single)
        {
            int value = bytes[position++];
            ulong size = 1UL << (10 + (value >> 3));
            window = size + (size / 8 * (uint)(value & 7));
        }

        for (int i = 0; i < dictionary; i++)
        {
            if (bytes[position++] != 0)
            {
                return false;
            }
        }

        ulong contentSize = 0;
        for (int i = content - 1; i >= 0; i--)
        {
            contentSize = (contentSize << 8) | bytes[position + i];
        }

        contentSize += content == 2 ? 256u : 0;
        position += content;
        header = new ZstdFrameHeader(position, single ? contentSize : window, (descriptor & 4) != 0, false, 0);
        return true;
    }
}
