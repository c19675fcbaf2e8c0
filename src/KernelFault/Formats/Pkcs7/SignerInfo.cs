using System.Security.Cryptography;
using KernelFault.Formats.Der;

namespace KernelFault.Formats.Pkcs7;

// SignerInfo: version · issuer and serial number, or [0] subject key identifier · digest algorithm · [0] signed attributes · signature
// algorithm · signature · [1] unsigned attributes. With signed attributes the signature is over their encoding as a SET (0x31), and
// one of them holds the digest of the contents; without, it is over the contents.

/// <summary>One signer of signed data.</summary>
internal sealed record SignerInfo
{
    internal const string ContentTypeAttribute = "1.2.840.113549.1.9.3";
    internal const string MessageDigestAttribute = "1.2.840.113549.1.9.4";
    internal const string SigningTimeAttribute = "1.2.840.113549.1.9.5";
    private const int MaximumAttributes = 64;

    /// <summary>The encoded issuer of the signer's certificate; empty when it is named by <see cref="KeyIdentifier"/>.</summary>
    internal ReadOnlyMemory<byte> Issuer { get; private init; }

    internal ReadOnlyMemory<byte> SerialNumber { get; private init; }

    internal ReadOnlyMemory<byte> KeyIdentifier { get; private init; }

    /// <summary>Object identifier of the digest.</summary>
    internal required string DigestAlgorithm { get; init; }

    internal required SignatureScheme Scheme { get; init; }

    internal required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Signed attributes as they were signed; null when there are none.</summary>
    internal byte[]? SignedBytes { get; private init; }

    internal required IReadOnlyList<Pkcs7Attribute> SignedAttributes { get; init; }

    internal required IReadOnlyList<Pkcs7Attribute> UnsignedAttributes { get; init; }

    /// <summary>Reads the contents of a SignerInfo.</summary>
    /// <exception cref="DumpFormatException">It is none.</exception>
    internal static SignerInfo Read(DerReader info)
    {
        info.Skip();
        ReadOnlyMemory<byte> issuer = default;
        ReadOnlyMemory<byte> serial = default;
        ReadOnlyMemory<byte> identifier = default;
        if (info.Tag == DerTag.Context(0))
        {
            identifier = info.Take(DerTag.Context(0));
        }
        else
        {
            DerReader named = info.Enter(DerTag.Sequence);
            issuer = named.TakeWhole();
            serial = named.Take(DerTag.Integer);
        }

        string digest = info.Algorithm();
        byte[]? signed = null;
        IReadOnlyList<Pkcs7Attribute> attributes = [];
        if (info.Tag == DerTag.ContextConstructed(0))
        {
            signed = info.TakeWhole().ToArray();
            attributes = Attributes(new DerReader(signed, string.Empty, 0).Enter(DerTag.ContextConstructed(0)));
            signed[0] = DerTag.Set;
        }

        SignatureScheme scheme = SignatureScheme.Read(info.Enter(DerTag.Sequence));
        ReadOnlyMemory<byte> signature = info.Take(DerTag.OctetString);
        return new SignerInfo
        {
            Issuer = issuer,
            SerialNumber = serial,
            KeyIdentifier = identifier,
            DigestAlgorithm = digest,
            SignedBytes = signed,
            SignedAttributes = attributes,
            Scheme = scheme,
            Signature = signature,
            UnsignedAttributes = info.TryEnter(DerTag.ContextConstructed(1)) is { } unsigned ? Attributes(unsigned) : [],
        };
    }

    /// <summary>The signer's certificate among <paramref name="certificates"/>; null when it is not there.</summary>
    internal SigningCertificate? FindCertificate(IReadOnlyList<SigningCertificate> certificates) => certificates.FirstOrDefault(c => KeyIdentifier.Length > 0
        ? c.KeyIdentifier.Span.SequenceEqual(KeyIdentifier.Span)
        : c.SerialBytes.Span.SequenceEqual(SerialNumber.Span) && c.IssuerBytes.Span.SequenceEqual(Issuer.Span));

    /// <summary>The time the signer claims to have signed at; null when it does not.</summary>
    internal DateTimeOffset? SigningTime => First(SignedAttributes, SigningTimeAttribute)?.Time();

    /// <summary>Values of the first attribute of a kind; null when there is none.</summary>
    internal static DerReader? First(IReadOnlyList<Pkcs7Attribute> attributes, string type)
    {
        Pkcs7Attribute? attribute = attributes.FirstOrDefault(a => a.Type == type);
        return attribute is null ? null : new DerReader(attribute.Values, string.Empty, 0);
    }

    /// <summary>Whether the signature over <paramref name="content"/> is this signer's.</summary>
    /// <param name="key">The signer's key.</param>
    /// <param name="content">What was signed, without its header.</param>
    /// <param name="verifier">The file's verifier.</param>
    /// <returns>Null when it cannot be told.</returns>
    internal bool? Verify(PublicKey key, ReadOnlyMemory<byte> content, SignatureVerifier verifier)
    {
        HashAlgorithmName? hash = Digest.FromIdentifier(DigestAlgorithm);
        if (SignedBytes is null)
        {
            return verifier.Verify(key, Scheme, hash, content, Signature);
        }

        if (hash is null)
        {
            return null;
        }

        return First(SignedAttributes, MessageDigestAttribute) is { } digest
            && digest.Take(DerTag.OctetString).Span.SequenceEqual(Digest.Of(hash.Value, content))
            ? verifier.Verify(key, Scheme, hash, SignedBytes, Signature)
            : false;
    }

    private static List<Pkcs7Attribute> Attributes(DerReader set)
    {
        var attributes = new List<Pkcs7Attribute>();
        while (!set.IsAtEnd && attributes.Count < MaximumAttributes)
        {
            DerReader attribute = set.Enter(DerTag.Sequence);
            attributes.Add(new Pkcs7Attribute(attribute.ObjectIdentifier(), attribute.Take(DerTag.Set)));
        }

        return attributes;
    }
}
