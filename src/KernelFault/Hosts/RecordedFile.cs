namespace KernelFault.Hosts;

/// <summary>A file that was on a machine.</summary>
/// <param name="Path">Its whole path there.</param>
/// <param name="Content">Its bytes.</param>
public sealed record RecordedFile(string Path, byte[] Content)
{
    /// <summary>When it was last written, UTC; null when that was not recorded.</summary>
    public DateTime? LastWriteTime { get; init; }
}
