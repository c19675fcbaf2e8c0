using System.Text;
using System.Text.Json;

namespace KernelFault.Hosts;

/// <summary>What settings were before we changed them first, kept on the machine so that they can be restored exactly.</summary>
internal sealed class LinuxSettingState
{
    private const int Version = 1;

    /// <summary>Values of the running kernel by file.</summary>
    internal SortedDictionary<string, string> Live { get; } = new(StringComparer.Ordinal);

    /// <summary>Arguments for the next boot by name; null for one that was not there. Only where no file of ours can be taken away again.</summary>
    internal SortedDictionary<string, string?> Arguments { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads the file; one that is damaged is no state.</summary>
    /// <param name="json">Its text; empty for none.</param>
    internal static LinuxSettingState Parse(string json)
    {
        var state = new LinuxSettingState();
        if (json.Length == 0)
        {
            return state;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.TryGetProperty("live", out JsonElement live))
            {
                foreach (JsonProperty one in live.EnumerateObject())
                {
                    state.Live[one.Name] = one.Value.GetString() ?? string.Empty;
                }
            }

            if (document.RootElement.TryGetProperty("arguments", out JsonElement arguments))
            {
                foreach (JsonProperty one in arguments.EnumerateObject())
                {
                    state.Arguments[one.Name] = one.Value.GetString();
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            state.Live.Clear();
            state.Arguments.Clear();
        }

        return state;
    }

    /// <summary>The file's new content.</summary>
    internal byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            Write(writer, "live", Live.Select(one => new KeyValuePair<string, string?>(one.Key, one.Value)));
            Write(writer, "arguments", Arguments);
            writer.WriteEndObject();
        }

        return [.. stream.ToArray(), .. Encoding.ASCII.GetBytes("\n")];
    }

    private static void Write(Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, string?>> values)
    {
        writer.WriteStartObject(name);
        foreach (KeyValuePair<string, string?> value in values)
        {
            writer.WriteString(value.Key, value.Value);
        }

        writer.WriteEndObject();
    }
}
