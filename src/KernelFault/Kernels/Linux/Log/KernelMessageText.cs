using System.Text;
using KernelFault.Formats;

namespace KernelFault.Kernels.Linux.Log;

/// <summary>Makes text of the bytes of a log record.</summary>
internal static class KernelMessageText
{
    /// <summary>Decodes a record's text.</summary>
    /// <param name="bytes">UTF-8, as far as whoever logged it kept to that.</param>
    /// <param name="length">How many of them.</param>
    /// <returns>The text with its line feeds and tabs; other control characters escaped.</returns>
    internal static string Decode(byte[] bytes, int length)
    {
        bool plain = true;
        for (int i = 0; i < length && plain; i++)
        {
            plain = bytes[i] is (>= 0x20 and < 0x7f) or (byte)'\t' or (byte)'\n';
        }

        string text = Encoding.UTF8.GetString(bytes, 0, length);
        if (plain)
        {
            return text;
        }

        // Cleaning escapes line feeds and tabs too, which are the kernel's own layout: what lies between them is cleaned.
        var clean = new StringBuilder(text.Length);
        int start = 0;
        while (true)
        {
            int end = text.IndexOfAny(['\n', '\t'], start);
            clean.Append(PrintableText.Clean(text.Substring(start, (end < 0 ? text.Length : end) - start), ushort.MaxValue));
            if (end < 0)
            {
                return clean.ToString();
            }

            clean.Append(text[end]);
            start = end + 1;
        }
    }

    /// <summary>Decodes a name in a field of fixed length.</summary>
    /// <param name="field">The field; ended by a zero byte or full.</param>
    /// <returns>Null when it is empty.</returns>
    internal static string? Field(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        field = end < 0 ? field : field.Slice(0, end);
        return field.IsEmpty ? null : PrintableText.Clean(Encoding.UTF8.GetString(field.ToArray()));
    }
}
