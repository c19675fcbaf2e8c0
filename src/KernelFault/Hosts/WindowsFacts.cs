using System.Globalization;
using System.Text.Json;

namespace KernelFault.Hosts;

/// <summary>Makes facts of what <c>host-facts.ps1</c> writes.</summary>
internal static class WindowsFacts
{
    /// <summary>The call of the script.</summary>
    private static ScriptCall Call { get; } = new("host-facts", HostScript.Facts) { Timeout = TimeSpan.FromMinutes(2), MaximumOutput = 1024 * 1024 };

    /// <summary>Runs the script and reads what it wrote.</summary>
    /// <param name="host">Name of the host, for the exception.</param>
    /// <param name="run">Runs a script there.</param>
    /// <returns>The facts; of a system that is not Windows the version of PowerShell alone, and <see cref="HostPlatform.Unknown"/>.</returns>
    /// <exception cref="HostException">It could not be run, or what came is no answer of the script.</exception>
    internal static HostFacts Ask(string host, Func<ScriptCall, ScriptResult> run)
    {
        ScriptResult result = AskingTime.Of(() => run(Call), out AskingTime time);
        try
        {
            using JsonDocument document = JsonDocument.Parse(result.Output);
            return Of(document.RootElement, time);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new HostException(host, HostErrorKind.Failed, "The machine did not say what it is: " + string.Join(" ", result.Errors.Take(3)), e);
        }
    }

    private static HostFacts Of(JsonElement facts, AskingTime time)
    {
        bool windows = facts.GetProperty("windows").ValueKind == JsonValueKind.True;
        string? build = Text(facts, "build");
        string? version = Text(facts, "major") is string major ? $"{major}.{Text(facts, "minor") ?? "0"}" : Text(facts, "version");
        return new HostFacts
        {
            ComputerName = Text(facts, "computer"),
            Platform = windows ? HostPlatform.Windows : HostPlatform.Unknown,
            OperatingSystem = SystemName(Text(facts, "system")),
            Version = version is null || build is null ? version : version + "." + build,
            Build = build is not null && Text(facts, "revision") is string revision ? build + "." + revision : build,
            Architecture = Architecture(Text(facts, "architecture")),
            IsElevated = facts.TryGetProperty("elevated", out JsonElement elevated) && elevated.ValueKind is JsonValueKind.True or JsonValueKind.False ? elevated.GetBoolean() : null,
            PowerShellVersion = Text(facts, "powerShell"),
            BootTime = Time(facts, "boot"),
            PendingRestart = windows ? Texts(facts, "pending") : null,
            OemCodePage = int.TryParse(Text(facts, "codePage"), NumberStyles.None, CultureInfo.InvariantCulture, out int page) ? page : null,
            ClockAheadSeconds = time.Ahead(Time(facts, "clock"), Time(facts, "clockAtEnd"), TimeSpan.Zero),
        };
    }

    /// <summary>The name of a Windows without its maker's.</summary>
    internal static string? SystemName(string? name) =>
        name is not null && name.StartsWith("Microsoft ", StringComparison.Ordinal) ? name.Substring(10).Trim() : name?.Trim();

    /// <summary>What <c>PROCESSOR_ARCHITECTURE</c> means.</summary>
    internal static string? Architecture(string? name) => name?.ToUpperInvariant() switch
    {
        "AMD64" => "x64",
        "ARM64" => "arm64",
        "X86" => "x86",
        _ => name,
    };

    private static DateTime? Time(JsonElement facts, string name) =>
        DateTime.TryParse(Text(facts, name), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime time) ? time : null;

    private static string? Text(JsonElement facts, string name) => !facts.TryGetProperty(name, out JsonElement value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static string[] Texts(JsonElement facts, string name) => !facts.TryGetProperty(name, out JsonElement value) ? [] : value.ValueKind switch
    {
        JsonValueKind.Array => (string[])[.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        JsonValueKind.String => [value.GetString()!],
        _ => [],
    };
}
