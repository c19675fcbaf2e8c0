namespace KernelFault.Formats.Pkcs7;

/// <summary>What can be told of a signer without the network.</summary>
/// <param name="Signer">Its certificate; null when it is not among the signature's.</param>
/// <param name="Chain">Towards a root.</param>
/// <param name="IsValid">Whether its key signed the content; null when that cannot be told.</param>
/// <param name="Timestamp">Its timestamp; null when it has none.</param>
internal sealed record SignerVerdict(SigningCertificate? Signer, CertificateChain Chain, bool? IsValid, SignatureTimestamp? Timestamp)
{
    internal static SignerVerdict Of(SignerInfo signer, SignedData data, SignatureVerifier verifier, string path, ICollection<string> warnings)
    {
        SigningCertificate? certificate = signer.FindCertificate(data.Certificates);
        return new SignerVerdict(
            certificate,
            CertificateChain.Build(certificate, data.Certificates, verifier),
            certificate is null ? null : signer.Verify(certificate.Key, data.Content, verifier),
            TimestampReader.Read(signer, data.Certificates, verifier, path, warnings));
    }
}
