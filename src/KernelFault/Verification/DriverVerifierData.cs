using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace KernelFault.Verification;

/// <summary>Reads <c>Data/driver-verifier.json</c>, which lies in the assembly.</summary>
internal static class DriverVerifierData
{
    private const string Resource = "Verification.driver-verifier.json";
    private static readonly Lazy<Content> Read = new(Load);

    internal static IReadOnlyList<DriverVerifierFlag> Flags => Read.Value.Flags;

    /// <summary>Bits of a preset.</summary>
    internal static long Level(DriverVerifierPreset preset) => Read.Value.Presets[preset];

    /// <summary>Whether a driver is of those that Windows cannot do without: never verified here.</summary>
    /// <param name="file">File name, with or without extension.</param>
    internal static bool IsCore(string file) => Read.Value.Core.IsMatch(Path.GetFileNameWithoutExtension(file));

    /// <summary>Whether drivers of a device class are needed to start Windows.</summary>
    internal static bool IsCriticalClass(string? name) => name is not null && Read.Value.Classes.Contains(name);

    /// <summary>Whether drivers of a load order group are needed to start Windows.</summary>
    internal static bool IsCriticalGroup(string? name) => name is not null && Read.Value.Groups.Contains(name);

    private static Content Load()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using JsonDocument document = JsonDocument.Parse(stream);
        JsonElement root = document.RootElement;
        DriverVerifierFlag[] flags = [.. root.GetProperty("flags").EnumerateArray().Select(Flag)];
        return new Content(
            flags,
            root.GetProperty("presets").EnumerateArray().ToDictionary(
                preset => (DriverVerifierPreset)Enum.Parse(typeof(DriverVerifierPreset), preset.GetProperty("name").GetString()!),
                preset => preset.GetProperty("flags").EnumerateArray().Sum(id => flags.Single(flag => flag.Id == id.GetString()).Value)),
            new Regex("^(" + string.Join("|", Texts(root, "coreDrivers").Select(name => Regex.Escape(name).Replace("\\*", ".*"))) + ")$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant),
            new HashSet<string>(Texts(root, "criticalClasses"), StringComparer.OrdinalIgnoreCase),
            new HashSet<string>(Texts(root, "criticalGroups"), StringComparer.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Texts(JsonElement root, string name) => root.GetProperty(name).EnumerateArray().Select(text => text.GetString()!);

    private static DriverVerifierFlag Flag(JsonElement flag) => new()
    {
        Value = Convert.ToInt64(flag.GetProperty("value").GetString()!, 16),
        Id = flag.GetProperty("id").GetString()!,
        Name = flag.GetProperty("name").GetString()!,
        IsStandard = flag.GetProperty("standard").GetBoolean(),
        NeedsRestart = flag.GetProperty("restart").GetBoolean(),
        InjectsFaults = flag.TryGetProperty("faults", out JsonElement faults) && faults.GetBoolean(),
        Versions = flag.GetProperty("versions").GetString()!,
        Catches = flag.GetProperty("catches").GetString()!,
        Cost = flag.GetProperty("cost").GetString()!,
    };

    private sealed record Content(IReadOnlyList<DriverVerifierFlag> Flags, IReadOnlyDictionary<DriverVerifierPreset, long> Presets, Regex Core, HashSet<string> Classes, HashSet<string> Groups);
}
