using System.Text;

namespace KernelFault.Playbooks.Loading;

/// <summary>Bytes of files: of a playbook, and of what lies beside it.</summary>
internal static class PlaybookFile
{
    /// <summary>So many bytes has a playbook at most.</summary>
    internal const int MaximumLength = 1024 * 1024;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file, unless it is too long for a playbook.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">What is wrong.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="PlaybookFormatException">It is too long.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static byte[] Read(string path, PlaybookProblems problems)
    {
        using FileStream stream = File.OpenRead(path);

        // A device has no length and no end: what is read is bounded too.
        byte[] buffer = new byte[MaximumLength + 1];
        int read = 0;
        if (!stream.CanSeek || stream.Length <= MaximumLength)
        {
            for (int got = -1; got != 0 && read < buffer.Length; read += got)
            {
                got = stream.Read(buffer, read, buffer.Length - read);
            }
        }
        else
        {
            read = buffer.Length;
        }

        if (read > MaximumLength)
        {
            throw TooLarge(problems);
        }

        Array.Resize(ref buffer, read);
        return buffer;
    }

    /// <summary>The text of a playbook.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="problems">What is wrong.</param>
    /// <returns>The text, without a byte order mark.</returns>
    /// <exception cref="PlaybookFormatException">It is too long, not UTF-8, or has characters that YAML has not.</exception>
    internal static string Decode(byte[] content, PlaybookProblems problems)
    {
        if (content.Length > MaximumLength)
        {
            throw TooLarge(problems);
        }

        int start = content.Length >= 3 && content[0] == 0xEF && content[1] == 0xBB && content[2] == 0xBF ? 3 : 0;
        string text;
        try
        {
            text = s_utf8.GetString(content, start, content.Length - start);
        }
        catch (DecoderFallbackException e)
        {
            bool wide = content.Length >= 2 && (content[0] == 0xFF && content[1] == 0xFE || content[0] == 0xFE && content[1] == 0xFF);
            int line = content.Take(Math.Max(0, e.Index) + start).Count(value => value == '\n') + 1;
            throw problems.Stop(line, 1, ProblemId.Encoding, wide ? "The file is UTF-16." : "There are bytes here that are not UTF-8.", "a file in UTF-8");
        }

        Check(text, problems);
        return text;
    }

    /// <summary>The file that lies beside a playbook, or in a folder there.</summary>
    /// <param name="folder">Whole path of the playbook's folder.</param>
    /// <param name="relative">What the playbook says: names with / or \ between.</param>
    /// <returns>Whole path of the file, which need not exist.</returns>
    /// <exception cref="PlaybookException">The path leads out of the folder, or could on some system.</exception>
    internal static string Resolve(string folder, string relative) => PathProblem(relative) is string problem
        ? throw new PlaybookException(problem)
        : relative.Split('/', '\\').Where(part => part != ".").Aggregate(folder, Path.Combine);

    /// <summary>What is wrong with the path of a file beside a playbook. The same on every system: a playbook moves between them.</summary>
    /// <param name="relative">The path.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    internal static string? PathProblem(string relative)
    {
        string[] parts = relative.Split('/', '\\');
        return relative.Length == 0 ? "The path of a file beside the playbook is empty."
            : parts[0].Length == 0 || relative.Contains(':') ? $"'{relative}' is not a path beside the playbook: no root, no drive and no stream may stand in it."
            : parts.Any(part => part.Trim() == ".." || part.Length > 2 && part.Trim('.', ' ').Length == 0) ? $"'{relative}' leads out of the playbook's folder."
            : parts.Any(part => part.Length == 0) ? $"'{relative}' is not a path: a name in it is empty."
            : parts.Any(part => part.EndsWith(" ", StringComparison.Ordinal) || part.Length > 1 && part.EndsWith(".", StringComparison.Ordinal)) ? $"'{relative}' is not a path that is the same on every system: a name ends with a dot or a space."
            : relative.Any(c => char.IsControl(c) || "<>\"|?*".Contains(c)) ? $"'{relative}' has a character that no file's name has everywhere."
            : parts.Any(IsDevice) ? $"'{relative}' names a device of Windows."
            : null;
    }

    private static bool IsDevice(string part)
    {
        string name = part.Split('.')[0].TrimEnd().ToUpperInvariant();
        return name is "CON" or "PRN" or "AUX" or "NUL" or "CONIN$" or "CONOUT$"
            || (name.Length == 4 && (name.StartsWith("COM", StringComparison.Ordinal) || name.StartsWith("LPT", StringComparison.Ordinal)) && (char.IsDigit(name[3]) || name[3] is '\u00B9' or '\u00B2' or '\u00B3'));
    }

    // A zero ends the text for the parser: what stands behind it would be seen by a person and not by us.
    private static void Check(string text, PlaybookProblems problems)
    {
        int line = 1;
        int start = 0;
        for (int at = 0; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '\n')
            {
                line++;
                start = at + 1;
            }
            else if (c is (< ' ' and not ('\t' or '\r')) or (>= '\u007F' and < '\u00A0' and not '\u0085') or '\uFFFE' or '\uFFFF')
            {
                throw problems.Stop(line, at - start + 1, ProblemId.ControlCharacter, $"The character U+{(int)c:X4} has no place in YAML.", "an escape in a text in double quotes");
            }
            else if (c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))
            {
                problems.Warn(line, at - start + 1, ProblemId.HiddenText, $"The character U+{(int)c:X4} changes the order in which text is shown: what a person reads here may not be what is done.");
            }
        }
    }

    private static PlaybookFormatException TooLarge(PlaybookProblems problems) =>
        problems.Stop(1, 1, ProblemId.TooLarge, "The file is too long for a playbook.", $"at most {MaximumLength} bytes");
}
