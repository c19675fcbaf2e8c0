using System.Text.Json;
using KernelFault.Formats.Registry;
using KernelFault.Hosts;

namespace KernelFault.Health;

/// <summary>How values of the registry were before they were changed first, kept in a file on the machine.</summary>
/// <param name="changes">The changes that bring it back.</param>
internal sealed class WindowsCrashCaptureState(IReadOnlyList<RegistryChange> changes) : IEquatable<WindowsCrashCaptureState>
{
    private const string Name = @"\kernelfault-crash-capture.json";
    private const int MaximumLength = 1024 * 1024;

    // What the file says goes into the registry as an administrator: nothing but these.
    private static readonly string[] s_names =
        ["CrashDumpEnabled", "FilterPages", "DumpFile", "MinidumpDir", "MinidumpsCount", "Overwrite", "AutoReboot", "AlwaysKeepMemoryDump", "DedicatedDumpFile", "PagingFiles"];

    /// <summary>Nothing was changed.</summary>
    internal static WindowsCrashCaptureState Empty { get; } = new([]);

    /// <summary>The changes that bring it back.</summary>
    internal IReadOnlyList<RegistryChange> Changes { get; } = changes;

    /// <summary>Where the file is on the machine.</summary>
    internal static string Path(CrashControl control) => control.Expand("%SystemRoot%" + Name);

    /// <summary>Reads the file; none, and one that is damaged, is <see cref="Empty"/>.</summary>
    internal static WindowsCrashCaptureState Read(IHost host, CrashControl control, CancellationToken cancellation)
    {
        if (host.FindFile(Path(control), cancellation) is not { IsFolder: false })
        {
            return Empty;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(host.ReadFile(Path(control), MaximumLength, cancellation));
            return new WindowsCrashCaptureState([.. document.RootElement.GetProperty("values").EnumerateArray().Select(Change).Where(change => s_names.Contains(change.Name))]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return Empty;
        }
    }

    /// <summary>This, and how those values are that are to be changed and are not in it yet.</summary>
    internal WindowsCrashCaptureState With(IReadOnlyList<RegistryChange> changes, RegistrySnapshot now) => new(
    [
        .. Changes,
        .. changes.Where(change => !Changes.Any(kept => kept.Name == change.Name)).Select(change => change with { Data = now.Value(change.Key, change.Name) }),
    ]);

    /// <summary>The file's content.</summary>
    internal byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("values");
            foreach (RegistryChange change in Changes)
            {
                writer.WriteStartObject();
                writer.WriteString("name", change.Name);
                if (change.Data is { } data)
                {
                    writer.WriteNumber("type", (long)data.Type);
                    writer.WriteBase64String("data", data.Bytes);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <inheritdoc/>
    public bool Equals(WindowsCrashCaptureState? other) => other is not null && Changes.SequenceEqual(other.Changes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WindowsCrashCaptureState);

    /// <inheritdoc/>
    public override int GetHashCode() => Changes.Count;

    private static RegistryChange Change(JsonElement value)
    {
        string name = value.GetProperty("name").GetString() ?? string.Empty;
        RegistryData? data = value.TryGetProperty("type", out JsonElement type) ? new RegistryData((HiveValueType)type.GetInt64(), value.GetProperty("data").GetBytesFromBase64()) : null;
        return new RegistryChange(name == "PagingFiles" ? CrashControl.MemoryKey : CrashControl.Key, name, data);
    }
}
