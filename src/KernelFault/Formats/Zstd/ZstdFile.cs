using System.Buffers.Binary;

namespace KernelFault.Formats.Zstd;

/// <summary>Expands a Zstandard file of any length, in memory that the frames' window bounds.</summary>
internal static class ZstdFile
{
    // What the zstd program takes without being told to: --long up to 27.
    private const int MaximumWindow = 128 * 1024 * 1024;
    private const int MinimumBuffer = 1024 * 1024;

    /// <summary>Expands all frames.</summary>
    /// <param name="source">The packed bytes.</param>
    /// <param name="output">Where they go; it may refuse more than it wants.</param>
    /// <param name="name">The file, for messages.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DumpFormatException">It is damaged, or needs more than 128 MB of window or a dictionary.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    internal static void Expand(Stream source, Stream output, string name, CancellationToken cancellationToken)
    {
        var decoder = new ZstdDecoder();
        byte[] block = new byte[ZstdDecoder.MaximumBlock];
        byte[] buffer = new byte[MinimumBuffer];
        while (Fill(source, block, 0, 4) is int read && read > 0)
        {
            // The longest header there is; what is behind it is read again as a block.
            long start = source.Position - read;
            read += read < 4 ? 0 : Fill(source, block, 4, ZstdFrameHeader.MaximumSize - 4);
            if (!ZstdFrameHeader.TryRead(block.AsSpan(0, read), out ZstdFrameHeader header))
            {
                throw Damage(name, start, "expected a frame without dictionary.");
            }

            source.Position = start + header.Size + header.SkippedBytes;
            if (header.IsSkippable)
            {
                continue;
            }

            if (header.WindowSize > MaximumWindow)
            {
                // A single segment's window is its whole contents; what blocks really refer to is less, but there is no telling.
                throw Damage(name, start, $"the frame needs {header.WindowSize} bytes of memory, more than {MaximumWindow}.");
            }

            ExpandFrame(source, output, name, decoder, block, ref buffer, header, cancellationToken);
        }
    }

    private static void ExpandFrame(
        Stream source, Stream output, string name, ZstdDecoder decoder, byte[] block, ref byte[] buffer, ZstdFrameHeader header, CancellationToken cancellationToken)
    {
        decoder.Start();
        XxHash64? hash = header.HasChecksum ? new XxHash64() : null;
        int window = (int)header.WindowSize;
        int length = 0;
        bool last = false;
        while (!last)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = source.Position;
            if (Fill(source, block, 0, 3) < 3)
            {
                throw Damage(name, start, "expected a block, found the end of the file.");
            }

            var blockHeader = new ZstdBlockHeader(block);
            last = blockHeader.IsLast;
            if (blockHeader.StoredSize > block.Length || Fill(source, block, 0, blockHeader.StoredSize) < blockHeader.StoredSize)
            {
                throw Damage(name, start, $"expected a block of {blockHeader.StoredSize} bytes.");
            }

            MakeRoom(ref buffer, ref length, window);
            int expanded = decoder.Block(blockHeader, block.AsSpan(0, blockHeader.StoredSize), buffer, length);
            if (expanded < 0)
            {
                throw Damage(name, start, "a block is damaged.");
            }

            output.Write(buffer, length, expanded - length);
            hash?.Append(buffer.AsSpan(length, expanded - length));
            length = expanded;
        }

        if (hash is not null)
        {
            long at = source.Position;
            if (Fill(source, block, 0, 4) < 4 || BinaryPrimitives.ReadUInt32LittleEndian(block) != (uint)hash.Finish())
            {
                throw Damage(name, at, "the checksum does not agree with the expanded bytes.");
            }
        }
    }

    // The buffer grows with what is really expanded, up to the window and one more of it so that it is moved seldom.
    private static void MakeRoom(ref byte[] buffer, ref int length, int window)
    {
        if (buffer.Length - length >= ZstdDecoder.MaximumBlock)
        {
            return;
        }

        if (length >= window + Math.Max(window, MinimumBuffer) - ZstdDecoder.MaximumBlock)
        {
            Buffer.BlockCopy(buffer, length - window, buffer, 0, window);
            length = window;
        }

        if (buffer.Length - length < ZstdDecoder.MaximumBlock)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + ZstdDecoder.MaximumBlock));
        }
    }

    private static int Fill(Stream source, byte[] buffer, int start, int count)
    {
        int done = 0;
        int read;
        while (done < count && (read = source.Read(buffer, start + done, count - done)) > 0)
        {
            done += read;
        }

        return done;
    }

    private static DumpFormatException Damage(string name, long offset, string expected) => new(name, offset, "zstd: " + expected);
}
