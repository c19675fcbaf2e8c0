using System.Globalization;
using KernelFault.Formats.Authenticode;
using KernelFault.Formats.Pkcs7;

namespace KernelFault.Drivers;

/// <summary>Says what a signature is worth, by the file alone: revoked certificates and roots of other makers are not known here.</summary>
/// <param name="now">By which the end of a certificate is judged where no timestamp does it.</param>
internal sealed class SignatureJudge(DateTimeOffset now)
{
    private const string MicrosoftOrganization = "O=Microsoft Corporation";

    /// <summary>The verdict on a file by its own signatures.</summary>
    /// <param name="read">What the file has.</param>
    internal DriverSignature Of(AuthenticodeSignatures read)
    {
        if (read.Signatures.Count > 0)
        {
            return Best(read.Signatures);
        }

        return read.Warnings.Count > 0
            ? new DriverSignature { Status = DriverSignatureStatus.Invalid, Reason = "The signature cannot be read: " + read.Warnings[0] }
            : new DriverSignature { Status = DriverSignatureStatus.Unsigned, HasTimestamp = false, Reason = "The file has no signature; no catalogue was looked at." };
    }

    /// <summary>The verdict on a file without a signature of its own, by the catalogue that names it.</summary>
    /// <param name="sha256">Its Authenticode hash by SHA-256.</param>
    /// <param name="sha1">The same by SHA-1.</param>
    /// <param name="catalogs">The catalogues; null when none is at hand.</param>
    internal DriverSignature Of(string sha256, string sha1, DriverCatalogs? catalogs)
    {
        if (catalogs is null)
        {
            return new DriverSignature { Status = DriverSignatureStatus.Unknown, Reason = "The file has no signature of its own, and the machine's catalogues are not at hand." };
        }

        if (catalogs.Find(sha256, sha1) is not { } found)
        {
            return new DriverSignature { Status = DriverSignatureStatus.Unsigned, HasTimestamp = false, Reason = "The file has no signature, and no catalogue names it." };
        }

        AuthenticodeSignature signature = found.AsSignature();
        return Of(signature) with { SigningKind = KindOf(signature, DriverSigningKind.Catalog), Catalog = found.FileName };
    }

    /// <summary>The best of several signatures in one file: a kernel takes any that it trusts.</summary>
    internal DriverSignature Best(IReadOnlyList<AuthenticodeSignature> signatures)
    {
        DriverSignature? best = null;
        foreach (AuthenticodeSignature signature in signatures)
        {
            DriverSignature verdict = Of(signature);
            best = best is null || Rank(verdict.Status) > Rank(best.Status) ? verdict : best;
        }

        return best!;
    }

    private static int Rank(DriverSignatureStatus status) => status switch
    {
        DriverSignatureStatus.Valid => 4,
        DriverSignatureStatus.Expired => 3,
        DriverSignatureStatus.Untrusted => 2,
        DriverSignatureStatus.Unknown => 1,
        _ => 0,
    };

    /// <summary>What sort of signature it is.</summary>
    /// <param name="signature">The signature.</param>
    /// <param name="other">What it is where nothing special stands behind it.</param>
    internal static DriverSigningKind KindOf(AuthenticodeSignature signature, DriverSigningKind other)
    {
        if (signature.IsTestSigned)
        {
            return DriverSigningKind.Test;
        }

        // Usages and names are believed only where one of Microsoft's keys stands behind them.
        if (signature.ChainEnd != ChainEnd.MicrosoftRoot)
        {
            return other;
        }

        return signature.IsAttested ? DriverSigningKind.Attestation
            : signature.IsWhql ? DriverSigningKind.Whql
            : signature.Signer!.Subject.Contains(MicrosoftOrganization) ? DriverSigningKind.Microsoft
            : other;
    }

    private DriverSignature Of(AuthenticodeSignature signature)
    {
        (DriverSignatureStatus status, string? reason) = Judge(signature);
        SigningCertificate? signer = signature.Signer;
        return new DriverSignature
        {
            Status = status,
            SigningKind = KindOf(signature, DriverSigningKind.Embedded),
            Signer = signer?.CommonName ?? signer?.Subject,
            Issuer = signer?.IssuerCommonName ?? signer?.Issuer,
            ProgramName = signature.ProgramName,
            Thumbprint = signer?.Thumbprint,
            NotBefore = signer?.NotBefore.UtcDateTime,
            NotAfter = signer?.NotAfter.UtcDateTime,
            Timestamp = signature.Timestamp is { IsValid: not false } stamp ? stamp.Time.UtcDateTime : null,
            HasTimestamp = signature.Timestamp is { IsValid: not false },
            CertificateHashes = signer is null ? null : (string[])[.. signature.Chain.Where(c => c.ToBeSignedHash is not null).Select(c => c.ToBeSignedHash!.ToLowerInvariant())],
            Reason = reason,
        };
    }

    private (DriverSignatureStatus Status, string? Reason) Judge(AuthenticodeSignature signature)
    {
        if (signature.ComputedDigest is not null && !signature.DigestMatches)
        {
            return (DriverSignatureStatus.Invalid, "The file was changed after it was signed: its hash is not the one that was signed.");
        }

        if (signature.IsSignatureValid == false)
        {
            return (DriverSignatureStatus.Invalid, "The signature was not made with the signer's key.");
        }

        if (signature.ChainEnd == ChainEnd.BrokenLink)
        {
            return (DriverSignatureStatus.Invalid, "A certificate was not signed by the one it names as its issuer.");
        }

        if (signature.Signer is not { } signer)
        {
            return (DriverSignatureStatus.Unknown, "The signer's certificate is not in the signature.");
        }

        if (signature.ComputedDigest is null || signature.IsSignatureValid is null || signature.ChainEnd == ChainEnd.Unverifiable)
        {
            return (DriverSignatureStatus.Unknown, "The signature cannot be verified here.");
        }

        if (signature.IsTestSigned)
        {
            return (DriverSignatureStatus.Untrusted, "It is signed with a test certificate, which kernels take in test mode only.");
        }

        if (Lapse(signature, signer) is { } lapse)
        {
            return (DriverSignatureStatus.Expired, lapse);
        }

        return signature.ChainEnd == ChainEnd.MicrosoftRoot
            ? (DriverSignatureStatus.Valid, null)
            : (DriverSignatureStatus.Untrusted, $"It ends at '{signature.Root}', which is not in the file and no root of Microsoft's.");
    }

    private string? Lapse(AuthenticodeSignature signature, SigningCertificate signer)
    {
        if (signature.WasCertificateValid == false)
        {
            return $"It was made on {Day(signature.Timestamp!.Time)}; the signer's certificate was valid from {Day(signer.NotBefore)} to {Day(signer.NotAfter)}.";
        }

        if (signer.NotAfter >= now)
        {
            return null;
        }

        return signature.WasCertificateValid is null
            ? $"It has no timestamp that could outlive the signer's certificate, which ended on {Day(signer.NotAfter)}."
            : signer.EnhancedKeyUsages.Contains(EnhancedKeyUsage.LifetimeSigning) ? $"The signer's certificate does not let a timestamp outlive it, and it ended on {Day(signer.NotAfter)}."
            : null;
    }

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
