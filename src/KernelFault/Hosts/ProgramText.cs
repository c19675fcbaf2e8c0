// What programs of Windows write to a pipe: most of them text in the OEM code page of the system, some UTF-16LE (sfc, wmic),
// now and then without a byte order mark, and a few UTF-8. What programs of Linux write is UTF-8 or, rarely, an old code page.
using System.Globalization;
using System.Text;

namespace KernelFault.Hosts;

/// <summary>Turns what a program wrote into text, whatever its encoding.</summary>
public static class ProgramText
{
    // Bytes that are looked at to tell UTF-16 from the rest.
    private const int SampleLength = 8192;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes a program's output.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="hint">
    /// The code page for what is neither UTF-16 nor UTF-8: <c>cp936</c>, <c>ibm866</c>, <c>850</c>, <c>windows-1252</c>, or what
    /// <see cref="HostFacts.OemCodePage"/> says; null, and what names no code page, means 437.
    /// </param>
    /// <returns>The text, line ends as they came; bytes that no character stands for become U+FFFD.</returns>
    public static string Decode(byte[] bytes, string? hint = null)
    {
        if (bytes is null)
        {
            throw new ArgumentNullException(nameof(bytes));
        }

        if (bytes.Length >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF)
        {
            return Encoding.UTF8.GetString(bytes, 3, bytes.Length - 3);
        }

        if (bytes.Length >= 2 && bytes[0] == 0xFF && bytes[1] == 0xFE)
        {
            return Encoding.Unicode.GetString(bytes, 2, bytes.Length - 2);
        }

        if (bytes.Length >= 2 && bytes[0] == 0xFE && bytes[1] == 0xFF)
        {
            return Encoding.BigEndianUnicode.GetString(bytes, 2, bytes.Length - 2);
        }

        if (IsUtf16(bytes))
        {
            return Encoding.Unicode.GetString(bytes);
        }

        try
        {
            return s_strictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return CodePage(hint).GetString(bytes);
        }
    }

    // Text in no other encoding holds a NUL. In UTF-16LE digits, blanks and line ends have theirs at odd places; a character whose
    // low byte is 0 (U+0100, U+4E00) is rare.
    private static bool IsUtf16(byte[] bytes)
    {
        int length = Math.Min(bytes.Length, SampleLength) & ~1;
        int low = 0, high = 0;
        for (int i = 0; i < length; i += 2)
        {
            low += bytes[i] == 0 ? 1 : 0;
            high += bytes[i + 1] == 0 ? 1 : 0;
        }

        return high > 0 && high > 4 * low;
    }

    private static Encoding CodePage(string? hint)
    {
        string name = hint ?? string.Empty;
        int digits = name.StartsWith("cp", StringComparison.OrdinalIgnoreCase) ? 2
            : name.StartsWith("ibm", StringComparison.OrdinalIgnoreCase) ? 3
            : 0;
        int? number = int.TryParse(digits == 0 ? name : name.Remove(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out int found) ? found : null;
        return (number is int page ? Get(page) : name.Length > 0 ? Get(name) : null) ?? Get(437) ?? Encoding.UTF8;
    }

    private static Encoding? Get(object nameOrNumber)
    {
        try
        {
            return nameOrNumber is int page ? Known(page) : Known((string)nameOrNumber);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

#if NET
    private static Encoding? Known(int page) => CodePagesEncodingProvider.Instance.GetEncoding(page) ?? Encoding.GetEncoding(page);

    private static Encoding? Known(string name) => CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
#else
    // .NET Framework has the code pages, and PowerShell 7 registers them at its start.
    private static Encoding? Known(int page) => Encoding.GetEncoding(page);

    private static Encoding? Known(string name) => Encoding.GetEncoding(name);
#endif
}
