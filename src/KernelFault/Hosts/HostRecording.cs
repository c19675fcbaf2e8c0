using System.Text.Json;
using System.Text.Json.Serialization;

namespace KernelFault.Hosts;

/// <summary>
/// What a machine answered, kept to be played again by a <see cref="RecordedHost"/>. A recording in a folder is a file
/// <c>recording.json</c> of this shape with the outputs beside it, byte for byte as they came:
/// <code>
/// {
///   "facts": { "platform": "Windows", "operatingSystem": "Windows Server 2022 Standard", "isElevated": true, "clockAheadSeconds": 0 },
///   "programs": [ { "program": "fltmc.exe", "arguments": ["filters"], "output": "fltmc.txt", "error": null, "exitCode": 0, "seconds": 0 } ],
///   "scripts": [ { "name": "driver-inventory", "output": "inventory.json", "errors": [] } ],
///   "files": [ { "path": "C:\\Windows\\Logs\\CBS\\CBS.log", "content": "cbs.log" } ],
///   "log": "calls.txt"
/// }
/// </code>
/// </summary>
public sealed record HostRecording
{
    private const string IndexName = "recording.json";

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>What the machine is.</summary>
    public required HostFacts Facts { get; init; }

    /// <summary>Programs that were run. Answers to the same call come in this order; the last one again for every further call.</summary>
    public IReadOnlyList<RecordedProgram> Programs { get; init; } = [];

    /// <summary>Scripts that were run, in order as programs.</summary>
    public IReadOnlyList<RecordedScript> Scripts { get; init; } = [];

    /// <summary>Files that were there.</summary>
    public IReadOnlyList<RecordedFile> Files { get; init; } = [];

    /// <summary>What the machine is after a restart; null when none is expected.</summary>
    public HostFacts? FactsAfterRestart { get; init; }

    /// <summary>File to which each call is added as a line, so that others see what was asked; null for none.</summary>
    public string? LogPath { get; init; }

    /// <summary>Reads a recording from a folder.</summary>
    /// <param name="folder">The folder with <c>recording.json</c>.</param>
    /// <returns>The recording.</returns>
    /// <exception cref="IOException">The index or a file that it names is not there.</exception>
    /// <exception cref="InvalidDataException">The index is not of the shape above, or names a file outside the folder.</exception>
    public static HostRecording Load(string folder)
    {
        string path = Path.Combine(folder ?? throw new ArgumentNullException(nameof(folder)), IndexName);
        try
        {
            RecordingIndex index = JsonSerializer.Deserialize<RecordingIndex>(File.ReadAllBytes(path), s_options) ?? throw new JsonException("There is nothing in it.");
            return index.ToRecording(name => File.ReadAllBytes(Beside(folder, name)), name => Beside(folder, name));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static string Beside(string folder, string name) => name.Length > 0 && !name.Contains("..") && !Path.IsPathRooted(name)
        ? Path.Combine(folder, name)
        : throw new InvalidDataException($"'{name}' is not the name of a file beside {IndexName}.");
}
