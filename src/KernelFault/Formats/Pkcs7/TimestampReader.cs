using KernelFault.Formats.Der;

namespace KernelFault.Formats.Pkcs7;

// Both kinds are unsigned attributes of the signer and are made of its signature's bytes. RFC 3161 (1.3.6.1.4.1.311.3.3.1): signed data
// whose content is a TSTInfo: version · policy · imprint (algorithm, digest) · serial number · time. PKCS #9 countersignature
// (1.2.840.113549.1.9.6): a SignerInfo, its certificates among the main signature's, the time in its signing-time attribute.

/// <summary>Reads a signer's timestamps.</summary>
internal static class TimestampReader
{
    private const string Rfc3161Attribute = "1.3.6.1.4.1.311.3.3.1";
    private const string CountersignatureAttribute = "1.2.840.113549.1.9.6";
    private const string TimestampInfo = "1.2.840.113549.1.9.16.1.4";

    /// <summary>The signer's timestamp, that of RFC 3161 before the other; null when it has none that can be read.</summary>
    internal static SignatureTimestamp? Read(SignerInfo signer, IReadOnlyList<SigningCertificate> certificates, SignatureVerifier verifier, string path, ICollection<string> warnings)
    {
        try
        {
            return SignerInfo.First(signer.UnsignedAttributes, Rfc3161Attribute) is { } token
                ? Token(token.TakeWhole(), signer, verifier, path, warnings)
                : SignerInfo.First(signer.UnsignedAttributes, CountersignatureAttribute) is { } counter
                    ? Countersignature(SignerInfo.Read(counter.Enter(DerTag.Sequence)), signer, certificates, verifier, warnings)
                    : null;
        }
        catch (DumpFormatException error)
        {
            warnings.Add("The signature's timestamp cannot be read: " + error.Expected);
            return null;
        }
    }

    private static SignatureTimestamp? Token(ReadOnlyMemory<byte> token, SignerInfo stamped, SignatureVerifier verifier, string path, ICollection<string> warnings)
    {
        SignedData data = SignedData.Read(token, path, 0, warnings);
        if (data.ContentType != TimestampInfo || data.Signers.Count == 0)
        {
            warnings.Add("The signature's timestamp is no token of RFC 3161.");
            return null;
        }

        DerReader info = new DerReader(data.Content, path, 0).Enter(DerTag.Sequence);
        info.Skip();
        info.Skip();
        DerReader imprint = info.Enter(DerTag.Sequence);
        string algorithm = imprint.Algorithm();
        ReadOnlyMemory<byte> digest = imprint.Take(DerTag.OctetString);
        info.Skip();
        DateTimeOffset time = info.Time();
        bool? same = Digest.FromIdentifier(algorithm) is { } hash ? digest.Span.SequenceEqual(Digest.Of(hash, stamped.Signature)) : null;
        return Answer(time, TimestampKind.Rfc3161, algorithm, data.Signers[0], data.Certificates, data.Content, same, verifier);
    }

    private static SignatureTimestamp? Countersignature(
        SignerInfo counter, SignerInfo stamped, IReadOnlyList<SigningCertificate> certificates, SignatureVerifier verifier, ICollection<string> warnings)
    {
        if (counter.SigningTime is not { } time)
        {
            warnings.Add("The signature's countersignature has no time.");
            return null;
        }

        return Answer(time, TimestampKind.Countersignature, counter.DigestAlgorithm, counter, certificates, stamped.Signature, true, verifier);
    }

    private static SignatureTimestamp Answer(
        DateTimeOffset time,
        TimestampKind kind,
        string algorithm,
        SignerInfo signer,
        IReadOnlyList<SigningCertificate> certificates,
        ReadOnlyMemory<byte> content,
        bool? isForThis,
        SignatureVerifier verifier)
    {
        SigningCertificate? certificate = signer.FindCertificate(certificates);
        CertificateChain chain = CertificateChain.Build(certificate, certificates, verifier);
        bool? made = certificate is null ? null : signer.Verify(certificate.Key, content, verifier);
        return new SignatureTimestamp
        {
            Time = time,
            Kind = kind,
            DigestAlgorithm = Digest.NameOf(algorithm),
            Signer = certificate,
            Chain = chain.Certificates,
            ChainEnd = chain.End,
            IsValid = isForThis == false || made == false ? false : isForThis is null || made is null ? null : true,
        };
    }
}
