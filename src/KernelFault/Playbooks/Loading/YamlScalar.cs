using System.Globalization;
using System.Text.RegularExpressions;

namespace KernelFault.Playbooks.Loading;

/// <summary>
/// What a plain scalar is by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/, 10.3.2): <c>yes</c> and <c>0644</c> are a
/// text and the number 644 there, and true and 420 in YAML 1.1, which many programs still read.
/// </summary>
internal static class YamlScalar
{
    private static readonly Regex s_integer = new(@"\A[-+]?[0-9]+\z", RegexOptions.CultureInvariant);
    private static readonly Regex s_float = new(@"\A[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant);
    private static readonly Regex s_special = new(@"\A([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z", RegexOptions.CultureInvariant);
    private static readonly string[] s_oldBooleans = ["yes", "no", "on", "off"];

    /// <summary>Types a plain scalar.</summary>
    /// <param name="text">The scalar.</param>
    /// <param name="value">Its value.</param>
    /// <returns>False for a number that 64 bits do not hold, or that JSON cannot write.</returns>
    internal static bool TryType(string text, out object? value)
    {
        value = text;
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                value = null;
                return true;
            case "true" or "True" or "TRUE":
                value = true;
                return true;
            case "false" or "False" or "FALSE":
                value = false;
                return true;
        }

        // No number begins with anything else, and most scalars are no numbers.
        if (text[0] is not ((>= '0' and <= '9') or '-' or '+' or '.'))
        {
            return true;
        }

        if (s_integer.IsMatch(text))
        {
            bool fits = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number);
            value = number;
            return fits;
        }

        int digit = text.StartsWith("0x", StringComparison.Ordinal) ? 4 : text.StartsWith("0o", StringComparison.Ordinal) ? 3 : 0;
        if (digit > 0 && text.Length > 2 && text.Skip(2).All(c => Digit(c) < 1 << digit))
        {
            string digits = text.Substring(2).TrimStart('0');
            bool fits = digits.Length * digit < 64 || (digits.Length * digit == 64 && Digit(digits[0]) < 8);
            value = fits ? digits.Aggregate(0L, (sum, c) => (sum << digit) | (uint)Digit(c)) : 0L;
            return fits;
        }

        if (s_float.IsMatch(text))
        {
            bool fits = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && !double.IsInfinity(number);
            value = number;
            return fits;
        }

        return !s_special.IsMatch(text);
    }

    /// <summary>What other programs take a plain scalar for.</summary>
    /// <param name="text">The scalar.</param>
    /// <param name="value">What it is here.</param>
    /// <returns>What a person should know; null when all agree.</returns>
    internal static string? Ambiguity(string text, object? value)
    {
        if (value is string && text.Length <= 3 && s_oldBooleans.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return $"'{text}' is a text here; programs that read YAML 1.1 take it for {(text.ToLowerInvariant() is "yes" or "on" ? "true" : "false")}. Write true or false, or put the text in quotes.";
        }

        string digits = text.TrimStart('-', '+');
        return value is long && digits.Length > 1 && digits[0] == '0' && digits[1] is >= '0' and <= '9'
            ? $"{text} is the number {PlaybookValue.Text(value)} here; programs that read YAML 1.1 take it for an octal one. Write 0o{digits.TrimStart('0')} for that, or the number without zeros."
            : null;
    }

    private static int Digit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => int.MaxValue,
    };
}
