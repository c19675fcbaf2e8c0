namespace KernelFault.Formats;

/// <summary>Bytes as digits, the way Windows writes hashes and thumbprints.</summary>
internal static class Hexadecimal
{
    /// <summary>Upper-case digits without separators.</summary>
    internal static string Of(ReadOnlySpan<byte> bytes)
    {
        const string Digits = "0123456789ABCDEF";
        char[] text = new char[bytes.Length * 2];
        for (int i = 0; i < bytes.Length; i++)
        {
            text[i * 2] = Digits[bytes[i] >> 4];
            text[(i * 2) + 1] = Digits[bytes[i] & 15];
        }

        return new string(text);
    }
}
