using System.Text;
using System.Text.Json;

namespace KernelFault.Formats.Isf;

/// <summary>Text of JSON strings that were noted by position.</summary>
internal static class IsfText
{
    /// <summary>The text of a JSON string's inner bytes; bytes that are no valid string are read as they stand.</summary>
    internal static string Unescape(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf((byte)'\\') >= 0)
        {
            byte[] quoted = new byte[bytes.Length + 2];
            quoted[0] = quoted[quoted.Length - 1] = (byte)'"';
            bytes.CopyTo(quoted.AsSpan(1));
            try
            {
                var reader = new Utf8JsonReader(quoted);
                if (reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    return reader.GetString()!;
                }
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                // An unpaired surrogate or invalid UTF-8: shown with replacement characters below.
            }
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
