namespace KernelFault.Cli;

/// <summary>File arguments as full paths. Shells of Windows leave wildcards to the program.</summary>
internal static class CrashFiles
{
    /// <summary>In the place of a file: what is piped in. A file of this name is <c>./-</c>.</summary>
    internal const string StandardInput = "-";

    /// <summary>Expands what looks like a pattern; names everything by its full path, as the cmdlets do.</summary>
    /// <param name="arguments">What was typed.</param>
    /// <returns>The files; a pattern that matches nothing stays as it is, so that opening it says what is missing.</returns>
    internal static List<string> Expand(IReadOnlyList<string> arguments)
    {
        var files = new List<string>(arguments.Count);
        foreach (string argument in arguments)
        {
            if (argument == StandardInput)
            {
                files.Add(argument);
                continue;
            }

            string full = Path.GetFullPath(argument);
            string pattern = Path.GetFileName(full);
            if (pattern.AsSpan().IndexOfAny('*', '?') < 0 || File.Exists(full))
            {
                files.Add(full);
                continue;
            }

            string[] matches = Directory.Exists(Path.GetDirectoryName(full)) ? Directory.GetFiles(Path.GetDirectoryName(full)!, pattern) : [];
            Array.Sort(matches, StringComparer.OrdinalIgnoreCase);
            files.AddRange(matches.Length > 0 ? matches : [full]);
        }

        return files;
    }
}
