using System.Globalization;
using System.Text.Json;
using KernelFault.Formats;
using KernelFault.Formats.Registry;

namespace KernelFault.Hosts;

/// <summary>The registry of a running Windows, by <c>registry-read.ps1</c>.</summary>
internal static class RegistryAnswer
{
    private const string ScriptName = "registry-read";
    private const string Format = "kernelfault-registry 1";
    private const string Machine = @"HKLM\";

    internal static RegistrySnapshot Read(IHost host, IReadOnlyList<RegistryQuery> queries, CancellationToken cancellation)
    {
        ScriptResult result = host.RunScript(new ScriptCall(ScriptName, HostScript.Registry) { Json = Question(queries) }, cancellation);
        try
        {
            using JsonDocument document = JsonDocument.Parse(result.Output);
            JsonElement root = document.RootElement;
            if (root.GetProperty("format").GetString() != Format)
            {
                throw new FormatException("it is of another format.");
            }

            var keys = new Dictionary<string, RegistryContent>(StringComparer.OrdinalIgnoreCase);
            foreach (JsonElement key in root.GetProperty("keys").EnumerateArray())
            {
                string path = key.GetProperty("key").GetString() ?? string.Empty;
                keys[Machine + path] = new RegistryContent(
                    PrintableText.Clean(path.Substring(path.LastIndexOf('\\') + 1)),
                    Values(key),
                    [.. key.GetProperty("subKeys").EnumerateArray().Select(child => new RegistryContent(Name(child), Values(child), []))]);
            }

            return new RegistrySnapshot(keys, [.. root.GetProperty("warnings").EnumerateArray().Select(warning => PrintableText.Clean(warning.GetString() ?? string.Empty)), .. result.Errors.Select(error => PrintableText.Clean(error))]);
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            string error = result.Errors.Count > 0 ? result.Errors[0] : e.Message;
            throw new HostException(host.Name, HostErrorKind.Failed, PrintableText.Clean($"its registry cannot be read: {error}"), e);
        }
    }

    private static string Question(IReadOnlyList<RegistryQuery> queries)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            foreach (RegistryQuery query in queries)
            {
                json.WriteStartObject();
                json.WriteString("key", query.Key.StartsWith(Machine, StringComparison.OrdinalIgnoreCase) ? query.Key.Substring(Machine.Length) : throw new ArgumentException(query.Key, nameof(queries)));
                json.WriteBoolean("subKeys", query.WithSubKeys);
                json.WriteStartArray("values");
                foreach (string value in query.Values)
                {
                    json.WriteStringValue(value);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Name(JsonElement element) => PrintableText.Clean(element.GetProperty("name").GetString() ?? string.Empty);

    private static Dictionary<string, RegistryData> Values(JsonElement key)
    {
        var values = new Dictionary<string, RegistryData>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonElement value in key.GetProperty("values").EnumerateArray())
        {
            values[Name(value)] = Data((HiveValueType)value.GetProperty("type").GetInt64(), value.GetProperty("data"));
        }

        return values;
    }

    private static RegistryData Data(HiveValueType type, JsonElement data) => type switch
    {
        HiveValueType.String => RegistryData.String(UpToZero(data.GetString())),
        HiveValueType.ExpandString => RegistryData.ExpandString(UpToZero(data.GetString())),
        HiveValueType.DWord => RegistryData.DWord(data.GetUInt32()),
        HiveValueType.QWord => RegistryData.QWord(ulong.Parse(data.GetString() ?? string.Empty, NumberStyles.None, CultureInfo.InvariantCulture)),
        HiveValueType.MultiString => RegistryData.MultiString([.. data.EnumerateArray().Select(text => UpToZero(text.GetString())).Where(text => text.Length > 0)]),
        _ => new RegistryData(type, data.GetBytesFromBase64()),
    };

    private static string UpToZero(string? text)
    {
        int end = (text ?? string.Empty).IndexOf('\0');
        return end < 0 ? text ?? string.Empty : text!.Substring(0, end);
    }
}
