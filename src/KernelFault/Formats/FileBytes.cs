using KernelFault.Memory;

namespace KernelFault.Formats;

/// <summary>The raw bytes of a file: mapped or in memory. Out of range is empty, never an error.</summary>
internal sealed class FileBytes : IByteSource
{
    private readonly MappedFile? _file;
    private readonly ReadOnlyMemory<byte> _memory;

    internal FileBytes(MappedFile file)
    {
        _file = file;
        Path = file.Path;
    }

    internal FileBytes(ReadOnlyMemory<byte> memory, string path)
    {
        _memory = memory;
        Path = path;
    }

    public string Path { get; }

    public long Length => _file?.Length ?? _memory.Length;

    internal ReadOnlySpan<byte> SliceUpTo(long offset, int length)
    {
        if (_file is not null)
        {
            return _file.SliceUpTo(offset, length);
        }

        return offset < 0 || offset >= _memory.Length || length <= 0
            ? default
            : _memory.Span.Slice((int)offset, (int)Math.Min(length, _memory.Length - offset));
    }

    int IByteSource.Read(long offset, Span<byte> destination)
    {
        ReadOnlySpan<byte> bytes = SliceUpTo(offset, destination.Length);
        bytes.CopyTo(destination);
        return bytes.Length;
    }

    public void Dispose() => _file?.Dispose();
}
