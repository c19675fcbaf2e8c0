using KernelFault.Formats.Der;

namespace KernelFault.Formats.Pkcs7;

// PKCS #7 (RFC 2315) and its successor CMS (RFC 5652): ContentInfo = the id of signed data · [0] SignedData; SignedData = version ·
// SET of digest algorithms · content (type, [0] the content, which detached signatures leave out) · [0] certificates · [1] revocation
// lists · SET of signers. What is signed is the content without its own header, whatever element it is.

/// <summary>Signed data: what, by whom, with which certificates.</summary>
internal sealed record SignedData
{
    private const string Identifier = "1.2.840.113549.1.7.2";
    private const int MaximumCertificates = 64;
    private const int MaximumSigners = 16;

    /// <summary>Object identifier of what the content is.</summary>
    internal required string ContentType { get; init; }

    /// <summary>The content's element without its header; empty when it is kept elsewhere.</summary>
    internal required ReadOnlyMemory<byte> Content { get; init; }

    internal required IReadOnlyList<SigningCertificate> Certificates { get; init; }

    internal required IReadOnlyList<SignerInfo> Signers { get; init; }

    /// <summary>Reads a ContentInfo.</summary>
    /// <param name="encoded">From its first byte; more may follow.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="origin">File offset of the first byte.</param>
    /// <param name="warnings">Where damaged certificates are told.</param>
    /// <exception cref="DumpFormatException">It is no signed data.</exception>
    internal static SignedData Read(ReadOnlyMemory<byte> encoded, string path, long origin, ICollection<string> warnings)
    {
        DerReader info = new DerReader(encoded, path, origin).Enter(DerTag.Sequence);
        string type = info.ObjectIdentifier();
        if (type != Identifier)
        {
            throw info.Damage("expected PKCS #7 signed data, found " + type + ".");
        }

        DerReader data = info.Enter(DerTag.ContextConstructed(0)).Enter(DerTag.Sequence);
        data.Take(DerTag.Integer);
        data.Take(DerTag.Set);
        DerReader content = data.Enter(DerTag.Sequence);
        string contentType = content.ObjectIdentifier();
        DerReader? carried = content.TryEnter(DerTag.ContextConstructed(0));
        ReadOnlyMemory<byte> bytes = carried is null ? default : carried.Take(carried.Tag);
        var certificates = new List<SigningCertificate>();
        DerReader? set = data.TryEnter(DerTag.ContextConstructed(0));
        while (set is { IsAtEnd: false } && certificates.Count < MaximumCertificates)
        {
            bool isCertificate = set.Tag == DerTag.Sequence;
            ReadOnlyMemory<byte> certificate = set.TakeWhole();
            if (!isCertificate)
            {
                // The obsolete kinds and attribute certificates: Microsoft's timestamps bring one.
                continue;
            }

            try
            {
                certificates.Add(CertificateReader.Read(certificate, path));
            }
            catch (DumpFormatException error)
            {
                warnings.Add("A certificate in the signature cannot be read: " + error.Expected);
            }
        }

        data.SkipIf(DerTag.ContextConstructed(1));
        var signers = new List<SignerInfo>();
        DerReader infos = data.Enter(DerTag.Set);
        while (!infos.IsAtEnd && signers.Count < MaximumSigners)
        {
            signers.Add(SignerInfo.Read(infos.Enter(DerTag.Sequence)));
        }

        return new SignedData { ContentType = contentType, Content = bytes, Certificates = certificates, Signers = signers };
    }
}
