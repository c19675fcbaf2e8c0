namespace KernelFault.Drivers;

/// <summary>Who vouches for a driver.</summary>
public sealed record DriverSignature
{
    /// <summary>What it is worth.</summary>
    public required DriverSignatureStatus Status { get; init; }

    /// <summary>What sort of signature; null for none and when that is not known.</summary>
    public DriverSigningKind? SigningKind { get; init; }

    /// <summary>Common name of the signer; null when not known.</summary>
    public string? Signer { get; init; }

    /// <summary>What the signer calls the program; of a driver signed by Microsoft, who handed it in. Null when not known.</summary>
    public string? ProgramName { get; init; }

    /// <summary>Common name of who issued the signer's certificate; null when not known.</summary>
    public string? Issuer { get; init; }

    /// <summary>SHA-1 of the signer's certificate, upper-case hexadecimal; null when not known.</summary>
    public string? Thumbprint { get; init; }

    /// <summary>When the signer's certificate begins to be valid, UTC; null when not known.</summary>
    public DateTime? NotBefore { get; init; }

    /// <summary>When the signer's certificate ends to be valid, UTC; null when not known.</summary>
    public DateTime? NotAfter { get; init; }

    /// <summary>When a timestamp authority saw the signature, UTC; null without a timestamp and when not known, see <see cref="HasTimestamp"/>.</summary>
    public DateTime? Timestamp { get; init; }

    /// <summary>Whether it has a timestamp; null when not known.</summary>
    public bool? HasTimestamp { get; init; }

    /// <summary>The certificates on the way from the signer to the root, each <c>TBS hash</c> as Microsoft's block list names them, lower-case hexadecimal; null when not known.</summary>
    public IReadOnlyList<string>? CertificateHashes { get; init; }

    /// <summary>File name of the catalogue; null without one.</summary>
    public string? Catalog { get; init; }

    /// <summary>Why <see cref="Status"/> is what it is, in a sentence; null when it needs none.</summary>
    public string? Reason { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Signer is null ? Status.ToString() : $"{Status}: {Signer}";
}
