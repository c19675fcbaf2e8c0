namespace KernelFault.Kernels.Images;

/// <summary>One folder of an image path: flat, a symbol store, or both.</summary>
internal sealed class ImageFolder
{
    /// <summary>A folder with more entries is cut: nobody's driver folder is that large.</summary>
    private const int MaximumEntries = 200_000;

    private readonly string _path;
    private readonly Lazy<Dictionary<string, string>> _entries;

    internal ImageFolder(string path)
    {
        _path = path;
        _entries = new Lazy<Dictionary<string, string>>(() => List(path));
    }

    /// <summary>Files that may be the image, the surest first. The name has been proved to be a plain file name.</summary>
    internal IEnumerable<string> Find(string name, string storeKey)
    {
        if (_entries.Value.Count == 0)
        {
            yield break;
        }

        if (InStore(_entries.Value, name, storeKey) is { } stored)
        {
            yield return stored;
        }

        if (_entries.Value.ContainsKey("index2.txt")
            && name.Length >= 2
            && _entries.Value.TryGetValue(name.Substring(0, 2), out string? tier)
            && InStore(List(tier), name, storeKey) is { } tiered)
        {
            yield return tiered;
        }

        if (_entries.Value.TryGetValue(name, out string? flat) && File.Exists(flat))
        {
            yield return flat;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _path;

    private static string? InStore(Dictionary<string, string> entries, string name, string storeKey) =>
        entries.TryGetValue(name, out string? folder)
        && Directory.Exists(folder)
        && List(folder).TryGetValue(storeKey, out string? version)
        && Directory.Exists(version)
        && List(version).TryGetValue(name, out string? file)
            ? file
            : null;

    // Listed rather than probed: a Linux file system is case-sensitive, and names in dumps are of any case.
    private static Dictionary<string, string> List(string folder)
    {
        var entries = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            foreach (string entry in Directory.EnumerateFileSystemEntries(folder))
            {
                string name = Path.GetFileName(entry);
                if (!entries.TryGetValue(name, out _))
                {
                    entries[name] = entry;
                }

                if (entries.Count >= MaximumEntries)
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // A folder that is not there or not ours to read holds no images.
            return entries;
        }

        return entries;
    }
}
