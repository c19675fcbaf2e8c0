using System.Text.Json;

namespace KernelFault.Formats.Isf;

/// <summary>Reads single values of an ISF file whose JSON is known to be well-formed. What is of an unexpected kind is left out.</summary>
internal static class IsfTypeReader
{
    internal static bool TryGetUInt64(ref Utf8JsonReader reader, out ulong value)
    {
        if (reader.TryGetUInt64(out value))
        {
            return true;
        }

        // Producers that work with signed numbers write kernel addresses as negative ones.
        bool negative = reader.TryGetInt64(out long signed);
        value = unchecked((ulong)signed);
        return negative;
    }

    internal static IsfType? ReadType(ReadOnlySpan<byte> json)
    {
        string kind = "struct";
        uint? size = null;
        var fields = new Dictionary<string, IsfField>(StringComparer.Ordinal);
        return Read(json, (ref Utf8JsonReader reader, string name) =>
        {
            if (name == "fields" && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadFields(ref reader, fields);
            }
            else if (name == "kind")
            {
                kind = Text(ref reader) ?? kind;
            }
            else if (name == "size")
            {
                size = Number(ref reader);
            }
            else
            {
                reader.Skip();
            }
        })
        && size is uint known ? new IsfType(kind, known, fields) : null;
    }

    internal static IsfEnum? ReadEnum(ReadOnlySpan<byte> json)
    {
        uint? size = null;
        string? stored = null;
        var constants = new Dictionary<string, long>(StringComparer.Ordinal);
        return Read(json, (ref Utf8JsonReader reader, string name) =>
        {
            if (name == "constants" && reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    string constant = reader.GetString()!;
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.Number && TryGetUInt64(ref reader, out ulong value))
                    {
                        constants[constant] = unchecked((long)value);
                    }
                    else
                    {
                        reader.Skip();
                    }
                }
            }
            else if (name == "size")
            {
                size = Number(ref reader);
            }
            else if (name == "base")
            {
                stored = Text(ref reader);
            }
            else
            {
                reader.Skip();
            }
        })
        && size is uint known ? new IsfEnum(known, stored, constants) : null;
    }

    internal static IsfBaseType? ReadBaseType(ReadOnlySpan<byte> json)
    {
        uint? size = null;
        bool signed = false;
        string kind = "int";
        return Read(json, (ref Utf8JsonReader reader, string name) =>
        {
            switch (name)
            {
                case "size":
                    size = Number(ref reader);
                    break;
                case "signed":
                    signed = reader.TokenType == JsonTokenType.True;
                    reader.Skip();
                    break;
                case "kind":
                    kind = Text(ref reader) ?? kind;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        })
        && size is uint known ? new IsfBaseType(known, signed, kind) : null;
    }

    /// <summary>Reads <c>metadata</c>; the reader stands on its value.</summary>
    internal static IsfMetadata ReadMetadata(ref Utf8JsonReader reader)
    {
        var result = new IsfMetadata { Format = string.Empty };
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return result;
        }

        // format and windows.pdb.* are all that is wanted; names are unique enough to be read at any depth below "windows".
        int depth = reader.CurrentDepth;
        bool windows = false;
        while (reader.Read() && !(reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == depth))
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            bool top = reader.CurrentDepth == depth + 1;
            string name = reader.GetString()!;
            windows = top ? name == "windows" : windows;
            reader.Read();
            if (top && name == "format")
            {
                result = result with { Format = Text(ref reader) ?? string.Empty };
            }
            else if (windows && !top)
            {
                result = name switch
                {
                    "GUID" => result with { PdbGuid = Hexadecimal(Text(ref reader)) },
                    "age" => result with { PdbAge = Number(ref reader) },
                    "database" => result with { PdbName = Text(ref reader) },
                    "machine_type" => result with { MachineType = Number(ref reader) },
                    _ => result,
                };
            }
        }

        return result;
    }

    private delegate void PropertyReader(ref Utf8JsonReader reader, string name);

    private static bool Read(ReadOnlySpan<byte> json, PropertyReader property)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = IsfIndex.MaximumDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                property(ref reader, name);
            }

            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // A name that is not valid UTF-8: the type is as good as absent.
            return false;
        }
    }

    private static void ReadFields(ref Utf8JsonReader reader, Dictionary<string, IsfField> fields)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            uint? offset = null;
            IsfTypeReference? type = null;
            bool anonymous = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string part = reader.GetString()!;
                reader.Read();
                switch (part)
                {
                    case "offset":
                        offset = Number(ref reader);
                        break;
                    case "type":
                        type = ReadReference(ref reader);
                        break;
                    case "anonymous":
                        anonymous = reader.TokenType == JsonTokenType.True;
                        reader.Skip();
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            if (offset is uint known)
            {
                fields[name] = new IsfField(known, type, anonymous);
            }
        }
    }

    // Recursion is bounded by the reader's depth.
    private static IsfTypeReference? ReadReference(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        string? kind = null;
        string? name = null;
        IsfTypeReference? inner = null;
        uint? count = null;
        uint? bitPosition = null;
        uint? bitLength = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string part = reader.GetString()!;
            reader.Read();
            switch (part)
            {
                case "kind":
                    kind = Text(ref reader);
                    break;
                case "name":
                    name = Text(ref reader);
                    break;
                case "subtype" or "type":
                    inner = ReadReference(ref reader);
                    break;
                case "count":
                    count = Number(ref reader);
                    break;
                case "bit_position":
                    bitPosition = Number(ref reader);
                    break;
                case "bit_length":
                    bitLength = Number(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return kind switch
        {
            null => null,
            "array" => new IsfTypeReference(
                kind, inner?.Name, inner?.ElementKind ?? inner?.Kind, unchecked((count ?? 0) * (inner?.Count ?? 1))),
            "bitfield" => new IsfTypeReference(kind, inner?.Name, null, 1, (int?)Bits(bitPosition), (int?)Bits(bitLength)),
            "pointer" or "function" => new IsfTypeReference(kind, null),
            _ => new IsfTypeReference(kind, name),
        };

        static uint? Bits(uint? value) => value <= 128 ? value : null;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    private static uint? Number(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetUInt32(out uint value))
        {
            return value;
        }

        reader.Skip();
        return null;
    }

    private static string? Hexadecimal(string? guid)
    {
        string digits = (guid ?? string.Empty).Replace("-", string.Empty).Trim('{', '}').ToUpperInvariant();
        return digits.Length == 32 && digits.All(c => c is (>= '0' and <= '9') or (>= 'A' and <= 'F')) ? digits : null;
    }
}
