using System.Text.Json;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary>A note beside an exported package: which package took its place. Whoever brings the old one back has to take that one out.</summary>
internal static class PackageMark
{
    private const string Name = "kernelfault.json";
    private const long MaximumLength = 4096;

    /// <summary>Writes it.</summary>
    internal static void Write(HostStepRecorder recorder, string folder, string installed, CancellationToken cancellation) =>
        recorder.WriteFile(folder + "\\" + Name, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["installed"] = installed }), cancellation);

    /// <summary>Reads it.</summary>
    /// <returns>The package that took the place; null when there is no note, or none that can be believed.</returns>
    internal static string? Read(IHost host, string folder, CancellationToken cancellation)
    {
        string path = folder.TrimEnd('\\') + "\\" + Name;
        if (host.FindFile(path, cancellation) is not { IsFolder: false })
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(host.ReadFile(path, MaximumLength, cancellation));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("installed", out JsonElement installed)
                && installed.ValueKind == JsonValueKind.String
                && DriverPackages.IsPublished(installed.GetString()!) ? installed.GetString() : null;
        }
        catch (JsonException e)
        {
            throw new HostException(host.Name, HostErrorKind.Failed, PrintableText.Clean($"'{path}' cannot be read: {e.Message}"), e);
        }
    }
}
