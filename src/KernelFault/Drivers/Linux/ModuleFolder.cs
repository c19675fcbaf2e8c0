namespace KernelFault.Drivers.Linux;

// modules.dep, written by depmod: "PATH: PATH PATH…", below the folder of the kernel's release; what the first needs follows, all of it,
// not only what it names itself. Modules are called by the name of their file with '-' written as '_'.

/// <summary>Where a kernel's modules lie.</summary>
internal sealed class ModuleFolder
{
    private const int MaximumLines = 64 * 1024;

    private readonly Dictionary<string, (string Path, string[] Needs)> _modules = new(StringComparer.Ordinal);

    internal ModuleFolder(ILinuxTree tree, string release)
    {
        string folder = "/lib/modules/" + release;
        string? text = release.Length is 0 or > 128 || release.AsSpan().IndexOf('/') >= 0 || release[0] == '.' ? null : tree.Text(folder + "/modules.dep");
        IsKnown = text is not null;
        foreach (string line in (text ?? string.Empty).Split('\n').Take(MaximumLines))
        {
            int colon = line.IndexOf(':');
            if (colon > 0)
            {
                string path = Whole(folder, line.Substring(0, colon));
                _modules[NameOf(path)] = (path, line.Substring(colon + 1).Split([' '], StringSplitOptions.RemoveEmptyEntries));
            }
        }
    }

    /// <summary>False when there is no <c>modules.dep</c> for this kernel.</summary>
    internal bool IsKnown { get; }

    /// <summary>Path of a module's file; null when it is not known.</summary>
    internal string? PathOf(string name) => _modules.TryGetValue(name, out (string Path, string[] Needs) module) ? module.Path : null;

    /// <summary>Names of all that a module needs; null when it is not known.</summary>
    internal IReadOnlyList<string>? NeedsOf(string name) => _modules.TryGetValue(name, out (string Path, string[] Needs) module) ? [.. module.Needs.Select(NameOf)] : null;

    private static string Whole(string folder, string path) => path.StartsWith("/", StringComparison.Ordinal) ? path : folder + "/" + path;

    private static string NameOf(string path)
    {
        string file = path.Substring(path.LastIndexOf('/') + 1);
        int end = file.IndexOf(".ko", StringComparison.Ordinal);
        return (end < 0 ? file : file.Substring(0, end)).Replace('-', '_');
    }
}
