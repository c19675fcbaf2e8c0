namespace KernelFault.Formats.Pkcs7;

/// <summary>A certificate found in a signature. Every text is safe to show; whether it is trusted is another question.</summary>
public sealed record SigningCertificate
{
    /// <summary>Whom it names, the most special part first, such as <c>CN=Contoso, O=Contoso Ltd, C=US</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Who issued it.</summary>
    public required string Issuer { get; init; }

    /// <summary>The common name of <see cref="Subject"/>; null when it has none.</summary>
    public string? CommonName { get; init; }

    /// <summary>The common name of <see cref="Issuer"/>; null when it has none.</summary>
    public string? IssuerCommonName { get; init; }

    /// <summary>Its serial number: hexadecimal digits, the highest first.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>SHA-1 of the certificate, as Windows shows it: 40 hexadecimal digits.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>SHA-256 of the certificate: 64 hexadecimal digits.</summary>
    public required string ThumbprintSha256 { get; init; }

    /// <summary>Hash of its signed part by the algorithm it is signed with, as block lists name signers (<c>CertRoot</c>); null when that algorithm is unknown.</summary>
    public string? ToBeSignedHash { get; init; }

    /// <summary>When it becomes valid, in UTC.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>When it ends to be valid, in UTC.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>How it is signed: <c>SHA256 with RSA</c>, or the object identifier of what is not known.</summary>
    public required string SignatureAlgorithm { get; init; }

    /// <summary>Its key: <c>RSA</c>, <c>ECDSA</c>, or the object identifier.</summary>
    public required string KeyAlgorithm { get; init; }

    /// <summary>Length of its key in bits; 0 when not known.</summary>
    public required int KeySize { get; init; }

    /// <summary>Object identifiers of what it may be used for; empty when it does not restrict that.</summary>
    public required IReadOnlyList<string> EnhancedKeyUsages { get; init; }

    /// <summary>True if it may issue certificates.</summary>
    public required bool IsAuthority { get; init; }

    /// <summary>True if it names itself as its issuer.</summary>
    public bool IsSelfIssued => SubjectBytes.Span.SequenceEqual(IssuerBytes.Span);

    /// <summary>The encoded subject.</summary>
    internal ReadOnlyMemory<byte> SubjectBytes { get; init; }

    /// <summary>The encoded issuer.</summary>
    internal ReadOnlyMemory<byte> IssuerBytes { get; init; }

    internal ReadOnlyMemory<byte> SerialBytes { get; init; }

    /// <summary>Its subject key identifier; empty when it has none.</summary>
    internal ReadOnlyMemory<byte> KeyIdentifier { get; init; }

    internal PublicKey Key { get; init; } = PublicKey.None;

    /// <summary>The part that its issuer signed.</summary>
    internal ReadOnlyMemory<byte> ToBeSigned { get; init; }

    internal SignatureScheme Scheme { get; init; } = SignatureScheme.None;

    internal ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>True if <paramref name="time"/> lies in its validity.</summary>
    /// <param name="time">Any time.</param>
    /// <returns>False before <see cref="NotBefore"/> and after <see cref="NotAfter"/>.</returns>
    public bool IsValidAt(DateTimeOffset time) => time >= NotBefore && time <= NotAfter;
}
