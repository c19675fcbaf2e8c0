using System.IO.Compression;

namespace KernelFault.Formats.Cabinet;

// A block is "CK" and a deflate stream of its own ([MS-MCI]), but its matches may reach into the 32 KB of the block before.
// .NET's inflater takes no dictionary: the block before goes ahead as a stored block, and what comes out of that is dropped.

/// <summary>Unpacks the MSZIP blocks of a folder, one after the other.</summary>
internal sealed class MsZip
{
    /// <summary>The longest block, unpacked.</summary>
    internal const int BlockLength = 32768;

    private const int StoredHeader = 5;

    private byte[] _history = [];

    /// <summary>Unpacks the next block.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="offset">Where the block's data begin.</param>
    /// <param name="length">How long they are.</param>
    /// <param name="unpackedLength">How long they are unpacked, at most <see cref="BlockLength"/>.</param>
    /// <returns>The block; null when it is damaged.</returns>
    internal byte[]? Unpack(byte[] bytes, int offset, int length, int unpackedLength)
    {
        if (length < 2 || bytes[offset] != 'C' || bytes[offset + 1] != 'K')
        {
            return null;
        }

        byte[] stream = new byte[StoredHeader + _history.Length + length - 2];
        int history = _history.Length;
        stream[1] = (byte)history;
        stream[2] = (byte)(history >> 8);
        stream[3] = (byte)~history;
        stream[4] = (byte)(~history >> 8);
        Array.Copy(_history, 0, stream, StoredHeader, history);
        Array.Copy(bytes, offset + 2, stream, StoredHeader + history, length - 2);

        byte[] all = new byte[history + unpackedLength];
        try
        {
            using var inflater = new DeflateStream(new MemoryStream(stream, writable: false), CompressionMode.Decompress);
            int filled = 0;
            int read;
            while (filled < all.Length && (read = inflater.Read(all, filled, all.Length - filled)) > 0)
            {
                filled += read;
            }

            if (filled < all.Length)
            {
                return null;
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }

        byte[] block = new byte[unpackedLength];
        Array.Copy(all, history, block, 0, unpackedLength);

        // A short block leaves a part of the one before within reach.
        int kept = Math.Min(BlockLength, all.Length);
        _history = new byte[kept];
        Array.Copy(all, all.Length - kept, _history, 0, kept);
        return block;
    }
}
