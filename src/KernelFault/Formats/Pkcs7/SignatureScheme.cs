using System.Security.Cryptography;
using KernelFault.Formats.Der;

namespace KernelFault.Formats.Pkcs7;

/// <summary>How a signature is made.</summary>
/// <param name="Hash">The hash; null when it is not known, or not part of the scheme's name.</param>
/// <param name="IsEllipticCurve">True for ECDSA, false for RSA.</param>
/// <param name="IsProbabilistic">True for RSASSA-PSS.</param>
/// <param name="Name">What to show.</param>
internal sealed record SignatureScheme(HashAlgorithmName? Hash, bool IsEllipticCurve, bool IsProbabilistic, string Name)
{
    private const string RsaPss = "1.2.840.113549.1.1.10";

    internal static SignatureScheme None { get; } = new(null, false, false, string.Empty);

    /// <summary>True if it is one that can be verified, given a hash.</summary>
    internal bool IsKnown { get; private init; }

    /// <summary>Reads an AlgorithmIdentifier.</summary>
    internal static SignatureScheme Read(DerReader algorithm)
    {
        string oid = algorithm.ObjectIdentifier();
        if (oid == RsaPss)
        {
            // RSASSA-PSS-params: [0] the hash, SHA-1 when left out.
            HashAlgorithmName? hash = HashAlgorithmName.SHA1;
            if (algorithm.TryEnter(DerTag.Sequence)?.TryEnter(DerTag.ContextConstructed(0)) is { } named)
            {
                hash = Digest.FromIdentifier(named.Algorithm());
            }

            return new SignatureScheme(hash, false, true, hash?.Name + " with RSA-PSS") { IsKnown = hash is not null };
        }

        (string? name, bool curve) = oid switch
        {
            PublicKey.Rsa => (string.Empty, false),
            PublicKey.EllipticCurve => (string.Empty, true),
            "1.2.840.113549.1.1.4" => ("MD5", false),
            "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" => ("SHA1", false),
            "1.2.840.113549.1.1.11" => ("SHA256", false),
            "1.2.840.113549.1.1.12" => ("SHA384", false),
            "1.2.840.113549.1.1.13" => ("SHA512", false),
            "1.2.840.10045.4.1" => ("SHA1", true),
            "1.2.840.10045.4.3.2" => ("SHA256", true),
            "1.2.840.10045.4.3.3" => ("SHA384", true),
            "1.2.840.10045.4.3.4" => ("SHA512", true),
            _ => ((string?)null, false),
        };
        string kind = curve ? "ECDSA" : "RSA";
        return name is null
            ? new SignatureScheme(null, false, false, oid)
            : new SignatureScheme(name.Length == 0 ? null : new HashAlgorithmName(name), curve, false, name.Length == 0 ? kind : name + " with " + kind) { IsKnown = true };
    }
}
