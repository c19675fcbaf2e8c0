using System.Globalization;
using System.Text;

namespace KernelFault.Servicing;

// sfc writes UTF-16LE without a mark and goes back to the start of its line with a carriage return: "Verification 42% complete.",
// "Überprüfung 42 % abgeschlossen.", "%42". dism writes the console's code page, a bar with the number in it: "[====  42.0%  ]", "42,0%".
// Digits and percent signs are the same in every language and every one of these encodings.

/// <summary>Reads how far a program is from what it writes, whatever its language.</summary>
internal sealed class PercentageReader
{
    private const int LongestLine = 1024;

    private readonly StringBuilder _line = new();
    private bool? _isUtf16;
    private byte? _half;

    /// <summary>The last percentage, 0 to 100; null before the first.</summary>
    internal double? Percentage { get; private set; }

    /// <summary>Takes the next piece of output.</summary>
    /// <param name="bytes">The bytes; a character may be cut at either end.</param>
    /// <returns>True when <see cref="Percentage"/> is another than before.</returns>
    internal bool Add(byte[] bytes)
    {
        double? before = Percentage;
        foreach (byte next in bytes)
        {
            if (_half is null && _isUtf16 != false)
            {
                _half = next;
                continue;
            }

            // The first two bytes tell: what programs begin with is ASCII or a byte order mark.
            _isUtf16 ??= next == 0 || (_half == 0xFF && next == 0xFE);
            if (_isUtf16 == true)
            {
                Take((char)(_half!.Value | (next << 8)));
            }
            else
            {
                if (_half is { } first)
                {
                    Take((char)first);
                }

                Take((char)next);
            }

            _half = null;
        }

        return Percentage != before;
    }

    private void Take(char next)
    {
        if (next is '\r' or '\n')
        {
            _line.Clear();
            return;
        }

        if (_line.Length < LongestLine)
        {
            _line.Append(next);
            Look(_line.ToString());
        }
    }

    private void Look(string line)
    {
        int sign = line.IndexOfAny(['%', '\u066A', '\uFF05']);
        if (sign < 0)
        {
            return;
        }

        int end = sign;
        while (end > 0 && line[end - 1] is ' ' or '\u00A0' or '\u202F')
        {
            end--;
        }

        int start = end;
        while (start > 0 && (line[start - 1] is (>= '0' and <= '9') or '.' or ','))
        {
            start--;
        }

        string number = start < end ? line.Substring(start, end - start) : Leading(line, sign + 1);
        if (double.TryParse(number.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 100)
        {
            Percentage = value;
        }
    }

    // Turkish and Basque put the sign before the number.
    private static string Leading(string line, int from)
    {
        int end = from;
        while (end < line.Length && line[end] is >= '0' and <= '9')
        {
            end++;
        }

        // More of the number may be on its way.
        return end < line.Length ? line.Substring(from, end - from) : string.Empty;
    }
}
