using System.Buffers.Binary;
using KernelFault.Formats.Compression;

namespace KernelFault.Formats.Zstd;

// Zstandard (RFC 8878): frames of a header, blocks (as they are, one byte repeated, or compressed), and maybe a checksum; frames to
// skip may stand between. Dictionaries do not occur in crash dumps and are refused.

/// <summary>Expands Zstandard frames. Not safe for more than one thread at once.</summary>
internal sealed class ZstdDecoder : IPageDecoder
{
    /// <summary>A block expands to no more bytes than this.</summary>
    internal const int MaximumBlock = 128 * 1024;

    private readonly ZstdLiterals _literals = new();
    private readonly ZstdSequences _sequences = new();

    /// <inheritdoc/>
    public int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int length = 0;
        while (!source.IsEmpty)
        {
            if (!ZstdFrameHeader.TryRead(source, out ZstdFrameHeader header))
            {
                return -1;
            }

            source = source.Slice(header.Size);
            if (header.SkippedBytes > 0 || header.IsSkippable)
            {
                if (header.SkippedBytes > source.Length)
                {
                    return -1;
                }

                source = source.Slice((int)header.SkippedBytes);
                continue;
            }

            Start();
            int start = length;
            bool last = false;
            while (!last)
            {
                if (source.Length < 3)
                {
                    return -1;
                }

                var block = new ZstdBlockHeader(source);
                source = source.Slice(3);
                last = block.IsLast;
                if (block.StoredSize > source.Length)
                {
                    return -1;
                }

                // What was expanded before this frame is no part of its history.
                int expanded = Block(block, source.Slice(0, block.StoredSize), destination.Slice(start), length - start);
                if (expanded < 0)
                {
                    return -1;
                }

                length = start + expanded;
                source = source.Slice(block.StoredSize);
            }

            if (header.HasChecksum)
            {
                if (source.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(source) != (uint)XxHash64.Of(destination.Slice(start, length - start)))
                {
                    return -1;
                }

                source = source.Slice(4);
            }
        }

        return length;
    }

    /// <summary>Gets ready for the blocks of a new frame.</summary>
    internal void Start()
    {
        _literals.Reset();
        _sequences.Reset();
    }

    /// <summary>Expands one block.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="source">Its contents.</param>
    /// <param name="destination">What the frame expanded to before, as far as it may be referred to, and room for more.</param>
    /// <param name="length">How much was expanded before.</param>
    /// <returns>How much there is then; -1 when the block is damaged.</returns>
    internal int Block(ZstdBlockHeader header, ReadOnlySpan<byte> source, Span<byte> destination, int length)
    {
        if (header.Size > MaximumBlock)
        {
            return -1;
        }

        Span<byte> room = destination.Slice(length, Math.Min(MaximumBlock, destination.Length - length));
        switch (header.Type)
        {
            case 0 when source.Length <= room.Length:
                source.CopyTo(room);
                return length + source.Length;
            case 1 when header.Size <= room.Length:
                room.Slice(0, header.Size).Fill(source[0]);
                return length + header.Size;
            case 2:
                int literals = _literals.Read(source, out ReadOnlySpan<byte> bytes);
                return literals < 0 ? -1 : _sequences.Execute(source.Slice(literals), bytes, destination.Slice(0, length + room.Length), length);
            default:
                return -1;
        }
    }
}
