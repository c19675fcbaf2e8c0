namespace KernelFault.Memory;

/// <summary>
/// A file read piece by piece where a <see cref="MappedFile"/> will not do: of a mapped file every page looked at, and fifteen
/// around it, count as this program's memory, which for a dump of many gigabytes read here and there is most of it.
/// </summary>
/// <remarks>Safe for several threads. Short reads are served from blocks read before.</remarks>
internal sealed class RandomAccessFile : IByteSource
{
    private const int BlockSize = 4096;
    private const int CacheBytes = 2 * 1024 * 1024;

#if NET
    private readonly Lock _gate = new();
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file;
#else
    private readonly object _gate = new();
    private readonly FileStream _file;
#endif
    private readonly PageCache _blocks = new(BlockSize, CacheBytes);

    /// <summary>Opens <paramref name="path"/> for reading.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is opened, such as <see cref="FileOptions.DeleteOnClose"/>.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    internal RandomAccessFile(string path, FileOptions options = FileOptions.RandomAccess)
    {
        Path = path;
#if NET
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, options);
        Length = RandomAccess.GetLength(_file);
#else
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, options);
        Length = _file.Length;
#endif
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= Length)
        {
            return 0;
        }

        destination = destination.Slice(0, (int)Math.Min(destination.Length, Length - offset));
        lock (_gate)
        {
            return destination.Length >= BlockSize ? ReadFile(offset, destination) : ReadBlocks(offset, destination);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private int ReadBlocks(long offset, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong index = (ulong)(offset + done) / BlockSize;
            int skipped = (int)((offset + done) % BlockSize);
            int there = (int)Math.Min(BlockSize, Length - ((long)index * BlockSize));
            byte[]? block = _blocks.Find(index);
            if (block is null)
            {
                block = _blocks.Take(index);
                if (ReadFile((long)index * BlockSize, block.AsSpan(0, there)) < there)
                {
                    break;
                }

                _blocks.Keep(index);
            }

            int count = Math.Min(there - skipped, destination.Length - done);
            block.AsSpan(skipped, count).CopyTo(destination.Slice(done));
            done += count;
        }

        return done;
    }

    // A file on a failing disk, or cut while it is read, has fewer bytes than it had: that is damage, not an error.
    private int ReadFile(long offset, Span<byte> destination)
    {
        try
        {
#if NET
            int done = 0;
            while (done < destination.Length)
            {
                int read = RandomAccess.Read(_file, destination.Slice(done), offset + done);
                if (read == 0)
                {
                    break;
                }

                done += read;
            }

            return done;
#else
            byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(destination.Length);
            try
            {
                _file.Position = offset;
                int done = 0;
                int read;
                while (done < destination.Length && (read = _file.Read(buffer, done, destination.Length - done)) > 0)
                {
                    done += read;
                }

                buffer.AsSpan(0, done).CopyTo(destination);
                return done;
            }
            finally
            {
                System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
            }
#endif
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
