using System.Text;

namespace KernelFault.Analysis.Linux;

/// <summary>
/// Makes titles that are the same for the same crash: what differs from run to run (addresses, line numbers, process numbers)
/// is replaced by a word for it.
/// </summary>
internal static class TitleText
{
    private const int MaximumLength = 120;
    private const int MaximumInput = 1024;

    /// <summary>Fills the placeholders of a rule's title.</summary>
    /// <param name="format">The title with <c>{0}</c>, <c>{1}</c>….</param>
    /// <param name="words">What to put in.</param>
    internal static string Fill(string format, IReadOnlyList<string> words)
    {
        var text = new StringBuilder(format.Length + 40);
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] == '{' && i + 2 < format.Length && format[i + 2] == '}')
            {
                int index = format[i + 1] - '0';
                text.Append(index >= 0 && index < words.Count ? words[index] : FrameExtractor.Damaged);
                i += 2;
            }
            else
            {
                text.Append(format[i]);
            }
        }

        return text.ToString();
    }

    /// <summary>Replaces what is different on every run, and removes what cannot be printed.</summary>
    internal static string Clean(string title)
    {
        string text = title.Length > MaximumInput ? title.Substring(0, MaximumInput) : title;
        text = WithoutInstance(text, "syz-executor", "syz-executor", '.');
        text = WithoutInstance(text, "syzkaller", "syzkaller", null);
        text = TitleNumbers.ReplaceAddresses(text);
        text = TitleNumbers.ReplaceInternetAddresses(text);
        text = TitleNumbers.ReplaceLines(text);
        text = TitleNumbers.WithoutOffsets(text);
        text = WithoutInstance(text, "CPU#", "CPU", null);
        text = TitleNumbers.ReplaceNumbers(text);
        return Printable(text);
    }

    /// <summary>The function a title ends with.</summary>
    /// <returns>The name after the last " in "; null when there is none.</returns>
    internal static string? Frame(string title)
    {
        for (int at = title.LastIndexOf(" in ", StringComparison.Ordinal); at >= 0; at = at == 0 ? -1 : title.LastIndexOf(" in ", at - 1, StringComparison.Ordinal))
        {
            int start = at + " in ".Length;
            int end = start;
            if (end < title.Length && title[end] == '<')
            {
                int close = title.IndexOf('>', end);
                end = close > end + 1 && title.Substring(end + 1, close - end - 1).All(c => IsName(c) || c == ' ') ? close + 1 : end;
            }

            int name = end;
            while (end < title.Length && IsName(title[end]))
            {
                end++;
            }

            if (end > name)
            {
                return title.Substring(start, end - start);
            }
        }

        return null;
    }

    private static bool IsName(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or ':';

    /// <summary>Takes the number of an instance off a name: <c>name12</c>, <c>name.12/3</c>.</summary>
    private static string WithoutInstance(string text, string name, string replacement, char? separator)
    {
        for (int at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at, StringComparison.Ordinal))
        {
            int start = at + name.Length;
            start += separator is not null && start < text.Length && text[start] == separator ? 1 : 0;
            int end = TitleNumbers.SkipDigits(text, start);
            if (end > start && end < text.Length && text[end] is '/' or ':')
            {
                int part = TitleNumbers.SkipDigits(text, end + 1);
                end = part > end + 1 ? part : end;
            }

            string found = end > start ? replacement : name;
            text = TitleNumbers.Splice(text, at, end > start ? end : at + name.Length, found);
            at += found.Length;
        }

        return text;
    }

    private static string Printable(string text)
    {
        var result = new StringBuilder(text.Length);
        char last = ' ';
        for (int i = 0; i < text.Length && i < MaximumLength; i++)
        {
            char c = text[i] == '\t' ? ' ' : text[i];
            if (c is < ' ' or > '~' || (c == ' ' && last == ' '))
            {
                continue;
            }

            result.Append(c);
            last = c;
        }

        return result.ToString().Trim(' ');
    }
}
