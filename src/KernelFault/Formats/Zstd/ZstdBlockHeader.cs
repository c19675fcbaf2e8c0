namespace KernelFault.Formats.Zstd;

/// <summary>The three bytes before a block.</summary>
internal readonly struct ZstdBlockHeader
{
    /// <summary>Reads them.</summary>
    internal ZstdBlockHeader(ReadOnlySpan<byte> bytes)
    {
        int value = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
        IsLast = (value & 1) != 0;
        Type = (value >> 1) & 3;
        Size = value >> 3;
    }

    internal bool IsLast { get; }

    /// <summary>0 as it is, 1 one byte repeated, 2 compressed.</summary>
    internal int Type { get; }

    /// <summary><c>Block_Size</c>: of one byte repeated, how often.</summary>
    internal int Size { get; }

    /// <summary>Bytes that follow.</summary>
    internal int StoredSize => Type == 1 ? 1 : Size;
}
