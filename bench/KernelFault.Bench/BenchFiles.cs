namespace KernelFault.Bench;

/// <summary>The dumps that are measured: real ones where the corpus lies beside the clone, else the samples.</summary>
internal static class BenchFiles
{
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>One dump of usual size.</summary>
    public static string One => All[0];

    /// <summary>Every dump at hand, the usual one first.</summary>
    public static IReadOnlyList<string> All { get; } = Find();

    public static bool AreReal => One.Contains("corpus", StringComparison.Ordinal);

    /// <summary>A file in <c>samples/</c>.</summary>
    public static string Sample(string name) => Path.Combine(RepositoryRoot, "samples", name);

    private static string[] Find()
    {
        string corpus = Path.Combine(RepositoryRoot, "..", "shared", "corpus", "windows");
        string folder = Directory.Exists(corpus) ? corpus : Path.Combine(RepositoryRoot, "samples");
        return
        [
            .. Directory.GetFiles(Path.GetFullPath(folder), "*.dmp")
                .Where(f => !f.Contains("zeroed", StringComparison.Ordinal))
                .OrderBy(f => !f.EndsWith("triage_x64.dmp", StringComparison.Ordinal)).ThenBy(f => f, StringComparer.Ordinal),
        ];
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "KernelFault.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The benchmarks run outside a clone.");
    }
}
