using System.Globalization;
using KernelFault.Formats;

namespace KernelFault.Servicing;

// dism.exe marks its runs itself: "DISM.EXE: <----- Starting Dism.exe session ----->", then "Executing command line: ...", errors with
// "(hr:0x800f081f)" or "HRESULT=0x8007010b", "Image session has been closed. Reboot required=no." and "<----- Ending Dism.exe session ----->".
// The log is English in every Windows, but for texts of errors.

/// <summary>Reads dism.log.</summary>
internal static class DismLogReader
{
    private const int MaximumSessions = 10_000;

    /// <summary>The runs in a log.</summary>
    /// <param name="lines">The log, the oldest line first.</param>
    /// <param name="since">Lines from before are another run's; in the machine's local time. Null for all.</param>
    /// <returns>The runs, the oldest first.</returns>
    internal static IReadOnlyList<DismSession> Read(IEnumerable<ServicingLogLine> lines, DateTime? since)
    {
        var sessions = new List<DismSession>();
        DismSession? open = null;
        foreach (ServicingLogLine line in lines)
        {
            if (line.Time is not { } time || time < since)
            {
                continue;
            }

            if (After(line.Text, "<----- Starting Dism.exe session") is not null)
            {
                Close(sessions, open);
                open = new DismSession { StartTime = time, EndTime = time, CommandLine = null, ErrorCode = null, IsRestartRequired = null, IsComplete = false };
            }
            else if (open is not null)
            {
                open = With(open, line, time);
                if (open.IsComplete)
                {
                    Close(sessions, open);
                    open = null;
                }
            }
        }

        Close(sessions, open);
        return sessions;
    }

    private static void Close(List<DismSession> sessions, DismSession? session)
    {
        if (session is not null && sessions.Count < MaximumSessions)
        {
            sessions.Add(session);
        }
    }

    private static DismSession With(DismSession session, ServicingLogLine line, DateTime time)
    {
        session = session with { EndTime = time };
        if (After(line.Text, "<----- Ending Dism.exe session") is not null)
        {
            return session with { IsComplete = true };
        }

        if (After(line.Text, "Executing command line: ") is { } command)
        {
            return session with { CommandLine = PrintableText.Clean(command.Trim()) };
        }

        if (After(line.Text, "Reboot required=") is { } restart)
        {
            return session with { IsRestartRequired = restart.StartsWith("yes", StringComparison.OrdinalIgnoreCase) };
        }

        return line.Level == "Error" && (Code(line.Text, "hr:0x") ?? Code(line.Text, "HRESULT=0x")) is { } code ? session with { ErrorCode = code } : session;
    }

    private static string? After(string text, string mark)
    {
        int at = text.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? null : text.Substring(at + mark.Length);
    }

    private static uint? Code(string text, string mark)
    {
        string digits = After(text, mark) is { Length: >= 8 } found ? found.Substring(0, 8) : string.Empty;
        return uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code) ? code : null;
    }
}
