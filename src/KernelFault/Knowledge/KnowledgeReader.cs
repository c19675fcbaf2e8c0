using System.Text.Json;

namespace KernelFault.Knowledge;

/// <summary>Reads the pieces that the data files share: lists of tags, hexadecimal keys, tables of values.</summary>
internal static class KnowledgeReader
{
    /// <summary>Moves to the next property of the object the reader is in.</summary>
    /// <returns>False at the object's end.</returns>
    internal static bool NextProperty(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>The text value of the property the reader stands at.</summary>
    internal static string ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString() ?? throw Unexpected("a text", ref reader);
    }

    /// <summary>The truth value of the property the reader stands at.</summary>
    internal static bool ReadBoolean(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetBoolean();
    }

    /// <summary>The number of the property the reader stands at.</summary>
    internal static int ReadNumber(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetInt32();
    }

    /// <summary>The list of texts of the property the reader stands at.</summary>
    internal static string[] ReadTexts(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(reader.GetString()!);
        }

        return [.. texts];
    }

    /// <summary>The object of the property the reader stands at, as value and meaning: <c>{ "0x0": "read", "0x3-0x5": "…" }</c>.</summary>
    internal static BugCheckValue[] ReadValues(ref Utf8JsonReader reader)
    {
        var values = new List<BugCheckValue>();
        reader.Read();
        while (NextProperty(ref reader))
        {
            (ulong from, ulong to) = ParseRange(reader.GetString()!);
            values.Add(new BugCheckValue(from, to, ReadText(ref reader)));
        }

        return [.. values];
    }

    /// <summary>Parses <c>0x1A</c> or <c>0x10-0x1F</c>.</summary>
    internal static (ulong From, ulong To) ParseRange(string text)
    {
        int dash = text.IndexOf('-');
        return dash < 0 ? (ParseHex(text), ParseHex(text)) : (ParseHex(text.Substring(0, dash)), ParseHex(text.Substring(dash + 1)));
    }

    /// <summary>Parses <c>0x1A</c>.</summary>
    internal static ulong ParseHex(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
            ? Convert.ToUInt64(text, 16)
            : throw new FormatException($"'{text}' is no hexadecimal number of the data files.");

    /// <summary>What to throw when a data file holds something else than its schema allows.</summary>
    internal static InvalidOperationException Unexpected(string expected, ref Utf8JsonReader reader) =>
        new($"The data file holds {reader.TokenType} at byte {reader.TokenStartIndex} of an entry where {expected} belongs.");
}
