namespace KernelFault.Drivers;

/// <summary>Paths as Windows and Linux write them, told apart by nobody: both separators count.</summary>
internal static class WindowsPath
{
    private static readonly char[] Separators = ['\\', '/'];

    /// <summary>File name with its ending.</summary>
    internal static string FileName(string path) => path.Substring(path.LastIndexOfAny(Separators) + 1);

    /// <summary>File name without its ending.</summary>
    internal static string BaseName(string path)
    {
        string name = FileName(path);
        int dot = name.LastIndexOf('.');
        return dot <= 0 ? name : name.Substring(0, dot);
    }
}
