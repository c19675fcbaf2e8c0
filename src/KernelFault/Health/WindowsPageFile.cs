namespace KernelFault.Health;

/// <summary>A page file of Windows as it is configured.</summary>
/// <param name="Path">Its path; <c>?:\pagefile.sys</c> where Windows chooses the drives itself.</param>
/// <param name="InitialBytes">Its least size in bytes; 0 where Windows chooses it.</param>
/// <param name="MaximumBytes">Its greatest size in bytes; 0 where Windows chooses it.</param>
public sealed record WindowsPageFile(string Path, long InitialBytes, long MaximumBytes)
{
    /// <summary>Whether Windows chooses the size.</summary>
    public bool IsManaged => MaximumBytes == 0;
}
