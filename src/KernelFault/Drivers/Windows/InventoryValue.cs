using System.Globalization;
using System.Text.Json;
using KernelFault.Formats;

namespace KernelFault.Drivers.Windows;

/// <summary>Reads values of JSON that another machine wrote: what is of another kind than expected is absent, texts are safe to show.</summary>
internal static class InventoryValue
{
    private const int MaximumText = 4096;
    private const int MaximumElements = 100_000;

    internal static string? Text(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out JsonElement value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        string text = PrintableText.Clean(value.GetString(), MaximumText).Trim();
        return text.Length == 0 ? null : text;
    }

    internal static long? Number(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : null;

    internal static bool? Flag(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    internal static DateTime? Time(this JsonElement element, string name) =>
        element.Number(name) is { } ticks && ticks > 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTime(ticks, DateTimeKind.Utc) : null;

    /// <summary>Elements of an array; one value that stands alone counts as an array of it, as some versions of PowerShell write it.</summary>
    internal static IEnumerable<JsonElement> Elements(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out JsonElement value))
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray().Take(MaximumElements),
            JsonValueKind.Null => [],
            _ => [value],
        };
    }

    internal static IEnumerable<string> Texts(this JsonElement element, string name)
    {
        foreach (JsonElement value in element.Elements(name))
        {
            if (value.ValueKind == JsonValueKind.String)
            {
                yield return PrintableText.Clean(value.GetString(), MaximumText);
            }
        }
    }

    internal static string? Hash(this JsonElement element, string name, int digits) =>
        element.Text(name) is { } text && text.Length == digits && text.All(c => Uri.IsHexDigit(c)) ? text.ToLower(CultureInfo.InvariantCulture) : null;
}
