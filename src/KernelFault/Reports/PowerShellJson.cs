using System.Collections;
using System.Globalization;
using System.Text;

namespace KernelFault.Reports;

// What PowerShell 7's ConvertTo-Json writes, learnt from its source (JsonObject.cs, then Newtonsoft.Json with two spaces):
// public properties in reflection order; an enumeration of 64 bits by name, a smaller one as its number; dictionaries as
// objects; everything else that can be enumerated as an array; a double always with a decimal point; a DateTime in the
// round-trip form without trailing zeros; of all characters only quotes, backslashes, C0 controls, U+0085, U+2028 and
// U+2029 escaped.

/// <summary>
/// Writes an object as <c>ConvertTo-Json -Depth 20</c> of PowerShell 7 writes it, byte for byte, so that both doors give
/// the same JSON: the console tool through this class, the cmdlets through PowerShell itself.
/// </summary>
public static class PowerShellJson
{
    // Answers are some five levels deep; the bound only keeps a cycle from being endless.
    private const int MaximumDepth = 20;

    /// <summary>Writes one value.</summary>
    /// <param name="value">Any object of the engine's answers; null gives <c>null</c>.</param>
    /// <returns>Indented JSON without a final line break.</returns>
    public static string Write(object? value)
    {
        var text = new StringBuilder(16 * 1024);
        Write(text, value, depth: 0);
        return text.ToString();
    }

    /// <summary>Appends one value.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="value">Any object of the engine's answers; null gives <c>null</c>.</param>
    /// <param name="depth">How many levels it is indented: 1 for an element of an array that the caller writes.</param>
    public static void Write(StringBuilder text, object? value, int depth)
    {
        if (text is null)
        {
            throw new ArgumentNullException(nameof(text));
        }

        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string s:
                WriteString(text, s);
                break;
            case bool b:
                text.Append(b ? "true" : "false");
                break;
            case double d:
                WriteReal(text, d.ToString("R", CultureInfo.InvariantCulture));
                break;
            case float f:
                WriteReal(text, f.ToString("R", CultureInfo.InvariantCulture));
                break;
            case decimal m:
                WriteReal(text, m.ToString(CultureInfo.InvariantCulture));
                break;
            case DateTime time:
                text.Append('"').Append(time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture)).Append('"');
                break;
            case Guid guid:
                text.Append('"').Append(guid.ToString("D")).Append('"');
                break;
            case char c:
                WriteString(text, c.ToString());
                break;
            case Enum e:
                WriteEnum(text, e);
                break;
            case IConvertible number:
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                WriteStructure(text, value, depth);
                break;
        }
    }

    private static void WriteStructure(StringBuilder text, object value, int depth)
    {
        if (depth > MaximumDepth)
        {
            WriteString(text, value.ToString() ?? string.Empty);
            return;
        }

        switch (value)
        {
            case IDictionary dictionary:
                WriteDictionary(text, dictionary, depth);
                break;
            case IEnumerable items:
                WriteArray(text, items, depth);
                break;
            default:
                WriteObject(text, value, depth);
                break;
        }
    }

    private static void WriteObject(StringBuilder text, object value, int depth)
    {
        bool any = false;
        foreach (JsonProperty property in JsonProperty.Of(value.GetType()))
        {
            Separate(text, ref any, '{', depth);
            text.Append('"').Append(property.Name).Append("\": ");
            Write(text, property.Get(value), depth + 1);
        }

        Close(text, any, '{', '}', depth);
    }

    private static void WriteDictionary(StringBuilder text, IDictionary dictionary, int depth)
    {
        bool any = false;
        foreach (DictionaryEntry entry in dictionary)
        {
            Separate(text, ref any, '{', depth);
            WriteString(text, entry.Key.ToString() ?? string.Empty);
            text.Append(": ");
            Write(text, entry.Value, depth + 1);
        }

        Close(text, any, '{', '}', depth);
    }

    private static void WriteArray(StringBuilder text, IEnumerable items, int depth)
    {
        bool any = false;
        foreach (object? item in items)
        {
            Separate(text, ref any, '[', depth);
            Write(text, item, depth + 1);
        }

        Close(text, any, '[', ']', depth);
    }

    private static void Separate(StringBuilder text, ref bool any, char open, int depth)
    {
        text.Append(any ? ',' : open);
        any = true;
        NewLine(text, depth + 1);
    }

    private static void Close(StringBuilder text, bool any, char open, char close, int depth)
    {
        if (any)
        {
            NewLine(text, depth);
        }
        else
        {
            text.Append(open);
        }

        text.Append(close);
    }

    private static void NewLine(StringBuilder text, int depth) => text.Append(Environment.NewLine).Append(' ', 2 * depth);

    private static void WriteReal(StringBuilder text, string number)
    {
        if (number is "NaN" or "Infinity" or "-Infinity")
        {
            text.Append('"').Append(number).Append('"');
            return;
        }

        text.Append(number);
        if (number.IndexOfAny(['.', 'E', 'e']) < 0)
        {
            text.Append(".0");
        }
    }

    private static void WriteEnum(StringBuilder text, Enum value)
    {
        TypeCode size = value.GetTypeCode();
        if (size is TypeCode.Int64 or TypeCode.UInt64)
        {
            WriteString(text, value.ToString());
        }
        else
        {
            text.Append(value.ToString("D"));
        }
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        int clean = 0;
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            if (c >= ' ' && c is not ('"' or '\\' or '\u0085' or '\u2028' or '\u2029'))
            {
                continue;
            }

            text.Append(value, clean, i - clean);
            clean = i + 1;
            switch (c)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append("\\\\");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                default:
                    text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
            }
        }

        text.Append(value, clean, value.Length - clean).Append('"');
    }
}
