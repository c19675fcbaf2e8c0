using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using KernelFault.Formats;

namespace KernelFault.Playbooks.Signing;

/// <summary>Signs playbooks: CMS SignedData without the content, SHA-256, with the certificate and those between it and its root.</summary>
public sealed class PlaybookSigner
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";

    private readonly X509Certificate2 _certificate;

    /// <summary>A signer.</summary>
    /// <param name="certificate">Certificate with its private key, RSA or ECDSA. Stays the caller's.</param>
    /// <exception cref="PlaybookException">It has no private key, is not valid now, or is not meant for signing.</exception>
    public PlaybookSigner(X509Certificate2 certificate)
    {
        _certificate = certificate ?? throw new ArgumentNullException(nameof(certificate));
        string name = PrintableText.Clean(certificate.Subject);
        DateTime now = DateTime.Now;
        if (!certificate.HasPrivateKey)
        {
            throw new PlaybookException($"The private key of '{name}' is not there: nothing can be signed with it.");
        }

        if (now < certificate.NotBefore || now > certificate.NotAfter)
        {
            throw new PlaybookException($"The certificate '{name}' is not valid now: nobody would take what it signs.");
        }

        if (!SigningCertificate.IsForSigning(certificate))
        {
            throw new PlaybookException($"The certificate '{name}' is not meant for signing.");
        }

        if (SigningCertificate.KeyProblem(certificate) is string problem)
        {
            throw new PlaybookException($"With the certificate '{name}' nothing is signed: {problem}.");
        }
    }

    /// <summary>Signs.</summary>
    /// <param name="playbook">The playbook's bytes.</param>
    /// <returns>The signature in DER, for the file that <see cref="SignatureFile.PathOf"/> names.</returns>
    /// <exception cref="PlaybookException">The private key cannot be used.</exception>
    public byte[] Sign(byte[] playbook)
    {
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, _certificate)
        {
            DigestAlgorithm = new Oid(Sha256),

            // Asked to collect the chain itself, it would look for missing certificates in the network.
            IncludeOption = X509IncludeOption.EndCertOnly,
        };
        signer.SignedAttributes.Add(new Pkcs9SigningTime(DateTime.UtcNow));
        using X509Chain chain = OfflineChain.OfMachine();
        chain.Build(_certificate);
        foreach (X509ChainElement element in chain.ChainElements)
        {
            if (element.Certificate.Thumbprint != _certificate.Thumbprint && element.Certificate.Subject != element.Certificate.Issuer)
            {
                signer.Certificates.Add(element.Certificate);
            }
        }

        try
        {
            var cms = new SignedCms(new ContentInfo(playbook ?? throw new ArgumentNullException(nameof(playbook))), detached: true);

            // A key on a card may ask for its number.
            cms.ComputeSignature(signer, silent: false);
            return cms.Encode();
        }
        catch (Exception e) when (e is CryptographicException or NotSupportedException)
        {
            throw new PlaybookException($"'{PrintableText.Clean(_certificate.Subject)}' cannot sign: {e.Message}", e);
        }
    }
}
