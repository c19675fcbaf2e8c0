using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KernelFault.Playbooks.Signing;

/// <summary>Someone whose signatures count: one certificate, by its hash. Who issued it does not matter.</summary>
public sealed record TrustedSigner
{
    private const int Sha1Digits = 40;
    private const int Sha256Digits = 64;
    private const int MaximumFileLength = 1024 * 1024;

    private TrustedSigner(string hash) => Hash = hash;

    /// <summary>SHA-256 (64) or SHA-1 (40 upper-case hexadecimal digits) of the certificate.</summary>
    public string Hash { get; }

    /// <summary>The signer with a certificate.</summary>
    /// <param name="certificate">The certificate; its private key is not needed.</param>
    /// <returns>The signer.</returns>
    public static TrustedSigner Of(X509Certificate2 certificate) => new(HashText.Of((certificate ?? throw new ArgumentNullException(nameof(certificate))).RawData));

    /// <summary>Whether a text has the form of a certificate's hash, and so is not taken for a path.</summary>
    /// <param name="text">What a person gives.</param>
    /// <returns>Whether it has.</returns>
    public static bool IsHash(string text)
    {
        string digits = Digits(text ?? throw new ArgumentNullException(nameof(text)));
        return digits.Length is Sha1Digits or Sha256Digits && digits.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F'));
    }

    /// <summary>Reads what a person gives: the hash of a certificate, or the file of one.</summary>
    /// <param name="text">A thumbprint (SHA-1, as Windows shows it) or SHA-256 in hexadecimal digits, with blanks or colons between if need be; or the path of a certificate, DER or PEM.</param>
    /// <returns>The signer.</returns>
    /// <exception cref="PlaybookException">It is neither.</exception>
    public static TrustedSigner Parse(string text)
    {
        if (IsHash(text))
        {
            return new TrustedSigner(Digits(text).ToUpperInvariant());
        }

        try
        {
            if (!File.Exists(text))
            {
                throw new PlaybookException($"'{text}' is neither a thumbprint ({Sha1Digits} hexadecimal digits, or {Sha256Digits} of SHA-256) nor a file with a certificate.");
            }

            if (new FileInfo(text).Length > MaximumFileLength)
            {
                throw new PlaybookException($"'{text}' is longer than {MaximumFileLength} bytes: no certificate is.");
            }

#if NET
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(text);
#else
            using var certificate = new X509Certificate2(text);
#endif
            return Of(certificate);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new PlaybookException($"No certificate can be read from '{text}': {e.Message}", e);
        }
    }

    /// <summary>Whether a certificate is this signer's.</summary>
    internal bool Is(X509Certificate2 certificate) =>
        string.Equals(Hash, Hash.Length == Sha256Digits ? HashText.Of(certificate.RawData) : certificate.Thumbprint, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string ToString() => Hash;

    // Windows shows hashes with blanks between, other programs with colons, and copying brings a mark of direction along.
    private static string Digits(string text) => new([.. text.Where(c => c is not (' ' or ':' or '-' or '\u200E'))]);
}
