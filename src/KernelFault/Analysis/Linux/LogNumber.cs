namespace KernelFault.Analysis.Linux;

/// <summary>Reads numbers out of a line.</summary>
internal static class LogNumber
{
    /// <summary>Reads hexadecimal digits without a prefix.</summary>
    /// <param name="line">The line.</param>
    /// <param name="at">Where they begin.</param>
    /// <param name="value">The number.</param>
    /// <param name="end">Where they end.</param>
    /// <returns>False when there is none, or it has more than 16 digits.</returns>
    internal static bool TryHex(string line, int at, out ulong value, out int end)
    {
        value = 0;
        end = at;
        while (end < line.Length && Digit(line[end]) is int digit and >= 0)
        {
            value = (value << 4) | (uint)digit;
            end++;
        }

        return end > at && end - at <= 16;
    }

    /// <summary>Reads decimal digits.</summary>
    /// <returns>The number; null when there is none, or it is too large.</returns>
    internal static long? Decimal(string line, int at)
    {
        long value = 0;
        int end = at;
        while (end < line.Length && line[end] is >= '0' and <= '9' && end - at < 18)
        {
            value = (value * 10) + (line[end++] - '0');
        }

        return end > at ? value : null;
    }

    /// <summary>The decimal number after a phrase.</summary>
    /// <returns>The number; null when the phrase is not there, or no number follows.</returns>
    internal static long? After(string line, string phrase)
    {
        int at = line.IndexOf(phrase, StringComparison.Ordinal);
        return at < 0 ? null : Decimal(line, at + phrase.Length);
    }

    private static int Digit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => -1,
    };
}
