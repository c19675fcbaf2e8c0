using System.Text;

namespace KernelFault.Playbooks.Signing;

/// <summary>
/// The file of a signature, beside its playbook: CMS SignedData (RFC 5652) without the signed content, in DER. PEM
/// (RFC 7468, labels CMS and PKCS7) is read too, since other tools write it.
/// </summary>
public static class SignatureFile
{
    /// <summary>What is put behind the playbook's file name.</summary>
    public const string Extension = ".p7s";

    /// <summary>The longest file that is read, in bytes: a signature with its certificates has some thousands.</summary>
    public const int MaximumLength = 256 * 1024;

    private static readonly string[] s_labels = ["CMS", "PKCS7"];

    /// <summary>Where a playbook's signature lies.</summary>
    /// <param name="playbook">The playbook's file.</param>
    /// <returns>The path.</returns>
    public static string PathOf(string playbook) => (playbook ?? throw new ArgumentNullException(nameof(playbook))) + Extension;

    /// <summary>Reads the signature beside a playbook.</summary>
    /// <param name="playbook">The playbook's file.</param>
    /// <returns>The file's bytes, for <see cref="PlaybookTrust.Verify"/>; null when there is none.</returns>
    /// <exception cref="PlaybookException">It is longer than <see cref="MaximumLength"/>, or cannot be read.</exception>
    public static byte[]? Read(string playbook)
    {
        string path = PathOf(playbook);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var content = new byte[MaximumLength + 1];
            int length = 0;
            for (int read; length < content.Length && (read = file.Read(content, length, content.Length - length)) > 0; length += read)
            {
            }

            return length > MaximumLength
                ? throw new PlaybookException($"'{path}' is longer than {MaximumLength} bytes: no signature of a playbook is.")
                : content.AsSpan(0, length).ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new PlaybookException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The DER of a signature that may be PEM.</summary>
    /// <param name="content">What the file holds.</param>
    /// <returns>DER; what is no PEM comes back as it is.</returns>
    /// <exception cref="FormatException">PEM without an end, or not base64.</exception>
    internal static byte[] Decode(byte[] content)
    {
        // DER begins with the tag of a SEQUENCE, 0x30: the digit 0, with which no PEM begins.
        if (content.Length == 0 || content[0] == 0x30)
        {
            return content;
        }

        string text = Encoding.ASCII.GetString(content);
        foreach (string label in s_labels)
        {
            string begin = $"-----BEGIN {label}-----";
            int start = text.IndexOf(begin, StringComparison.Ordinal);
            if (start >= 0)
            {
                start += begin.Length;
                int end = text.IndexOf($"-----END {label}-----", start, StringComparison.Ordinal);
                return end < 0 ? throw new FormatException($"'-----END {label}-----' is missing.") : Convert.FromBase64String(text.Substring(start, end - start));
            }
        }

        return content;
    }
}
