using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using KernelFault.Formats;

namespace KernelFault.Playbooks.Signing;

/// <summary>
/// Whose signatures count. With a list of signers, those and nobody else; without one, whoever this machine trusts to sign code.
/// </summary>
/// <remarks>
/// Bytes are looked at, not files: what was verified is what is loaded afterwards. A signature has to be CMS SignedData over content
/// of type <c>data</c> that is not in it, by one signer, with signed attributes and a hash of the SHA-2 family; anything else is
/// <see cref="SignatureStatus.Invalid"/>. A certificate that has ended does not count, however early it signed by its own account.
/// </remarks>
public sealed class PlaybookTrust
{
    private const string DataType = "1.2.840.113549.1.7.1";
    private const string SigningTimeAttribute = "1.2.840.113549.1.9.5";
    private const int MaximumCertificates = 16;
    private const int MaximumAttributes = 32;

    private static readonly string[] s_hashes = ["2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"];

    private readonly IReadOnlyList<TrustedSigner> _signers;
    private readonly Func<X509Chain> _chain;

    /// <summary>Who is trusted.</summary>
    /// <param name="signers">The signers; empty for whoever this machine trusts to sign code.</param>
    public PlaybookTrust(IReadOnlyList<TrustedSigner> signers)
        : this(signers, OfflineChain.OfMachine)
    {
    }

    /// <summary>Who is trusted, with other roots than the machine's.</summary>
    internal PlaybookTrust(IReadOnlyList<TrustedSigner> signers, Func<X509Chain> chain)
    {
        _signers = signers ?? throw new ArgumentNullException(nameof(signers));
        _chain = chain;
    }

    /// <summary>The signers; empty for whoever this machine trusts to sign code.</summary>
    internal IReadOnlyList<TrustedSigner> Signers => _signers;

    /// <summary>Looks at a signature. Whatever the bytes are, this answers.</summary>
    /// <param name="playbook">The playbook's bytes, as they are loaded afterwards.</param>
    /// <param name="signature">The signature's file, DER or PEM; null when there is none.</param>
    /// <returns>The answer.</returns>
    public PlaybookSignature Verify(byte[] playbook, byte[]? signature)
    {
        var answer = new PlaybookSignature
        {
            Status = SignatureStatus.Invalid,
            Reason = string.Empty,
            Hash = HashText.Of(playbook ?? throw new ArgumentNullException(nameof(playbook))).ToLowerInvariant(),
        };
        if (signature is null)
        {
            return answer with { Status = SignatureStatus.NotSigned, Reason = "There is no signature." };
        }

        if (signature.Length > SignatureFile.MaximumLength)
        {
            return Invalid(answer, $"the signature is longer than {SignatureFile.MaximumLength} bytes");
        }

        try
        {
            return Read(playbook, SignatureFile.Decode(signature), answer);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException or InvalidOperationException or OverflowException or NotSupportedException or NullReferenceException or IndexOutOfRangeException)
        {
            // What the platforms' readers of certificates throw for bytes that are none is not theirs to promise.
            return Invalid(answer, "it cannot be read: " + e.Message);
        }
    }

