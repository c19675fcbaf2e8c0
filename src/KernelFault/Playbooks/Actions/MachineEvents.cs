using System.Globalization;
using System.Security;
using System.Text;
using System.Text.Json;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

// Windows: Get-WinEvent by a query in XML, which also finds nothing where a provider is not installed; a query may have about twenty
// expressions. Linux: journalctl -o json, one object a line; MESSAGE is a text, a list of bytes, or null when it is too long.

/// <summary>Reads entries of a machine's log, the newest first.</summary>
/// <param name="host">The machine.</param>
internal sealed class MachineEvents(IHost host)
{
    private const int MaximumNames = 20;
    private const int MaximumName = 256;
    private const int MaximumText = 4000;

    private static readonly string[] s_windowsLevels = ["Information", "Critical", "Error", "Warning", "Information", "Verbose"];
    private static readonly string[] s_linuxLevels = ["Critical", "Critical", "Critical", "Error", "Warning", "Information", "Information", "Verbose"];

    /// <summary>Reads a log of Windows.</summary>
    /// <param name="log">Name of the log.</param>
    /// <param name="providers">Only of these; empty for all.</param>
    /// <param name="ids">Only of these numbers; empty for all.</param>
    /// <param name="hours">Only of the last hours; null for all.</param>
    /// <param name="maximum">The most entries.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <exception cref="PlaybookException">A name cannot be used in a query.</exception>
    /// <exception cref="HostException">The log cannot be read.</exception>
    internal IReadOnlyList<MachineEvent> ReadWindows(string log, IReadOnlyList<string> providers, IReadOnlyList<long> ids, double? hours, long maximum, CancellationToken cancellation)
    {
        string json = JsonSerializer.Serialize(new Dictionary<string, object> { ["query"] = Query(log, providers, ids, hours), ["maximum"] = maximum });
        ScriptResult result = host.RunScript(new ScriptCall("read-events", HostScript.Read("Playbooks.read-events.ps1")) { Json = json }, cancellation);
        return Lines(result.Output, element => new MachineEvent(
            Time(Text(element, "time")),
            PrintableText.Clean(Text(element, "provider") ?? string.Empty),
            Number(element, "id"),
            Number(element, "level") is { } level ? s_windowsLevels[level >= 0 && level < s_windowsLevels.Length ? level : 0] : null,
            Clean(Text(element, "text"))));
    }

    /// <summary>Reads the journal of Linux.</summary>
    /// <param name="unit">Of one unit; null for the kernel's messages.</param>
    /// <param name="identifiers">Only of these writers; empty for all.</param>
    /// <param name="hours">Only of the last hours; null for all.</param>
    /// <param name="maximum">The most entries.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <exception cref="PlaybookException">A name cannot be used in a query.</exception>
    /// <exception cref="HostException">The journal cannot be read.</exception>
    internal IReadOnlyList<MachineEvent> ReadLinux(string? unit, IReadOnlyList<string> identifiers, double? hours, long maximum, CancellationToken cancellation)
    {
        var arguments = new List<string> { "-q", "--no-pager", "-r", "-o", "json", "-n", maximum.ToString(CultureInfo.InvariantCulture) };
        if (hours is { } since)
        {
            arguments.Add(FormattableString.Invariant($"--since=-{Math.Min(since * 3600, int.MaxValue):0}s"));
        }

        // Not -k, which would leave out the boots before this one.
        arguments.Add(unit is null ? "_TRANSPORT=kernel" : "--unit=" + Name(unit));
        arguments.AddRange(Names(identifiers).Select(name => "--identifier=" + name));
        var call = new ProgramCall("journalctl", [.. arguments]) { Timeout = TimeSpan.FromMinutes(5) };
        ProgramResult result = host.Run(call, cancellation);
        if (result.ExitCode != 0 && result.Error.Length > 0)
        {
            throw new HostException(host.Name, HostErrorKind.Failed, PrintableText.Clean($"'{HostStepRecorder.Text(call)}' ended with {result.ExitCode}: {ProgramText.Decode(result.Error).Trim()}"));
        }

        return Lines(ProgramText.Decode(result.Output), element => new MachineEvent(
            Text(element, "__REALTIME_TIMESTAMP") is { } stamp && long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out long micros) && micros < 253402300800000000
                ? DateTimeOffset.FromUnixTimeMilliseconds(micros / 1000).UtcDateTime : null,
            PrintableText.Clean(Text(element, "SYSLOG_IDENTIFIER") ?? Text(element, "_COMM") ?? string.Empty),
            null,
            Text(element, "PRIORITY") is { Length: 1 } priority && priority[0] is >= '0' and <= '7' ? s_linuxLevels[priority[0] - '0'] : null,
            Clean(Text(element, "MESSAGE"))));
    }

    /// <summary>The query that Windows is asked.</summary>
    internal static string Query(string log, IReadOnlyList<string> providers, IReadOnlyList<long> ids, double? hours)
    {
        var conditions = new List<string>();
        if (providers.Count > 0)
        {
            conditions.Add("Provider[" + string.Join(" or ", Names(providers).Select(name => $"@Name='{name}'")) + "]");
        }

        if (ids.Count > MaximumNames)
        {
            throw new PlaybookException(FormattableString.Invariant($"ids: a query may have {MaximumNames}; these are {ids.Count}."));
        }

        if (ids.Count > 0)
        {
            conditions.Add("(" + string.Join(" or ", ids.Select(id => FormattableString.Invariant($"EventID={id}"))) + ")");
        }

        if (hours is { } since)
        {
            conditions.Add(FormattableString.Invariant($"TimeCreated[timediff(@SystemTime) <= {Math.Min(since * 3600000, 1e15):0}]"));
        }

        string path = SecurityElement.Escape(Name(log))!;
        string select = SecurityElement.Escape(conditions.Count == 0 ? "*" : "*[System[" + string.Join(" and ", conditions) + "]]")!;
        return $"<QueryList><Query Id=\"0\" Path=\"{path}\"><Select Path=\"{path}\">{select}</Select></Query></QueryList>";
    }

    private static IEnumerable<string> Names(IReadOnlyList<string> names) => names.Count <= MaximumNames
        ? names.Select(Name)
        : throw new PlaybookException(FormattableString.Invariant($"A query may name {MaximumNames} providers; these are {names.Count}."));

    // A text of a query has no way to write its own quote.
    private static string Name(string name) => name.Length is > 0 and <= MaximumName && !name.Any(c => char.IsControl(c) || c is '\'' or '"')
        ? name
        : throw new PlaybookException(PrintableText.Clean($"'{name}' is no name of a log or of what writes to one."));

    private static List<MachineEvent> Lines(string output, Func<JsonElement, MachineEvent> read)
    {
        var events = new List<MachineEvent>();
        foreach (string line in output.Split('\n'))
        {
            if (line.Length < 2 || line[0] != '{')
            {
                continue;
            }

            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                events.Add(read(document.RootElement));
            }
            catch (JsonException)
            {
                // A line that was cut off, at the end of too long an output.
            }
        }

        return events;
    }

    private static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Array => Encoding.UTF8.GetString([.. value.EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Number && number.TryGetByte(out byte one) ? one : (byte)'?')]),
            _ => null,
        };
    }

    private static long? Number(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : null;

    private static DateTime? Time(string? text) => DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime time) ? time : null;

    private static string Clean(string? text) => PrintableText.Clean(text is null ? string.Empty : (text.Length > MaximumText ? text.Substring(0, MaximumText) : text).Trim());
}
