using System.Globalization;
using System.Text;

namespace KernelFault.Formats;

/// <summary>Makes text from a dump, a log or a remote machine safe to show: such text is data, never layout.</summary>
/// <remarks>
/// Names in a crashed machine's memory are chosen by whoever wrote the driver, or are damaged. Left alone they could clear a
/// terminal (ANSI escapes), reorder a line (bidirectional overrides) or break a JSON writer (unpaired surrogates).
/// </remarks>
public static class PrintableText
{
    /// <summary>The longest text that <see cref="Clean(string?)"/> returns, in UTF-16 units.</summary>
    public const int MaximumLength = 1024;

    /// <summary>Escapes what must not reach a terminal and bounds the length to <see cref="MaximumLength"/>.</summary>
    /// <param name="text">Any text; null gives an empty string.</param>
    /// <returns>
    /// The text with C0 and C1 control characters, DEL, line and paragraph separators, bidirectional controls and unpaired
    /// surrogates written as <c>\u001b</c>; cut with an ellipsis when too long. The same instance when nothing is to be done.
    /// </returns>
    public static string Clean(string? text) => Clean(text, MaximumLength);

    /// <summary>Escapes what must not reach a terminal and bounds the length.</summary>
    /// <param name="text">Any text; null gives an empty string.</param>
    /// <param name="maximumLength">The longest result, in UTF-16 units; at least 1.</param>
    /// <returns>As <see cref="Clean(string?)"/>.</returns>
    public static string Clean(string? text, int maximumLength)
    {
        if (maximumLength < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(maximumLength));
        }

        if (text is null)
        {
            return string.Empty;
        }

        if (text.Length <= maximumLength && IsClean(text))
        {
            return text;
        }

        var result = new StringBuilder(Math.Min(text.Length, maximumLength) + 8);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool pair = char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            int needed = pair ? 2 : MustEscape(c) ? 6 : 1;
            bool last = i + (pair ? 2 : 1) >= text.Length;
            if (result.Length + needed > (last ? maximumLength : maximumLength - 1))
            {
                return result.Append('\u2026').ToString();
            }

            if (pair)
            {
                result.Append(c).Append(text[++i]);
            }
            else if (needed == 6)
            {
                result.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                result.Append(c);
            }
        }

        return result.ToString();
    }

    private static bool IsClean(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (MustEscape(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    // An unpaired surrogate is escaped too: callers have skipped the pairs.
    private static bool MustEscape(char c) => char.IsControl(c)
        || char.IsSurrogate(c)
        || c is '\u061C' or '\u200E' or '\u200F' or '\u2028' or '\u2029'
        || (c >= '\u202A' && c <= '\u202E')
        || (c >= '\u2066' && c <= '\u2069')
        || c is '\uFEFF' or '\uFFFE' or '\uFFFF';
}
