namespace KernelFault.Hosts;

/// <summary>
/// Finds a program of this machine by the search path alone. The runtime's own search looks into the folder of the running
/// program and into the current folder first, where anybody may have put a file of the same name.
/// </summary>
internal static class ProgramPath
{
    /// <summary>Finds a program.</summary>
    /// <param name="program">Name or whole path.</param>
    /// <returns>Whole path; null when there is no such program.</returns>
    internal static string? Find(string program)
    {
        bool windows = Path.DirectorySeparatorChar == '\\';
        if (program.IndexOfAny(windows ? ['/', '\\', ':'] : ['/']) >= 0)
        {
            return Path.IsPathRooted(program) ? Existing(program, windows) : null;
        }

        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        if (windows)
        {
            folders = folders.Prepend(Environment.SystemDirectory);
        }
        else
        {
            // Where a user's own path often lacks the programs of administration.
            folders = folders.Concat(["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"]);
        }

        foreach (string folder in folders)
        {
            if (folder.Length > 0 && Path.IsPathRooted(folder) && Existing(Path.Combine(folder, program), windows) is string found)
            {
                return found;
            }
        }

        return null;
    }

    // No .cmd and .bat: cmd.exe cuts their arguments by rules that no quoting is safe from.
    private static string? Existing(string path, bool windows)
    {
        if (!windows)
        {
            return File.Exists(path) ? path : null;
        }

        bool named = path.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".com", StringComparison.OrdinalIgnoreCase);
        return named ? (File.Exists(path) ? path : null)
            : File.Exists(path + ".exe") ? path + ".exe"
            : File.Exists(path + ".com") ? path + ".com"
            : null;
    }
}
