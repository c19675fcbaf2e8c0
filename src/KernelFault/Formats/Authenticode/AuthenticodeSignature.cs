using KernelFault.Formats.Pkcs7;

namespace KernelFault.Formats.Authenticode;

/// <summary>One signature in a PE file. What it says is verified as far as the file alone allows; nothing is asked of the network.</summary>
public sealed record AuthenticodeSignature
{
    /// <summary>False for the first signature, true for those kept inside it (a file signed by SHA-1 and SHA-256, or by two signers).</summary>
    public required bool IsNested { get; init; }

    /// <summary>The digest of the file, such as <c>SHA256</c>.</summary>
    public required string DigestAlgorithm { get; init; }

    /// <summary>The file's hash as it was signed: hexadecimal digits.</summary>
    public required string Digest { get; init; }

    /// <summary>The file's hash as it is now; null when <see cref="DigestAlgorithm"/> is not known here.</summary>
    public required string? ComputedDigest { get; init; }

    /// <summary>True if the file is the one that was signed.</summary>
    public bool DigestMatches => string.Equals(Digest, ComputedDigest, StringComparison.Ordinal);

    /// <summary>True if the signer's key made this signature; false if not; null when that cannot be told.</summary>
    public required bool? IsSignatureValid { get; init; }

    /// <summary>Whose signature it is; null when the certificate is not in the signature.</summary>
    public required SigningCertificate? Signer { get; init; }

    /// <summary>Certificates from the signer's towards a root, each verified to be signed by the next.</summary>
    public required IReadOnlyList<SigningCertificate> Chain { get; init; }

    /// <summary>Where that chain ends.</summary>
    public required ChainEnd ChainEnd { get; init; }

    /// <summary>Name of the root, or of the last issuer when that one's certificate is missing; null without certificate.</summary>
    public required string? Root { get; init; }

    /// <summary>When it was signed by somebody else's clock; null without timestamp: it then ends with the signer's certificate.</summary>
    public required SignatureTimestamp? Timestamp { get; init; }

    /// <summary>When the signer says to have signed, in UTC; null when it does not, as is usual.</summary>
    public required DateTimeOffset? SigningTime { get; init; }

    /// <summary>What the signer calls the program; of a driver signed by Microsoft, who handed it in. Null when absent.</summary>
    public required string? ProgramName { get; init; }

    /// <summary>Where the signer says more; null when absent.</summary>
    public required string? MoreInfoUrl { get; init; }

    /// <summary>True if it also signs each page of the file.</summary>
    public required bool HasPageHashes { get; init; }

    /// <summary>True if Microsoft signed it after the hardware tests (WHQL).</summary>
    /// <remarks>Drivers whose maker only attested are signed with both usages.</remarks>
    public bool IsWhql => Has(EnhancedKeyUsage.HardwareDriverVerification) && !IsAttested;

    /// <summary>True if Microsoft signed it because its maker attested to have tested it.</summary>
    public bool IsAttested => Has(EnhancedKeyUsage.HardwareDriverAttestedVerification);

    /// <summary>True if the signer's certificate is for kernel code by name.</summary>
    public bool IsKernelCode => Has(EnhancedKeyUsage.KernelCodeSigning);

    /// <summary>True if only a machine in test mode takes it: a certificate that signed itself, somebody's own authority, or one of Microsoft's for tests.</summary>
    public bool IsTestSigned => ChainEnd == ChainEnd.SelfSigned || Chain.Any(c => IsTestAuthority(c.IssuerCommonName));

    /// <summary>Whether the signer's certificate was valid when it signed; null without a timestamp to tell.</summary>
    public bool? WasCertificateValid => Signer is null || Timestamp is not { IsValid: not false } stamp ? null : Signer.IsValidAt(stamp.Time);

    private static bool IsTestAuthority(string? issuer) => issuer is not null
        && (issuer.StartsWith("WDKTestCert", StringComparison.OrdinalIgnoreCase)
            || issuer is "Microsoft Test Root Authority" or "Microsoft Testing Root Certificate Authority 2010" or "Microsoft Development Root Certificate Authority 2014");

    private bool Has(string usage) => Signer is not null && Signer.EnhancedKeyUsages.Contains(usage);
}
