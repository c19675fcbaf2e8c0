using KernelFault.Memory;

namespace KernelFault.Tests.Hostile;

/// <summary>A file with damage laid over it; nothing is written.</summary>
internal sealed class PatchedFile(IByteSource whole, Patches patches) : IByteSource
{
    public string Path => whole.Path;

    /// <summary>Where it is cut off.</summary>
    public long Length { get; set; } = whole.Length;

    public int Read(long offset, Span<byte> destination)
    {
        int room = (int)Math.Clamp(Length - offset, 0, destination.Length);
        int read = offset < 0 ? 0 : whole.Read(offset, destination[..room]);
        patches.Apply((ulong)offset, destination[..read]);
        return read;
    }

    // The whole file stays open for the next damage.
    public void Dispose()
    {
    }
}
