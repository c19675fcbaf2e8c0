namespace KernelFault.Analysis.Linux;

/// <summary>Finds <c>path/file.c:123</c> in a line.</summary>
internal static class SourceLocation
{
    /// <summary>The end of a location that begins at a place.</summary>
    /// <returns>The position after the line number; -1 when there is no location.</returns>
    internal static int End(string line, int at)
    {
        int colon = at;
        while (colon < line.Length && (IsPath(line[colon]) || line[colon] == '.'))
        {
            colon++;
        }

        if (colon >= line.Length || line[colon] != ':')
        {
            return -1;
        }

        int dot = line.LastIndexOf('.', colon - 1, colon - at);
        if (dot <= at || dot + 1 == colon || !IsLowerCase(line, dot + 1, colon))
        {
            return -1;
        }

        int end = colon + 1;
        while (end < line.Length && line[end] is >= '0' and <= '9')
        {
            end++;
        }

        return end > colon + 1 ? end : -1;
    }

    /// <summary>The first C source or header file that a line names with a line number.</summary>
    /// <returns>The path as printed; null when there is none.</returns>
    internal static string? FindFile(string line)
    {
        for (int colon = line.IndexOf(':'); colon > 0; colon = line.IndexOf(':', colon + 1))
        {
            if (colon + 1 >= line.Length || line[colon + 1] is < '0' or > '9' || colon < 3 || line[colon - 1] is not ('c' or 'h') || line[colon - 2] != '.' || !IsPath(line[colon - 3]) || line[colon - 3] == '/')
            {
                continue;
            }

            int start = colon - 3;
            while (start > 0 && (IsPath(line[start - 1]) || line[start - 1] == '.'))
            {
                start--;
            }

            return line.Substring(start, colon - start);
        }

        return null;
    }

    /// <summary>True for a character of a path, the dot left out.</summary>
    internal static bool IsPath(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '-' or '/';

    private static bool IsLowerCase(string line, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (line[i] is < 'a' or > 'z')
            {
                return false;
            }
        }

        return true;
    }
}
