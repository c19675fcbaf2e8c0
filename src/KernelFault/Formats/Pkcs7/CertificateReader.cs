using System.Security.Cryptography;
using KernelFault.Formats.Der;

namespace KernelFault.Formats.Pkcs7;

// X.509 (RFC 5280): Certificate = tbsCertificate · signatureAlgorithm · signature; tbsCertificate = [0] version · serial number ·
// algorithm · issuer · validity · subject · key · [1] [2] unique ids · [3] extensions (id, critical, octet string with the value).

/// <summary>Reads certificates.</summary>
internal static class CertificateReader
{
    private const string EnhancedKeyUsage = "2.5.29.37";
    private const string BasicConstraints = "2.5.29.19";
    private const string SubjectKeyIdentifier = "2.5.29.14";
    private const int MaximumExtensions = 64;
    private const int MaximumUsages = 64;

    /// <summary>Reads one certificate.</summary>
    /// <param name="encoded">The whole certificate.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="DumpFormatException">It is none.</exception>
    internal static SigningCertificate Read(ReadOnlyMemory<byte> encoded, string path)
    {
        DerReader certificate = new DerReader(encoded, path, 0).Enter(DerTag.Sequence);
        ReadOnlyMemory<byte> toBeSigned = certificate.TakeWhole();
        SignatureScheme scheme = SignatureScheme.Read(certificate.Enter(DerTag.Sequence));
        ReadOnlyMemory<byte> signature = certificate.Take(DerTag.BitString);

        DerReader body = new DerReader(toBeSigned, path, 0).Enter(DerTag.Sequence);
        body.SkipIf(DerTag.ContextConstructed(0));
        ReadOnlyMemory<byte> serial = body.Take(DerTag.Integer);
        body.Skip();
        ReadOnlyMemory<byte> issuer = body.TakeWhole();
        DerReader validity = body.Enter(DerTag.Sequence);
        DateTimeOffset from = validity.Time();
        DateTimeOffset to = validity.Time();
        ReadOnlyMemory<byte> subject = body.TakeWhole();
        PublicKey key = PublicKey.Read(body.Enter(DerTag.Sequence));
        Extensions extensions = ReadExtensions(body);
        return new SigningCertificate
        {
            Subject = DistinguishedName.Read(Name(subject, path)),
            Issuer = DistinguishedName.Read(Name(issuer, path)),
            CommonName = DistinguishedName.CommonName(Name(subject, path)),
            IssuerCommonName = DistinguishedName.CommonName(Name(issuer, path)),
            SerialNumber = Hexadecimal.Of(serial.Slice(0, Math.Min(serial.Length, 64)).Span),
            Thumbprint = Hexadecimal.Of(Digest.Of(HashAlgorithmName.SHA1, encoded)),
            ThumbprintSha256 = Hexadecimal.Of(Digest.Of(HashAlgorithmName.SHA256, encoded)),
            ToBeSignedHash = scheme.Hash is { } hash && Digest.Of(hash, toBeSigned) is { Length: > 0 } digest ? Hexadecimal.Of(digest) : null,
            NotBefore = from,
            NotAfter = to,
            SignatureAlgorithm = scheme.Name,
            KeyAlgorithm = key.Algorithm switch { PublicKey.Rsa => "RSA", PublicKey.EllipticCurve => "ECDSA", _ => key.Algorithm },
            KeySize = key.Bits,
            EnhancedKeyUsages = extensions.Usages,
            IsAuthority = extensions.IsAuthority,
            SubjectBytes = subject,
            IssuerBytes = issuer,
            SerialBytes = serial,
            KeyIdentifier = extensions.KeyIdentifier,
            Key = key,
            ToBeSigned = toBeSigned,
            Scheme = scheme,
            Signature = signature.Length > 0 ? signature.Slice(1) : signature,
        };
    }

    private static DerReader Name(ReadOnlyMemory<byte> encoded, string path) => new DerReader(encoded, path, 0).Enter(DerTag.Sequence);

    private static Extensions ReadExtensions(DerReader body)
    {
        var usages = new List<string>();
        bool authority = false;
        ReadOnlyMemory<byte> identifier = default;
        while (!body.IsAtEnd && body.Tag != DerTag.ContextConstructed(3))
        {
            body.Skip();
        }

        DerReader? list = body.TryEnter(DerTag.ContextConstructed(3))?.Enter(DerTag.Sequence);
        for (int i = 0; list is { IsAtEnd: false } && i < MaximumExtensions; i++)
        {
            DerReader extension = list.Enter(DerTag.Sequence);
            string id = extension.ObjectIdentifier();
            extension.SkipIf(DerTag.Boolean);
            DerReader value = extension.Enter(DerTag.OctetString);
            switch (id)
            {
                case EnhancedKeyUsage:
                    DerReader purposes = value.Enter(DerTag.Sequence);
                    while (!purposes.IsAtEnd && usages.Count < MaximumUsages)
                    {
                        usages.Add(purposes.ObjectIdentifier());
                    }

                    break;
                case BasicConstraints:
                    DerReader constraints = value.Enter(DerTag.Sequence);
                    authority = constraints.Tag == DerTag.Boolean && constraints.Take(DerTag.Boolean) is { Length: 1 } flag && flag.Span[0] != 0;
                    break;
                case SubjectKeyIdentifier:
                    identifier = value.Take(DerTag.OctetString);
                    break;
            }
        }

        return new Extensions(usages, authority, identifier);
    }

    private readonly record struct Extensions(IReadOnlyList<string> Usages, bool IsAuthority, ReadOnlyMemory<byte> KeyIdentifier);
}
