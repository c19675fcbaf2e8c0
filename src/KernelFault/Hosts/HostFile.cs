namespace KernelFault.Hosts;

/// <summary>A file or folder on a host.</summary>
/// <param name="Path">Its whole path there, written as that machine writes paths.</param>
/// <param name="IsFolder">True for a folder.</param>
/// <param name="Length">Length in bytes; 0 for a folder.</param>
/// <param name="LastWriteTime">When it was last written, UTC; null when the host does not say.</param>
public sealed record HostFile(string Path, bool IsFolder, long Length, DateTime? LastWriteTime);
