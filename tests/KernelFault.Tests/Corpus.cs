namespace KernelFault.Tests;

/// <summary>The real crash files that lie beside the repository in <c>shared/</c>; third-party, so not part of it.</summary>
internal static class Corpus
{
    /// <summary>The repository's root.</summary>
    internal static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The path of a file below <c>shared/</c>; skips the calling test when it is not there.</summary>
    internal static string File(string relativePath)
    {
        string path = Path.Combine(RepositoryRoot, "..", "shared", relativePath);
        Skip.IfNot(System.IO.File.Exists(path) || Directory.Exists(path), $"The corpus file {relativePath} is not beside this clone (shared/).");
        return Path.GetFullPath(path);
    }

    /// <summary>A real Windows dump of the corpus.</summary>
    internal static string WindowsDump(string name) => File(Path.Combine("corpus", "windows", name));

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder, "KernelFault.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests run outside a clone.");
    }
}
