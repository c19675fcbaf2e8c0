using System.Globalization;

namespace KernelFault.Tracing;

/// <summary>A record of <c>trace_pipe</c> behind the name of its thread.</summary>
/// <param name="ThreadId">Id of the thread.</param>
/// <param name="ProcessId">Id of its process; null when it is not told.</param>
/// <param name="Cpu">Processor.</param>
/// <param name="Timestamp">Seconds of the trace's clock.</param>
/// <param name="Name">Name of the event; empty when the record has none.</param>
/// <param name="Text">What follows.</param>
internal sealed record TraceRecord(int ThreadId, int? ProcessId, int Cpu, double Timestamp, string Name, string Text)
{
    private const int MaximumCpu = 65535;

    /// <summary>Reads a record.</summary>
    /// <param name="text">What follows the name of the thread and the dash.</param>
    /// <returns>Null when it is of another form.</returns>
    internal static TraceRecord? Parse(string text)
    {
        int at = 0;
        if (!TryNumber(text, ref at, out int thread))
        {
            return null;
        }

        SkipBlanks(text, ref at);
        int? process = null;
        if (at < text.Length && text[at] == '(')
        {
            int close = text.IndexOf(')', at);
            if (close < 0)
            {
                return null;
            }

            string inside = text.Substring(at + 1, close - at - 1);
            process = int.TryParse(inside, NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out int id) ? id : null;
            at = close + 1;
            SkipBlanks(text, ref at);
        }

        if (at >= text.Length || text[at++] != '[' || !TryNumber(text, ref at, out int cpu) || cpu > MaximumCpu || at >= text.Length || text[at++] != ']')
        {
            return null;
        }

        // The flags: interrupts off, rescheduling, in an interrupt, preemption depth, and since 5.16 migration depth.
        SkipBlanks(text, ref at);
        int blank = at < text.Length ? text.IndexOf(' ', at) : -1;
        if (blank < 0)
        {
            return null;
        }

        at = blank;
        SkipBlanks(text, ref at);
        int colon = text.IndexOf(':', at);
        string stamp = colon < 0 ? string.Empty : text.Substring(at, colon - at);
        if (!double.TryParse(stamp, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double time))
        {
            return null;
        }

        string rest = text.Substring(colon + 1).TrimStart(' ');
        int end = rest.IndexOf(": ", StringComparison.Ordinal);
        return end < 0 ? new TraceRecord(thread, process, cpu, time, string.Empty, rest) : new TraceRecord(thread, process, cpu, time, rest.Substring(0, end), rest.Substring(end + 2));
    }

    /// <summary>A moment.</summary>
    /// <param name="seconds">Seconds since 1970, UTC.</param>
    /// <returns>Null for what no clock shows.</returns>
    internal static DateTime? Time(double seconds) => seconds is > 0 and < 32_503_680_000
        ? new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks((long)(seconds * TimeSpan.TicksPerSecond))
        : null;

    private static bool TryNumber(string text, ref int at, out int number)
    {
        int start = at;
        while (at < text.Length && text[at] is >= '0' and <= '9')
        {
            at++;
        }

        string digits = text.Substring(start, at - start);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static void SkipBlanks(string text, ref int at)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }
    }
}
