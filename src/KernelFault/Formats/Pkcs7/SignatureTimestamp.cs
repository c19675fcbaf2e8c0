namespace KernelFault.Formats.Pkcs7;

/// <summary>Somebody else's word for when a signature was there: it outlives the signer's certificate.</summary>
public sealed record SignatureTimestamp
{
    /// <summary>The time, in UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How it is kept.</summary>
    public required TimestampKind Kind { get; init; }

    /// <summary>The digest it was made of, such as <c>SHA256</c>.</summary>
    public required string DigestAlgorithm { get; init; }

    /// <summary>Who says so; null when its certificate is not in the signature.</summary>
    public required SigningCertificate? Signer { get; init; }

    /// <summary>Certificates from its signer towards a root.</summary>
    public required IReadOnlyList<SigningCertificate> Chain { get; init; }

    /// <summary>Where that chain ends.</summary>
    public required ChainEnd ChainEnd { get; init; }

    /// <summary>True if it is for this very signature and its signer's key made it; false if not; null when that cannot be told.</summary>
    public required bool? IsValid { get; init; }
}
