namespace KernelFault.Playbooks.Signing;

/// <summary>What a playbook's signature is worth. Every text in it is safe to show.</summary>
public sealed record PlaybookSignature
{
    /// <summary>The answer. Only <see cref="SignatureStatus.Valid"/> is one to act on.</summary>
    public required SignatureStatus Status { get; init; }

    /// <summary>Why, in one line for a person.</summary>
    public required string Reason { get; init; }

    /// <summary>The playbook's file; null where bytes were looked at.</summary>
    public string? Path { get; init; }

    /// <summary>SHA-256 of the playbook's bytes that were looked at, 64 lower-case hexadecimal digits.</summary>
    public required string Hash { get; init; }

    /// <summary>Who signed: the subject of the certificate. Null without a signature that can be read.</summary>
    public string? Subject { get; init; }

    /// <summary>Who vouches for the certificate; null without a signature that can be read.</summary>
    public string? Issuer { get; init; }

    /// <summary>SHA-1 of the certificate as Windows shows it, 40 upper-case hexadecimal digits; null without a signature that can be read.</summary>
    public string? Thumbprint { get; init; }

    /// <summary>SHA-256 of the certificate, 64 upper-case hexadecimal digits; null without a signature that can be read.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The certificate's last moment, UTC; null without a signature that can be read.</summary>
    public DateTime? NotAfter { get; init; }

    /// <summary>When it was signed, UTC, by the signer's own account: nobody vouches for it. Null when the signature does not say.</summary>
    public DateTime? SigningTime { get; init; }

    /// <summary>What a person should know although the status stands.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Subject is null ? Status.ToString() : $"{Status}: {Subject}";
}
