using System.Security.Cryptography;

namespace KernelFault.Formats.Pkcs7;

/// <summary>Verifies signatures by a public key: RSA (PKCS #1 and PSS) and ECDSA on the three NIST curves.</summary>
/// <remarks>One file gets one verifier: it makes a bounded number of verifications, since a file can ask for any number of costly ones.</remarks>
internal sealed class SignatureVerifier
{
    private const int MaximumVerifications = 64;
    private const int MaximumModulus = 8192 / 8;
    private const int MaximumExponent = 5;

    private int _left = MaximumVerifications;

    /// <summary>Verifies.</summary>
    /// <param name="key">The signer's key.</param>
    /// <param name="scheme">How it was signed.</param>
    /// <param name="fallback">The hash where the scheme does not name one.</param>
    /// <param name="signed">What was signed.</param>
    /// <param name="signature">The signature.</param>
    /// <returns>Null when that cannot be told: another algorithm, or a key nobody uses.</returns>
    internal bool? Verify(PublicKey key, SignatureScheme scheme, HashAlgorithmName? fallback, ReadOnlyMemory<byte> signed, ReadOnlyMemory<byte> signature)
    {
        if ((scheme.Hash ?? fallback) is not { } hash || !scheme.IsKnown || key.Algorithm != (scheme.IsEllipticCurve ? PublicKey.EllipticCurve : PublicKey.Rsa) || _left-- <= 0)
        {
            return null;
        }

        try
        {
            byte[] digest = Digest.Of(hash, signed);
            return digest.Length == 0 ? null : scheme.IsEllipticCurve ? VerifyCurve(key, digest, signature) : VerifyRsa(key, hash, scheme.IsProbabilistic, digest, signature);
        }
        catch (CryptographicException)
        {
            // A key that is none, or an algorithm that this system forbids.
            return null;
        }
        catch (PlatformNotSupportedException)
        {
            return null;
        }
    }

    private static bool? VerifyRsa(PublicKey key, HashAlgorithmName hash, bool probabilistic, byte[] digest, ReadOnlyMemory<byte> signature)
    {
        if (key.First.Length is < 64 or > MaximumModulus || key.Second.Length is 0 or > MaximumExponent)
        {
            return null;
        }

        using RSA rsa = RSA.Create();
        rsa.ImportParameters(new RSAParameters { Modulus = key.First.ToArray(), Exponent = key.Second.ToArray() });
        return rsa.VerifyHash(digest, signature.ToArray(), hash, probabilistic ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    private static bool? VerifyCurve(PublicKey key, byte[] digest, ReadOnlyMemory<byte> signature)
    {
#if NET
        int size = (key.Bits + 7) / 8;
        if (size == 0 || key.First.Length != size)
        {
            return null;
        }

        using ECDsa curve = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.CreateFromValue(key.Curve),
            Q = new ECPoint { X = key.First.ToArray(), Y = key.Second.ToArray() },
        });
        return curve.VerifyHash(digest, signature.Span, DSASignatureFormat.Rfc3279DerSequence);
#else
        // The older framework has no way to a curve's key but a whole certificate.
        return null;
#endif
    }
}
