using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KernelFault.Analysis;

/// <summary>
/// The name of a crash: the same crash gets the same id on every machine, with or without images and symbols at hand.
/// Only what every dump of that crash holds goes in: code, sub-code or exception, class, and the module and offset of the
/// fault, never an address, a time or a name of the machine. <c>docs/bucket-id.md</c> has the formula.
/// </summary>
public static class BucketId
{
    // Bits of the hash that are shown: 32 are enough to tell crashes of one readable prefix apart.
    private const int HashBytes = 4;

    /// <summary>Builds an id such as <c>0x7E-c0000005-NullDereference-contoso.sys+1a2b-6f247a9d</c>.</summary>
    /// <param name="parts">What the crash consists of, in order; null and empty parts are left out.</param>
    /// <returns>The readable parts and the first 32 bits of the SHA-256 of their lower-case UTF-8 text joined by <c>|</c>.</returns>
    public static string From(params string?[] parts)
    {
        string[] known = parts.Where(part => !string.IsNullOrEmpty(part)).Select(part => Readable(part!)).ToArray();
#pragma warning disable CA1308 // Lower case is the form that is hashed and documented, not a comparison.
        byte[] text = Encoding.UTF8.GetBytes(string.Join("|", known).ToLowerInvariant());
#pragma warning restore CA1308
#if NET
        byte[] hash = SHA256.HashData(text);
#else
        using var sha256 = SHA256.Create();
        byte[] hash = sha256.ComputeHash(text);
#endif
        var id = new StringBuilder(string.Join("-", known)).Append('-');
        for (int i = 0; i < HashBytes; i++)
        {
            id.Append(hash[i].ToString("x2", CultureInfo.InvariantCulture));
        }

        return id.ToString();
    }

    // An id is used as a file name and a search term: letters, digits and a few marks, nothing else.
    private static string Readable(string part)
    {
        var text = new StringBuilder(part.Length);
        foreach (char c in part.Length > 80 ? part.Substring(0, 80) : part)
        {
            bool plain = c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '.' or '_' or '+' or '!';
            text.Append(plain ? c : '_');
        }

        return text.ToString();
    }
}
