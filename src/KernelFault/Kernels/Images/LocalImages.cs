namespace KernelFault.Kernels.Images;

/// <summary>Where the running Windows keeps the images of its kernel and drivers.</summary>
internal static class LocalImages
{
    private const int MaximumDepth = 12;

    private static readonly string[] s_prefixes = ["\\SystemRoot\\", "\\??\\C:\\Windows\\", "C:\\Windows\\", "\\Windows\\"];

    /// <summary>Files that may be the image. The name has been proved to be a plain file name; the path is not to be trusted.</summary>
    internal static IEnumerable<string> Find(string systemRoot, string name, string? modulePath)
    {
        if (BelowSystemRoot(modulePath) is { } parts)
        {
            string path = parts.Aggregate(systemRoot, Path.Combine);
            if (File.Exists(path))
            {
                yield return path;
            }
        }

        string system32 = Path.Combine(systemRoot, "System32");
        foreach (string folder in new[] { Path.Combine(system32, "drivers"), system32 })
        {
            foreach (string candidate in ImageName.Candidates(name))
            {
                if (!ImageName.IsSafe(candidate))
                {
                    continue;
                }

                string path = Path.Combine(folder, candidate);
                if (File.Exists(path))
                {
                    yield return path;
                }
            }
        }
    }

    /// <summary>The parts of a path below the Windows folder, such as those of a driver-store package; null when it is not below, or not plain.</summary>
    private static string[]? BelowSystemRoot(string? modulePath)
    {
        string? prefix = modulePath is null ? null : s_prefixes.FirstOrDefault(p => modulePath.StartsWith(p, StringComparison.OrdinalIgnoreCase));
        if (prefix is null)
        {
            return null;
        }

        string[] parts = modulePath!.Substring(prefix.Length).Split('\\');
        return parts.Length <= MaximumDepth && parts.All(ImageName.IsSafe) ? parts : null;
    }
}
