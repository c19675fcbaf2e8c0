using System.Globalization;
using KernelFault.Formats;

namespace KernelFault.Drivers.Windows;

// fltmc filters, whatever the language of its heading: name, number of instances, altitude, frame, in columns of blanks; '<Legacy>' stands
// for the frame of a filter that does without the filter manager, which has no altitude.

/// <summary>Reads what <c>fltmc filters</c> prints.</summary>
internal static class FilterList
{
    private const int MaximumFilters = 4096;

    /// <summary>Altitudes of loaded minifilters by name.</summary>
    internal static Dictionary<string, string> Read(IEnumerable<string> lines)
    {
        var altitudes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Take(MaximumFilters))
        {
            string[] fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 4 && IsNumber(fields[1]) && IsNumber(fields[3]) && IsAltitude(fields[2]))
            {
                altitudes[PrintableText.Clean(fields[0])] = fields[2];
            }
        }

        return altitudes;
    }

    /// <summary>True for digits, with a fraction or without: an altitude is a decimal of any length.</summary>
    internal static bool IsAltitude(string text) => text.Length is > 4 and < 64
        && text.All(c => c is (>= '0' and <= '9') or '.') && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);

    private static bool IsNumber(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
