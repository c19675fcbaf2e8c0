using System.Globalization;
using System.Text;

namespace KernelFault.Analysis;

/// <summary>
/// The name of a crash: the same crash gets the same id on every machine, with or without images and symbols at hand.
/// Only what every dump of that crash holds goes in: code, sub-code or exception, class, and the module and offset of the
/// fault, never an address, a time or a name of the machine. <c>docs/bucket-id.md</c> has the formula.
/// </summary>
public static class BucketId
{
    private const ulong FnvOffsetBasis = 0xCBF2_9CE4_8422_2325;
    private const ulong FnvPrime = 0x0000_0100_0000_01B3;

    /// <summary>Builds an id such as <c>0x7E-c0000005-NullDereference-contoso.sys+1a2b-6f247a9d</c>.</summary>
    /// <param name="parts">What the crash consists of, in order; null and empty parts are left out.</param>
    /// <returns>The readable parts and 32 bits of the hash of their lower-case UTF-8 text joined by <c>|</c>.</returns>
    public static string From(params string?[] parts)
    {
        var known = new List<string>(parts.Length);
        foreach (string? part in parts)
        {
            if (!string.IsNullOrEmpty(part))
            {
                known.Add(Readable(part!));
            }
        }

#pragma warning disable CA1308 // Lower case is the form that is hashed and documented, not a comparison.
        ulong hash = Hash(string.Join("|", known).ToLowerInvariant());
#pragma warning restore CA1308

        // 32 bits are enough to tell crashes of one readable prefix apart.
        uint folded = (uint)(hash >> 32) ^ (uint)hash;
        return string.Join("-", known) + "-" + folded.ToString("x8", CultureInfo.InvariantCulture);
    }

    /// <summary>FNV-1a, 64 bits, over UTF-8.</summary>
    /// <remarks>An id is a name, not a seal; a cryptographic hash would load a library of megabytes at every start.</remarks>
    /// <param name="text">Any text.</param>
    internal static ulong Hash(string text)
    {
        ulong hash = FnvOffsetBasis;
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            hash = unchecked((hash ^ b) * FnvPrime);
        }

        return hash;
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
