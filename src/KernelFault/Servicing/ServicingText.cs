using System.Text;

namespace KernelFault.Servicing;

/// <summary>Texts in CBS.log: <c>[l:9]'ntdll.dll'</c>, <c>[l:18{9}]"ntdll.dll"</c>, <c>[ml:520{260},l:46{23}]"\??\C:\Windows"</c>.</summary>
internal static class ServicingText
{
    /// <summary>Takes the lengths before texts, and the quotes around them, away.</summary>
    internal static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '[' && (text.IndexOf(']', i) is int end and > 0) && end + 1 < text.Length && text[end + 1] is '\'' or '"'
                && IsLength(text, i + 1))
            {
                char quote = text[end + 1];
                int close = text.IndexOf(quote, end + 2);
                close = close < 0 ? text.Length : close;
                plain.Append(text, end + 2, close - end - 2);
                i = close;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }

    private static bool IsLength(string text, int at) =>
        string.CompareOrdinal(text, at, "l:", 0, 2) == 0 || string.CompareOrdinal(text, at, "ml:", 0, 3) == 0;
}
