// What stands before a kernel message, by who wrote the line down:
//   serial console, dmesg     [   12.345678] text            with "printk.caller": [   12.345678][ T123] text
//   raw ring buffer           <4>[   12.345678] text         pstore keeps this form too
//   dmesg -T / -x             [Fri Nov 21 04:19:33 2026] text · kern  :warn  : [   12.345678] text
//   syslog, journalctl        Nov 21 04:19:33 host kernel: [   12.345678] text (the inner stamp may be missing)
//   /dev/kmsg                 4,1234,12345678,-;text         or 4,1234,12345678,-,caller=T123;text
// Messages of other programs stand between them on a console; they have no such prefix.
using System.Globalization;

namespace KernelFault.Dumps.Logs;

/// <summary>Takes the prefix off a line.</summary>
internal static class LogPrefix
{
    /// <summary>The context of a kernel line that does not name its caller.</summary>
    internal const string Console = "console";

    private const int OuterLimit = 160;
    private const int ShortestPrefix = 10;
    private const string KernelTag = " kernel: ";

    /// <summary>Splits a line.</summary>
    /// <param name="raw">The line, without its end.</param>
    /// <returns>Context and text.</returns>
    internal static LogLine Parse(string raw)
    {
        string line = Clean(raw);
        int start = SkipOuter(line, out bool fromKernel);
        if (TryKernelMessageDevice(line, start, out LogLine device))
        {
            return device;
        }

        int at = FindStamp(line, start);
        if (at >= 0 && TryStamp(line, at, out int end, out double? seconds, out string context) && end < line.Length && line[end] == ' ')
        {
            return Build(line, context, end + 1, seconds);
        }

        return fromKernel ? Build(line, Console, start, null) : new LogLine(line, string.Empty, line, false, null);
    }

    /// <summary>dmesg and journalctl print further lines of one message under its text, with blanks instead of the prefix.</summary>
    /// <param name="before">The line before.</param>
    /// <param name="line">A line without a prefix.</param>
    /// <returns>It as a line of the same message, or as it was.</returns>
    internal static LogLine Continue(in LogLine before, in LogLine line)
    {
        int prefix = before.PrefixLength;
        if (prefix < ShortestPrefix || line.Text.Length <= prefix)
        {
            return line;
        }

        for (int i = 0; i < prefix; i++)
        {
            if (line.Text[i] != ' ')
            {
                return line;
            }
        }

        return Build(line.Text, before.Context, prefix, before.Seconds);
    }

    /// <summary>Removes carriage returns and terminal control sequences; what else must not reach a terminal becomes a replacement character.</summary>
    internal static string Clean(string line)
    {
        int first = 0;
        while (first < line.Length && !IsControl(line[first]))
        {
            first++;
        }

        if (first == line.Length)
        {
            return line;
        }

        var text = new System.Text.StringBuilder(line, 0, first, line.Length);
        for (int i = first; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '\u001b' && i + 1 < line.Length && line[i + 1] == '[')
            {
                // ECMA-48 control sequence: parameters, then one final byte from 0x40 to 0x7e.
                i += 2;
                while (i < line.Length && (line[i] < '@' || line[i] > '~'))
                {
                    i++;
                }
            }
            else if (!IsControl(c))
            {
                text.Append(c);
            }
            else if (c is not ('\r' or '\u001b'))
            {
                text.Append('\uFFFD');
            }
        }

