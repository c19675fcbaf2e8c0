using System.IO.MemoryMappedFiles;

namespace KernelFault.Memory;

/// <summary>
/// A file mapped read-only: only the pages that are looked at are read, so that a dump of many gigabytes opens as fast as
/// a small one. A small file is read as a whole, which is quicker than mapping it. Every access is checked against the
/// length the file had when it was opened.
/// </summary>
public sealed unsafe class MappedFile : IByteSource
{
    // A triage dump is seldom larger than 1 MB.
    private const int MostRead = 1 << 20;

    private readonly byte[]? _bytes;
    private MemoryMappedFile? _file;
    private MemoryMappedViewAccessor? _view;
    private byte* _start;

    /// <summary>Maps <paramref name="path"/>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public MappedFile(string path)
    {
        Path = path;
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        try
        {
            Length = stream.Length;
            if (Length <= MostRead)
            {
                _bytes = new byte[Length];
                Length = Fill(stream, _bytes);
                stream.Dispose();
                return;
            }

            Map(stream);
        }
        catch
        {
            Dispose();
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>Bytes in the file when it was opened.</summary>
    public long Length { get; }

    /// <summary>A window on the file.</summary>
    /// <param name="offset">File offset of its first byte.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="bytes">The bytes; empty when out of range. Valid until the file is disposed.</param>
    /// <returns>False if any byte of it lies outside the file.</returns>
    public bool TrySlice(long offset, int length, out ReadOnlySpan<byte> bytes)
    {
        if (offset < 0 || length < 0 || offset > Length || length > Length - offset || (_start == null && _bytes is null))
        {
            bytes = default;
            return false;
        }

        bytes = Window(offset, length);
        return true;
    }

    /// <summary>As much of the window as the file holds.</summary>
    /// <param name="offset">File offset of its first byte.</param>
    /// <param name="length">Its length in bytes at most.</param>
    /// <returns>The bytes there; empty past the end. Valid until the file is disposed.</returns>
    public ReadOnlySpan<byte> SliceUpTo(long offset, int length)
    {
        if (offset < 0 || offset >= Length || length <= 0 || (_start == null && _bytes is null))
        {
            return default;
        }

        return Window(offset, (int)Math.Min(length, Length - offset));
    }

    /// <inheritdoc/>
    int IByteSource.Read(long offset, Span<byte> destination)
    {
        ReadOnlySpan<byte> bytes = SliceUpTo(offset, destination.Length);
        bytes.CopyTo(destination);
        return bytes.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_file is not null)
        {
            Unmap(_file);
        }
    }

    private void Map(FileStream stream)
    {
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    // A file that another program cuts short while it is read ends where it ended then.
    private static int Fill(FileStream stream, byte[] bytes)
    {
        int filled = 0;
        int read;
        while (filled < bytes.Length && (read = stream.Read(bytes, filled, bytes.Length - filled)) > 0)
        {
            filled += read;
        }

        return filled;
    }

    private ReadOnlySpan<byte> Window(long offset, int length) =>
        _bytes is null ? new ReadOnlySpan<byte>(_start + offset, length) : new ReadOnlySpan<byte>(_bytes, (int)offset, length);

    private void Unmap(MemoryMappedFile file)
    {
        if (_view is not null)
        {
            if (_start != null)
            {
                _start = null;
                _view.SafeMemoryMappedViewHandle.ReleasePointer();
            }

            _view.Dispose();
        }

        file.Dispose();
    }
}
