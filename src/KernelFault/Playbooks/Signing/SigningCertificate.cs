using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KernelFault.Playbooks.Signing;

/// <summary>What a certificate says of its own use (RFC 5280, 4.2.1.3 and 4.2.1.12).</summary>
internal static class SigningCertificate
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    private const string AnyPurpose = "2.5.29.37.0";
    private const int MinimumRsaBits = 2048;

    // OpenSSL refuses to verify with more; a key of a million bits takes minutes.
    private const int MaximumRsaBits = 16384;

    private const int MinimumCurveBits = 224;

    /// <summary>Whether it is meant for signing code: null when it does not restrict its use.</summary>
    internal static bool? IsForCode(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is X509EnhancedKeyUsageExtension usage
            ? usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value is CodeSigning or AnyPurpose)
            : null;

    /// <summary>Whether its key is meant for signing at all.</summary>
    internal static bool IsForSigning(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is not X509KeyUsageExtension usage
            || (usage.KeyUsages & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) != 0;

    /// <summary>What is wrong with its key; null when nothing is.</summary>
    /// <exception cref="CryptographicException">The key cannot be read.</exception>
    internal static string? KeyProblem(X509Certificate2 certificate)
    {
        using RSA? rsa = certificate.GetRSAPublicKey();
        if (rsa is not null)
        {
            return rsa.KeySize switch
            {
                < MinimumRsaBits => $"the RSA key has {rsa.KeySize} bits; {MinimumRsaBits} are needed",
                > MaximumRsaBits => $"the RSA key has {rsa.KeySize} bits; {MaximumRsaBits} are allowed",
                _ => null,
            };
        }

        using ECDsa? curve = certificate.GetECDsaPublicKey();
        return curve is null ? "its key is neither RSA nor ECDSA"
            : curve.KeySize < MinimumCurveBits ? $"the key has {curve.KeySize} bits; {MinimumCurveBits} are needed"
            : null;
    }
}
