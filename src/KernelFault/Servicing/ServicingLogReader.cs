using System.Globalization;
using System.Text;

namespace KernelFault.Servicing;

// CBS.log and dism.log share one form, whatever the language of Windows: "2025-09-17 11:21:12, Info                  CSI    text".
// UTF-8 with a byte order mark on newer systems, the machine's code page without on older ones; what matters in them is ASCII.
// Lines end with CR LF; some hold a lone CR, and continuation lines begin at once with text or a tab.

/// <summary>Reads the logs of Windows' servicing.</summary>
internal static class ServicingLogReader
{
    // 50 MB is where Windows itself begins a new CBS.log.
    private const long MaximumLength = 256L * 1024 * 1024;
    private const int LongestLine = 64 * 1024;
    private const int TimeLength = 19;

    /// <summary>The lines of a log.</summary>
    /// <param name="log">The log's bytes from their beginning.</param>
    /// <returns>The lines, read as they are asked for; what lies behind the longest log there can be is left out, and lines end at 64 KB.</returns>
    internal static IEnumerable<ServicingLogLine> Read(Stream log)
    {
        using var reader = new StreamReader(log, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, 64 * 1024, leaveOpen: true);
        var line = new StringBuilder(512);
        char[] buffer = new char[32 * 1024];
        long length = 0;
        int read;
        while (length < MaximumLength && (read = reader.Read(buffer, 0, buffer.Length)) > 0)
        {
            length += read;
            for (int start = 0; start < read;)
            {
                int end = Array.IndexOf(buffer, '\n', start, read - start);
                int stop = end < 0 ? read : end;
                line.Append(buffer, start, Math.Max(0, Math.Min(stop - start, LongestLine - line.Length)));
                start = stop + 1;
                if (end >= 0)
                {
                    yield return Parse(line.ToString().TrimEnd('\r'));
                    line.Clear();
                }
            }
        }

        if (line.Length > 0)
        {
            yield return Parse(line.ToString().TrimEnd('\r'));
        }
    }

    private static ServicingLogLine Parse(string line)
    {
        if (line.Length <= TimeLength || line[TimeLength] != ','
            || !DateTime.TryParseExact(line.Substring(0, TimeLength), "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time))
        {
            return new ServicingLogLine(null, string.Empty, string.Empty, line);
        }

        int level = SkipSpaces(line, TimeLength + 1);
        int levelEnd = SkipWord(line, level);
        int source = SkipSpaces(line, levelEnd);
        int sourceEnd = SkipWord(line, source);
        int text = SkipSpaces(line, sourceEnd);
        return new ServicingLogLine(time, line.Substring(level, levelEnd - level), line.Substring(source, sourceEnd - source), line.Substring(text));
    }

    private static int SkipSpaces(string line, int from)
    {
        while (from < line.Length && line[from] == ' ')
        {
            from++;
        }

        return from;
    }

    private static int SkipWord(string line, int from)
    {
        while (from < line.Length && line[from] != ' ')
        {
            from++;
        }

        return from;
    }
}