        return text.ToString();
    }

    /// <summary>C0 and C1 controls but the tabulator, DEL, line separators and what changes the direction of text.</summary>
    private static bool IsControl(char c) =>
        c is (< ' ' and not '\t') or (>= '\u007f' and <= '\u009f') or '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    private static LogLine Build(string line, string context, int textStart, double? seconds)
    {
        string text = line.Substring(textStart);
        if (!text.Contains("<EOI>"))
        {
            int mark = text.IndexOf(" ? ", StringComparison.Ordinal);
            if (mark >= 0)
            {
                return new LogLine(line, context, text.Substring(mark + 2), true, seconds, textStart);
            }

            if (text.StartsWith("([<", StringComparison.Ordinal) && text.TrimEnd(' ').EndsWith(")", StringComparison.Ordinal))
            {
                // s390 puts such entries in parentheses.
                return new LogLine(line, context, " " + text.TrimEnd(' ').Trim('(', ')'), true, seconds, textStart);
            }

            const string PowerPcMark = " (unreliable)";
            if (text.EndsWith(PowerPcMark, StringComparison.Ordinal))
            {
                return new LogLine(line, context, text.Substring(0, text.Length - PowerPcMark.Length), true, seconds, textStart);
            }
        }

        return new LogLine(line, context, text, false, seconds, textStart);
    }

    /// <summary>Skips what a log daemon wrote; says whether it named the kernel as the sender.</summary>
    private static int SkipOuter(string line, out bool fromKernel)
    {
        fromKernel = false;
        if (line.Length == 0 || !(char.IsLetterOrDigit(line[0]) || line[0] is '[' or '<'))
        {
            return 0;
        }

        int limit = Math.Min(line.Length, OuterLimit);
        int tag = line.IndexOf(KernelTag, 0, limit, StringComparison.Ordinal);
        if (tag > 0 && HasClock(line, tag))
        {
            fromKernel = true;
            return tag + KernelTag.Length;
        }

        // dmesg -x: facility and level in columns.
        if (line.StartsWith("kern ", StringComparison.Ordinal) || line.StartsWith("kern:", StringComparison.Ordinal))
        {
            int second = line.IndexOf(':', 5 < line.Length ? 5 : 0);
            int stamp = line.IndexOf('[');
            if (second > 0 && stamp > 0 && stamp < 24)
            {
                fromKernel = true;
                return stamp;
            }
        }

        return 0;
    }

    /// <summary>A daemon's line begins with a time of day; a sentence that happens to hold the tag does not.</summary>
    private static bool HasClock(string line, int before)
    {
        for (int i = 1; i + 1 < before; i++)
        {
            if (line[i] is ':' or '.' && char.IsDigit(line[i - 1]) && char.IsDigit(line[i + 1]))
            {
                return true;
            }
        }

        return false;
    }

    private static int FindStamp(string line, int start)
    {
        int at = start;
        const string Dropped = "** ";
        if (string.CompareOrdinal(line, at, Dropped, 0, Dropped.Length) == 0)
        {
            const string DroppedEnd = " printk messages dropped ** ";
            int end = line.IndexOf(DroppedEnd, at, StringComparison.Ordinal);
            if (end > at && IsDigits(line, at + Dropped.Length, end))
            {
                at = end + DroppedEnd.Length;
            }
        }

        // A getty's prompt is followed by kernel messages on the same line.
        const string Login = " login: ";
        int login = line.LastIndexOf(Login, StringComparison.Ordinal);
        if (login >= at && login + Login.Length < line.Length && line[login + Login.Length] is '[' or '<')
        {
            at = login + Login.Length;
        }

        if (at < line.Length && line[at] == '<')
        {
            int close = line.IndexOf('>', at);
            if (close > at + 1 && close - at <= 4 && IsDigits(line, at + 1, close))
            {
                at = close + 1;
            }
        }

        return at < line.Length && line[at] == '[' ? at : -1;
    }

    private static bool TryStamp(string line, int at, out int end, out double? seconds, out string context)
    {
        end = 0;
        seconds = null;
        context = Console;
        int close = line.IndexOf(']', at);
        if (close < 0 || close - at > 40)
        {
            return false;
        }

        string inner = line.Substring(at + 1, close - at - 1).TrimStart(' ');
        int point = inner.IndexOf('.');
        if (point > 0 && IsDigits(inner, 0, point) && point + 1 < inner.Length && IsDigits(inner, point + 1, inner.Length))
        {
            seconds = double.Parse(inner, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        }
        else if (!IsCalendar(inner))
        {
            return false;
        }

        end = close + 1;
        if (end < line.Length && line[end] == '[')
        {
            int caller = line.IndexOf(']', end);
            string id = caller < 0 || caller - end > 20 ? string.Empty : line.Substring(end + 1, caller - end - 1).TrimStart(' ');
            if (id.Length > 1 && id[0] is 'C' or 'T' && IsDigits(id, 1, id.Length))
            {
                context = line.Substring(end, caller + 1 - end);
                end = caller + 1;
            }
        }

        return true;
    }

    /// <summary><c>Fri Nov 21 04:19:33 2026</c>, as <c>dmesg -T</c> writes it.</summary>
    private static bool IsCalendar(string inner) =>
        inner.Length == 24 && inner[3] == ' ' && inner[7] == ' ' && inner[13] == ':' && inner[16] == ':' && char.IsDigit(inner[23]);

    private static bool TryKernelMessageDevice(string line, int start, out LogLine result)
    {
        result = default;
        int semicolon = line.IndexOf(';', start);
        if (semicolon < 0 || semicolon - start > 80 || !char.IsDigit(line[start]))
        {
            return false;
        }

        string[] fields = line.Substring(start, semicolon - start).Split(',');
        if (fields.Length < 4 || !IsDigits(fields[0], 0, fields[0].Length) || !IsDigits(fields[1], 0, fields[1].Length)
            || !ulong.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong microseconds))
        {
            return false;
        }

        string context = Console;
        foreach (string field in fields)
        {
            if (field.StartsWith("caller=", StringComparison.Ordinal) && field.Length is > 8 and < 24)
            {
                context = $"[{field.Split('=')[1]}]";
            }
        }

        result = Build(line, context, semicolon + 1, microseconds / 1e6);
        return true;
    }

    private static bool IsDigits(string text, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (text[i] is < '0' or > '9')
            {
                return false;
            }
        }

        return end > start;
    }
}
