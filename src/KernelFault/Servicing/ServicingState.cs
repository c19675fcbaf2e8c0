using System.Globalization;
using System.Text.Json;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>What a repair of Windows has to know of the machine, as <c>servicing-state.ps1</c> says it.</summary>
internal sealed record ServicingState
{
    private const string Format = "kernelfault-servicing 1";
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss";
    private const int MaximumDepth = 8;
    private const int MaximumItems = 64;

    // Of one second; an idle service uses none, one that waits for the disk a tick of the clock or two.
    private const double BusySeconds = 0.01;

    /// <summary>The Windows folder: of the machine, or the one that was asked for.</summary>
    internal required string Windows { get; init; }

    /// <summary>The Windows folder of the machine that does the work; there its logs are.</summary>
    internal required string System { get; init; }

    /// <summary>The machine's local time, by which its logs are written; to the second.</summary>
    internal required DateTime LocalTime { get; init; }

    /// <summary>The same moment, UTC by the machine's clock.</summary>
    internal required DateTime UtcTime { get; init; }

    /// <summary>Free bytes on the drive of that folder; null when that cannot be told.</summary>
    internal required long? FreeBytes { get; init; }

    /// <summary>Why servicing waits for a restart, such as <c>pending.xml</c>; empty when it does not.</summary>
    internal required IReadOnlyList<string> Pending { get; init; }

    /// <summary>Names of the processes that service this machine now; empty when none does.</summary>
    internal required IReadOnlyList<string> Processes { get; init; }

    /// <summary>Asks the machine.</summary>
    /// <param name="host">A machine that runs Windows.</param>
    /// <param name="windows">The folder of another Windows on it; null for its own.</param>
    /// <param name="look">How to look.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <exception cref="HostException">The script cannot run there.</exception>
    /// <exception cref="DumpFormatException">It wrote something else.</exception>
    internal static ServicingState Read(IHost host, string? windows, ServicingLook look, CancellationToken cancellation)
    {
        string json = JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["windows"] = windows,
            ["sample"] = look == ServicingLook.Sample,
            ["mark"] = look == ServicingLook.Mark,
        });
        var call = new ScriptCall("servicing-state", HostScript.Read("Servicing.servicing-state.ps1")) { Json = json, Timeout = TimeSpan.FromMinutes(2), MaximumOutput = 1024 * 1024 };
        return Parse(host.Name, host.RunScript(call, cancellation).Output);
    }

    /// <summary>Reads what the script wrote.</summary>
    /// <exception cref="DumpFormatException">It is something else.</exception>
    internal static ServicingState Parse(string computer, string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaximumDepth });
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && Text(root, "format") == Format && Text(root, "windows") is { Length: >= 3 } windows
                && Text(root, "system") is { Length: >= 3 } system && Time(root, "local") is { } local && Time(root, "utc") is { } utc)
            {
                return new ServicingState
                {
                    Windows = windows.TrimEnd('\\'),
                    System = system.TrimEnd('\\'),
                    LocalTime = local,
                    UtcTime = DateTime.SpecifyKind(utc, DateTimeKind.Utc),
                    FreeBytes = root.TryGetProperty("free", out JsonElement free) && free.ValueKind == JsonValueKind.Number && free.TryGetInt64(out long bytes) ? bytes : null,
                    Pending = [.. Items(root, "pending").Where(item => item.ValueKind == JsonValueKind.String).Select(item => PrintableText.Clean(item.GetString()))],
                    Processes = [.. Items(root, "processes").Where(IsAtWork).Select(item => Text(item, "name")!).Distinct(StringComparer.OrdinalIgnoreCase)],
                };
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A text with half a surrogate pair in it is told by the latter.
            throw new DumpFormatException(computer, (e as JsonException)?.BytePositionInLine ?? 0, "expected JSON of the servicing script: " + PrintableText.Clean(e.Message));
        }

        throw new DumpFormatException(computer, 0, $"expected '{Format}' with a folder and times, found something else.");
    }

    private static bool IsAtWork(JsonElement process) =>
        process.ValueKind == JsonValueKind.Object && Text(process, "name") is not null
        && !(process.TryGetProperty("busy", out JsonElement busy) && (busy.ValueKind != JsonValueKind.Number || busy.GetDouble() < BusySeconds));

    private static IEnumerable<JsonElement> Items(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement items) ? items.ValueKind switch
        {
            JsonValueKind.Array => items.EnumerateArray().Take(MaximumItems),
            JsonValueKind.Null => [],
            _ => [items],
        }
        : [];

    private static DateTime? Time(JsonElement element, string name) =>
        DateTime.TryParseExact(Text(element, name), TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time) ? time : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? PrintableText.Clean(text) : null;
}
