using System.Text;

namespace KernelFault.Analysis.Linux;

/// <summary>Replaces numbers in titles by words for what they are.</summary>
internal static class TitleNumbers
{
    private const int ShortestAddress = 6;
    private const int ShortestLongNumber = 7;

    /// <summary>The end of a run of decimal digits.</summary>
    internal static int SkipDigits(string text, int at)
    {
        while (at < text.Length && text[at] is >= '0' and <= '9')
        {
            at++;
        }

        return at;
    }

    /// <summary>Six or more hexadecimal digits after anything but a letter or digit are an address.</summary>
    internal static string ReplaceAddresses(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            result.Append(text[i]);
            if (IsLetterOrDigit(text[i]))
            {
                continue;
            }

            int start = string.CompareOrdinal(text, i + 1, "0x", 0, 2) == 0 ? i + 3 : i + 1;
            int end = SkipHex(text, start);
            if (end - start < ShortestAddress)
            {
                start = i + 1;
                end = SkipHex(text, start);
            }

            if (end - start >= ShortestAddress)
            {
                result.Append("ADDR");
                i = end - 1;
            }
        }

        return result.ToString();
    }

    /// <summary>Four numbers with dots between them.</summary>
    internal static string ReplaceInternetAddresses(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            int end = i;
            int parts = 0;
            while (parts < 4)
            {
                int digits = Math.Min(SkipDigits(text, end), end + 3);
                if (digits == end || (parts < 3 && (digits >= text.Length || text[digits] != '.')))
                {
                    break;
                }

                end = parts < 3 ? digits + 1 : digits;
                parts++;
            }

            if (parts == 4)
            {
                text = Splice(text, i, end, "IP");
                i++;
            }
        }

        return text;
    }

    /// <summary><c>file.c:123</c>, also with a column.</summary>
    internal static string ReplaceLines(string text)
    {
        for (int dot = text.IndexOf('.'); dot >= 0 && dot < text.Length; dot = text.IndexOf('.', dot + 1))
        {
            int extension = dot + 1;
            while (extension < text.Length && IsWord(text[extension]))
            {
                extension++;
            }

            int end = extension;
            while (end < text.Length && text[end] == ':' && SkipDigits(text, end + 1) > end + 1)
            {
                end = SkipDigits(text, end + 1);
            }

            if (extension > dot + 1 && end > extension)
            {
                text = Splice(text, extension, end, ":LINE");
            }
        }

        return text;
    }

    /// <summary><c>name+0x10/0x20</c>: where in the function differs from build to build.</summary>
    internal static string WithoutOffsets(string text)
    {
        for (int plus = text.IndexOf("+0x", StringComparison.Ordinal); plus >= 0; plus = text.IndexOf("+0x", plus, StringComparison.Ordinal))
        {
            int offset = SkipLowerAlphanumeric(text, plus + 3);
            int size = string.CompareOrdinal(text, offset, "/0x", 0, 3) == 0 ? SkipLowerAlphanumeric(text, offset + 3) : offset;
            if (plus > 0 && (IsWord(text[plus - 1]) || text[plus - 1] == '.') && offset > plus + 3 && size > offset + 3)
            {
                text = Splice(text, plus, size, string.Empty);
            }
            else
            {
                plus++;
            }
        }

        return text;
    }

    /// <summary>Numbers that stand alone, and long ones anywhere; short ones inside names belong to the name.</summary>
    internal static string ReplaceNumbers(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            int end = SkipDigits(text, i);
            bool alone = i > 0 && !IsWord(text[i - 1]) && (end >= text.Length || !IsWord(text[end]));
            if (end > i && (alone || end - i >= ShortestLongNumber))
            {
                result.Append("NUM");
                i = end - 1;
            }
            else
            {
                int copy = Math.Max(end, i + 1);
                result.Append(text, i, copy - i);
                i = copy - 1;
            }
        }

        return result.ToString();
    }

    /// <summary>Replaces a part of a text.</summary>
    internal static string Splice(string text, int start, int end, string replacement) => text.Remove(start, end - start).Insert(start, replacement);

    private static int SkipHex(string text, int at)
    {
        while (at < text.Length && text[at] is (>= '0' and <= '9') or (>= 'a' and <= 'f'))
        {
            at++;
        }

        return at;
    }

    private static int SkipLowerAlphanumeric(string text, int at)
    {
        while (at < text.Length && text[at] is (>= '0' and <= '9') or (>= 'a' and <= 'z'))
        {
            at++;
        }

        return at;
    }

    private static bool IsLetterOrDigit(char c) => c is (>= '0' and <= '9') or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');

    private static bool IsWord(char c) => IsLetterOrDigit(c) || c == '_';
}
