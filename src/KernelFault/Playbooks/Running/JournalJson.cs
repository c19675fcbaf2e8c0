using System.Text.Json;
using System.Text.Json.Serialization;

namespace KernelFault.Playbooks.Running;

/// <summary>How journals write JSON: one line a record, enumerations by name, values as <see cref="PlaybookValue"/> has them.</summary>
internal static class JournalJson
{
    /// <summary>Deeper than values may be, with the records around them.</summary>
    internal const int MaximumDepth = 128;

    internal static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        MaxDepth = MaximumDepth,
        Converters = { new JsonStringEnumConverter(), new MapConverter(), new ListConverter() },
    };

    /// <summary>Writes a value.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">The value.</param>
    internal static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsNaN(number) || double.IsInfinity(number):
                writer.WriteStringValue(PlaybookValue.Text(number));
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case IReadOnlyDictionary<string, object?> map:
                writer.WriteStartObject();
                foreach (KeyValuePair<string, object?> pair in map)
                {
                    writer.WritePropertyName(pair.Key);
                    Write(writer, pair.Value);
                }

                writer.WriteEndObject();
                break;
            case IReadOnlyList<object?> list:
                writer.WriteStartArray();
                foreach (object? element in list)
                {
                    Write(writer, element);
                }

                writer.WriteEndArray();
                break;
            default:
                Write(writer, PlaybookValue.From(value));
                break;
        }
    }

    private static object? Read(ref Utf8JsonReader reader)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return PlaybookValue.FromJson(document.RootElement);
    }

    private sealed class MapConverter : JsonConverter<IReadOnlyDictionary<string, object?>>
    {
        public override IReadOnlyDictionary<string, object?> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JournalJson.Read(ref reader) as IReadOnlyDictionary<string, object?> ?? throw new JsonException("Names with values are expected.");

        public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, object?> value, JsonSerializerOptions options) => JournalJson.Write(writer, value);
    }

    private sealed class ListConverter : JsonConverter<IReadOnlyList<object?>>
    {
        public override IReadOnlyList<object?> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JournalJson.Read(ref reader) as IReadOnlyList<object?> ?? throw new JsonException("A list is expected.");

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<object?> value, JsonSerializerOptions options) => JournalJson.Write(writer, value);
    }
}
