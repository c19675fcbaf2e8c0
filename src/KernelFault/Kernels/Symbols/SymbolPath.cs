namespace KernelFault.Kernels.Symbols;

// Where symbol files of kernels lie: given by name, or in folders as <name>.json, <name>-<GUID>-<age>.json.xz, or in
// Volatility's tree windows/ntkrnlmp.pdb/<GUID>-<age>.json.xz. A kernel's PDB is called ntkrnlmp, ntoskrnl, ntkrnlpa or
// ntkrpamp, after what the image was called when it was linked.

/// <summary>Lists the files that may hold a kernel's symbols.</summary>
internal static class SymbolPath
{
    private const int MaximumDepth = 4;
    private const int MaximumEntries = 100_000;
    private const int MaximumCandidates = 1_000;

    /// <summary>Lists candidates: files that were given first, then what folders hold, in ordinal order.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="reasons">What could not be looked at is added.</param>
    /// <returns>The files.</returns>
    internal static IReadOnlyList<string> List(IReadOnlyList<string> paths, List<string> reasons)
    {
        var candidates = new List<string>();
        int entries = 0;
        foreach (string path in paths)
        {
            if (File.Exists(path))
            {
                candidates.Add(path);
            }
            else if (Directory.Exists(path))
            {
                var found = new List<string>();
                Search(new DirectoryInfo(path), 0, found, ref entries, reasons);
                found.Sort(StringComparer.Ordinal);
                candidates.AddRange(found);
            }
            else
            {
                reasons.Add($"The symbol path {path} does not exist.");
            }
        }

        if (entries > MaximumEntries)
        {
            reasons.Add($"The symbol path holds more than {MaximumEntries} entries; the rest was not looked at.");
        }

        string[] distinct = [.. candidates.Distinct(StringComparer.Ordinal)];
        if (distinct.Length > MaximumCandidates)
        {
            reasons.Add($"The symbol path holds {distinct.Length} kernel symbol files; only the first {MaximumCandidates} were looked at. Name the file to use.");
        }

        return distinct.Length > MaximumCandidates ? [.. distinct.Take(MaximumCandidates)] : distinct;
    }

    private static void Search(DirectoryInfo folder, int depth, List<string> found, ref int entries, List<string> reasons)
    {
        try
        {
            foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos())
            {
                if (++entries > MaximumEntries)
                {
                    return;
                }

                if (entry is DirectoryInfo child)
                {
                    if (depth < MaximumDepth)
                    {
                        Search(child, depth + 1, found, ref entries, reasons);
                    }
                }
                else if (IsIsf(entry.Name) && (IsKernel(entry.Name) || IsKernel(folder.Name)))
                {
                    found.Add(entry.FullName);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reasons.Add($"The symbol folder {folder.FullName} cannot be read: {error.Message}");
        }
    }

    private static bool IsIsf(string name) =>
        name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".json.gz", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".json.xz", StringComparison.OrdinalIgnoreCase);

    private static bool IsKernel(string name) =>
        name.StartsWith("ntkrnl", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ntoskrnl", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ntkrpamp", StringComparison.OrdinalIgnoreCase);
}
