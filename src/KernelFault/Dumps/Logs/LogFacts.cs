using System.Globalization;

namespace KernelFault.Dumps.Logs;

/// <summary>What lines anywhere in a log say about the machine, whatever crash is in it.</summary>
internal sealed class LogFacts
{
    private const string Banner = "Linux version ";
    private const string CommandLinePhrase = "Command line: ";
    private const string KernelCommandLinePhrase = "Kernel command line: ";
    private const string ClockPhrase = "setting system clock to ";
    private const string PanicPhrase = "Kernel panic - not syncing";
    private const string PanicEnd = " ]---";
    private const string OffsetPhrase = "Kernel Offset: ";
    private const string DisconnectedPhrase = "serialport: VM disconnected.";

    /// <summary>The phrases by which such lines are found.</summary>
    internal static IReadOnlyList<string> Anchors { get; } =
        [Banner, CommandLinePhrase, KernelCommandLinePhrase, ClockPhrase, PanicPhrase, OffsetPhrase, DisconnectedPhrase];

    /// <summary>The banner of the kernel that ran last before the crash, from <c>Linux version</c> on; null when not in the log.</summary>
    internal string? Version { get; private set; }

    /// <summary>Its command line; null when not in the log.</summary>
    internal string? CommandLine { get; private set; }

    /// <summary>What the kernel said when it stopped; null when it did not.</summary>
    internal string? Panic { get; private set; }

    /// <summary>True when the kernel stopped.</summary>
    internal bool Panicked { get; private set; }

    /// <summary>How far the kernel was moved from its link address (KASLR); null when the log does not say.</summary>
    internal ulong? KernelOffset { get; private set; }

    /// <summary>When the machine started, UTC, from its clock at start; null when not in the log.</summary>
    internal DateTime? Started { get; private set; }

    /// <summary>True when the console was cut off.</summary>
    internal bool Disconnected { get; private set; }

    /// <summary>Takes what a line says.</summary>
    /// <param name="raw">The line.</param>
    /// <param name="crashSeen">True once a crash was found: what describes the running kernel is settled then.</param>
    internal void Take(string raw, bool crashSeen)
    {
        if (raw.Contains(PanicPhrase))
        {
            Panicked = true;
            string? reason = After(raw, PanicPhrase + ": ");
            Panic ??= reason is not null && reason.EndsWith(PanicEnd, StringComparison.Ordinal) ? reason.Substring(0, reason.Length - PanicEnd.Length) : reason;
        }

        Disconnected |= raw.Contains(DisconnectedPhrase);
        if (After(raw, OffsetPhrase) is string offset && KernelOffset is null)
        {
            KernelOffset = ParseOffset(offset);
        }

        if (crashSeen)
        {
            return;
        }

        if (After(raw, Banner) is string version)
        {
            // A new boot: what was said of the kernel before no longer holds.
            Version = Banner + version;
            CommandLine = null;
            Started = null;
        }

        CommandLine ??= After(raw, KernelCommandLinePhrase) ?? After(raw, CommandLinePhrase);
        if (After(raw, ClockPhrase) is string clock)
        {
            Started = ParseStart(raw, clock);
        }
    }

    /// <summary>Seconds as a kernel prints them, to the microsecond, for <see cref="DateTime.AddTicks"/>: <c>AddSeconds</c> rounds to milliseconds on .NET Framework.</summary>
    /// <param name="seconds">Less than 10^11.</param>
    internal static long Ticks(double seconds) => (long)Math.Round(seconds * 1e6) * 10;

    private static DateTime? ParseStart(string raw, string clock)
    {
        // 2026-11-21T05:56:41 UTC (1795240601): the epoch in brackets is what counts.
        int open = clock.IndexOf('(');
        int close = clock.IndexOf(')', open < 0 ? 0 : open);
        if (open < 0 || close < open || !long.TryParse(Slice(clock, open + 1, close), NumberStyles.None, CultureInfo.InvariantCulture, out long epoch) || epoch > 253402300799)
        {
            return null;
        }

        double uptime = LogPrefix.Parse(raw).Seconds ?? 0;
        return uptime > epoch ? null : DateTimeOffset.FromUnixTimeSeconds(epoch).UtcDateTime.AddTicks(-Ticks(uptime));
    }

    private static ulong? ParseOffset(string text)
    {
        if (!text.StartsWith("0x", StringComparison.Ordinal))
        {
            return text.StartsWith("disabled", StringComparison.Ordinal) ? 0 : null;
        }

        int end = 2;
        while (end < text.Length && Uri.IsHexDigit(text[end]))
        {
            end++;
        }

        return ulong.TryParse(Slice(text, 2, end), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? value : null;
    }

    private static string Slice(string text, int start, int end) => text.Substring(start, end - start);

    private static string? After(string raw, string phrase)
    {
        int at = raw.IndexOf(phrase, StringComparison.Ordinal);
        return at < 0 ? null : LogPrefix.Clean(raw.Substring(at + phrase.Length)).TrimEnd(' ');
    }
}