    private PlaybookSignature Read(byte[] playbook, byte[] signature, PlaybookSignature answer)
    {
        var cms = new SignedCms(new ContentInfo(new Oid(DataType), playbook), detached: true);
        cms.Decode(signature);

        // A message that has content of its own is verified over that content, not over the playbook.
        if (!cms.Detached)
        {
            return Invalid(answer, "it has content of its own; a detached signature is expected");
        }

        if (cms.ContentInfo.ContentType.Value != DataType || cms.SignerInfos.Count != 1 || cms.Certificates.Count > MaximumCertificates)
        {
            return Invalid(answer, $"it is none of one signer over plain data ({cms.SignerInfos.Count} signers, {cms.Certificates.Count} certificates)");
        }

        SignerInfo signer = cms.SignerInfos[0];
        if (signer.Certificate is not X509Certificate2 certificate)
        {
            return Invalid(answer, "the signer's certificate is not in it");
        }

        using (certificate)
        {
            answer = answer with
            {
                Subject = PrintableText.Clean(certificate.Subject),
                Issuer = PrintableText.Clean(certificate.Issuer),
                Thumbprint = certificate.Thumbprint,
                Fingerprint = HashText.Of(certificate.RawData),
                NotAfter = certificate.NotAfter.ToUniversalTime(),
                SigningTime = SigningTime(signer),
            };

            // Without signed attributes the hash of the content is signed itself, and such a signature can be passed off as one over attributes.
            if (signer.SignedAttributes.Count is 0 or > MaximumAttributes)
            {
                return Invalid(answer, "it has no signed attributes");
            }

            if (!s_hashes.Contains(signer.DigestAlgorithm.Value))
            {
                return Invalid(answer, $"its hash ({signer.DigestAlgorithm.FriendlyName ?? signer.DigestAlgorithm.Value}) is none of the SHA-2 family");
            }

            if (SigningCertificate.KeyProblem(certificate) is string problem)
            {
                return Invalid(answer, problem);
            }

            signer.CheckSignature(verifySignatureOnly: true);
            return Trust(certificate, cms.Certificates, answer);
        }
    }

    private PlaybookSignature Trust(X509Certificate2 certificate, X509Certificate2Collection others, PlaybookSignature answer)
    {
        DateTime now = DateTime.Now;
        bool? isForCode = SigningCertificate.IsForCode(certificate);
        answer = answer with
        {
            Warnings = isForCode == true ? [] : [isForCode is null
                ? "The certificate does not say what it is for; one for code signing is expected."
                : "The certificate is not meant for code signing."],
        };
        if (_signers.Count > 0 && !_signers.Any(signer => signer.Is(certificate)))
        {
            return answer with { Status = SignatureStatus.Untrusted, Reason = "The signer is not on the list of trusted signers." };
        }

        if (now < certificate.NotBefore)
        {
            return answer with { Status = SignatureStatus.NotYetValid, Reason = $"The signer's certificate is valid from {Date(certificate.NotBefore)} on." };
        }

        if (now > certificate.NotAfter)
        {
            return answer with { Status = SignatureStatus.Expired, Reason = $"The signer's certificate ended at {Date(certificate.NotAfter)}: the playbook has to be signed again." };
        }

        if (_signers.Count > 0)
        {
            return answer with { Status = SignatureStatus.Valid, Reason = "The signer is on the list of trusted signers." };
        }

        // Anyone with a web site has a certificate that machines trust, for that web site.
        if (isForCode == false || !SigningCertificate.IsForSigning(certificate))
        {
            return answer with { Status = SignatureStatus.Untrusted, Reason = "The signer's certificate is meant for other uses than signing code." };
        }

        using X509Chain chain = _chain();
        chain.ChainPolicy.ExtraStore.AddRange(others);
        if (chain.Build(certificate))
        {
            return answer with { Status = SignatureStatus.Valid, Reason = "This machine trusts who issued the signer's certificate." };
        }

        string why = string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Where(text => text.Length > 0).Distinct().Take(4));
        return answer with { Status = SignatureStatus.Untrusted, Reason = PrintableText.Clean($"This machine does not trust who issued the signer's certificate: {why}") };
    }

    // Signed, but the signer's clock is all there is behind it.
    private static DateTime? SigningTime(SignerInfo signer)
    {
        foreach (CryptographicAttributeObject attribute in signer.SignedAttributes)
        {
            if (attribute.Oid.Value == SigningTimeAttribute && attribute.Values.Count == 1)
            {
                var time = new Pkcs9SigningTime(attribute.Values[0].RawData);
                return DateTime.SpecifyKind(time.SigningTime, DateTimeKind.Utc);
            }
        }

        return null;
    }

    private static string Date(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static PlaybookSignature Invalid(PlaybookSignature answer, string why) =>
        answer with { Status = SignatureStatus.Invalid, Reason = PrintableText.Clean($"The signature does not fit the playbook: {why.TrimEnd('.')}.") };
}
