using System.Globalization;
using System.Text.Json;

namespace KernelFault.Formats.Isf;

/// <summary>Where everything lies in an ISF file, found in one pass.</summary>
internal sealed class IsfIndex
{
    // Deeper than any type in practice; bounds the recursion of reading a type.
    internal const int MaximumDepth = 64;

    private IsfIndex(IsfMetadata metadata)
    {
        Metadata = metadata;
    }

    internal IsfMetadata Metadata { get; private set; }

    internal List<Symbol> Symbols { get; } = [];

    internal Dictionary<string, JsonRange> UserTypes { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, JsonRange> Enums { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, JsonRange> BaseTypes { get; } = new(StringComparer.Ordinal);

    /// <summary>Goes through the whole file once.</summary>
    /// <exception cref="DumpFormatException">It is not JSON, not ISF, or of a version that is not read.</exception>
    internal static IsfIndex Read(string path, ReadOnlySpan<byte> json)
    {
        int start = json.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        var reader = new Utf8JsonReader(json.Slice(start), new JsonReaderOptions { MaxDepth = MaximumDepth });
        try
        {
            var index = new IsfIndex(new IsfMetadata { Format = string.Empty });
            index.ReadRoot(ref reader, start);
            string format = index.Metadata.Format;
            if (!int.TryParse(format.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major) || major is < 4 or > 6)
            {
                string found = format.Length == 0 ? "no metadata.format" : "format " + PrintableVersion(format);
                throw new DumpFormatException(path, 0, $"expected an ISF symbol file of format 4 to 6, found {found}.");
            }

            return index;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name that is not valid UTF-8, or a value of another kind than asked for.
            throw new DumpFormatException(path, start + reader.BytesConsumed, "expected ISF symbols as JSON: " + error.Message);
        }
    }

    private static string PrintableVersion(string format) =>
        new(format.Where(c => c is >= ' ' and < '\x7f').Take(16).ToArray());

    private void ReadRoot(ref Utf8JsonReader reader, int start)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("the file does not start with an object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("symbols"u8))
            {
                ReadSymbols(ref reader, start);
            }
            else if (reader.ValueTextEquals("user_types"u8))
            {
                ReadRanges(ref reader, start, UserTypes);
            }
            else if (reader.ValueTextEquals("enums"u8))
            {
                ReadRanges(ref reader, start, Enums);
            }
            else if (reader.ValueTextEquals("base_types"u8))
            {
                ReadRanges(ref reader, start, BaseTypes);
            }
            else if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                Metadata = IsfTypeReader.ReadMetadata(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        // Whatever follows the object is not JSON and makes the reader throw.
        while (reader.Read())
        {
        }
    }

    private void ReadSymbols(ref Utf8JsonReader reader, int start)
    {
        if (!EnterObject(ref reader))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int name = start + (int)reader.TokenStartIndex + 1;
            int length = reader.ValueSpan.Length;
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            ulong address = 0;
            bool known = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isAddress = reader.ValueTextEquals("address"u8);
                reader.Read();
                if (isAddress && reader.TokenType == JsonTokenType.Number)
                {
                    known = IsfTypeReader.TryGetUInt64(ref reader, out address);
                }
                else
                {
                    reader.Skip();
                }
            }

            if (known)
            {
                Symbols.Add(new Symbol(address, name, length));
            }
        }
    }

    private static void ReadRanges(ref Utf8JsonReader reader, int start, Dictionary<string, JsonRange> ranges)
    {
        if (!EnterObject(ref reader))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            int first = start + (int)reader.TokenStartIndex;
            reader.Skip();
            ranges[name] = new JsonRange(first, start + (int)reader.BytesConsumed - first);
        }
    }

    private static bool EnterObject(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return true;
        }

        reader.Skip();
        return false;
    }

    /// <summary>A symbol: its address, and where its name lies between the quotation marks.</summary>
    internal readonly record struct Symbol(ulong Address, int NameStart, int NameLength);
}
