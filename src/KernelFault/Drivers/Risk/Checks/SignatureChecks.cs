namespace KernelFault.Drivers.Risk.Checks;

/// <summary>Who vouches for the driver, and what that is worth.</summary>
internal static class SignatureChecks
{
    private const string Missing = "signature";

    /// <summary>How much of the weight counts where no catalogue was looked at.</summary>
    private const double WithoutCatalog = 0.5;

    internal static IReadOnlyList<RiskCheck> All { get; } =
    [
        new("signature-revoked", subject => Status(subject, DriverSignatureStatus.Revoked, signature => $"The certificate of {Signer(signature)} was revoked.")),
        new("signature-invalid", subject => Status(subject, DriverSignatureStatus.Invalid, _ => "The file is not the one that was signed, or its signature is damaged.")),
        new("unsigned", Unsigned),
        new("test-signed", TestSigned),
        new("signature-untrusted", Untrusted),
        new("signature-expired", subject => Status(subject, DriverSignatureStatus.Expired, signature => $"The certificate of {Signer(signature)} was not valid when it signed.")),
        new("signature-without-timestamp", WithoutTimestamp),
    ];

    private static RiskVerdict Status(RiskSubject subject, DriverSignatureStatus status, Func<DriverSignature, string> text) =>
        subject.Driver.Signature is not { Status: not DriverSignatureStatus.Unknown } signature ? RiskVerdict.Unknown(Missing)
        : signature.Status == status ? RiskVerdict.Found(text(signature), Evidence(signature))
        : RiskVerdict.NotFound;

    // A file that stands alone may be in a catalogue of its machine, as most parts of Windows are.
    private static RiskVerdict Unsigned(RiskSubject subject)
    {
        if (subject.Driver is not { Source: DriverSource.File, Signature: { Status: DriverSignatureStatus.Unsigned } alone })
        {
            return Status(subject, DriverSignatureStatus.Unsigned, _ => "Nobody signed it.");
        }

        return subject.Driver.IsThirdParty == true
            ? RiskVerdict.Found("The file is not signed; no catalogue was looked at.", Evidence(alone), WithoutCatalog)
            : RiskVerdict.Unknown("catalogues of its machine");
    }

    private static RiskVerdict TestSigned(RiskSubject subject)
    {
        DriverSignature? signature = subject.Driver.Signature;
        return signature is null || (signature.SigningKind is null && signature.Status == DriverSignatureStatus.Unknown)
            ? RiskVerdict.Unknown(Missing)
            : RiskVerdict.If(signature.SigningKind == DriverSigningKind.Test, $"Signed with a test certificate of {Signer(signature)}.", Evidence(signature));
    }

    // A test certificate is a rule of its own.
    private static RiskVerdict Untrusted(RiskSubject subject) => subject.Driver.Signature?.SigningKind == DriverSigningKind.Test
        ? RiskVerdict.NotFound
        : Status(subject, DriverSignatureStatus.Untrusted, signature => $"The signature of {Signer(signature)} ends at a root that Windows is not known to trust.");

    private static RiskVerdict WithoutTimestamp(RiskSubject subject)
    {
        DriverSignature? signature = subject.Driver.Signature;
        if (signature?.Status == DriverSignatureStatus.Unsigned)
        {
            return RiskVerdict.NotFound;
        }

        if (signature?.HasTimestamp is not bool stamped)
        {
            return RiskVerdict.Unknown("timestamp of the signature");
        }

        string end = signature.NotAfter is not DateTime last ? "with its certificate"
            : last < subject.Now ? $"with its certificate, which was valid until {RiskSubject.Day(last)}"
            : $"with its certificate on {RiskSubject.Day(last)}";
        return RiskVerdict.If(!stamped, $"The signature has no timestamp and ends {end}.", Evidence(signature));
    }

    private static string Signer(DriverSignature signature) => signature.Signer ?? "an unnamed signer";

    private static string Evidence(DriverSignature signature)
    {
        string issuer = signature.Issuer is null ? string.Empty : $", issued by {signature.Issuer}";
        string whose = signature.Signer is null ? string.Empty : $": {signature.Signer}{issuer}";
        return $"signature: {signature.Status}{whose}{(signature.Reason is null ? string.Empty : $" ({signature.Reason})")}";
    }
}
