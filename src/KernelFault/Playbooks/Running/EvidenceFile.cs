namespace KernelFault.Playbooks.Running;

/// <summary>A file that a step kept.</summary>
/// <param name="Path">Path below the run's folder, with slashes.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Hash">SHA-256, 64 lower-case hexadecimal digits.</param>
public sealed record EvidenceFile(string Path, long Length, string Hash)
{
    /// <inheritdoc/>
    public override string ToString() => Path;
}
