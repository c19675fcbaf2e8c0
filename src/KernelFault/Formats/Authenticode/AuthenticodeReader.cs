using System.Security.Cryptography;
using KernelFault.Formats.Der;
using KernelFault.Formats.Pe;
using KernelFault.Formats.Pkcs7;

namespace KernelFault.Formats.Authenticode;

// "Windows Authenticode Portable Executable Signature Format": PKCS #7 signed data whose content is SpcIndirectDataContent = data (type,
// SpcPeImageData) · digest (algorithm, octets). Attributes: SpcSpOpusInfo (name and address for people), nested signatures as whole
// signed data. Page hashes are an attribute of SpcPeImageData whose identifier is looked for as bytes.

/// <summary>Reads the signatures of one PE file.</summary>
internal sealed class AuthenticodeReader(PeImage image)
{
    private const string IndirectData = "1.3.6.1.4.1.311.2.1.4";
    private const string OpusInfo = "1.3.6.1.4.1.311.2.1.12";
    private const string NestedSignature = "1.3.6.1.4.1.311.2.4.1";
    private const int MaximumSignatures = 8;
    private const int MaximumNested = 4;
    private const int MaximumSize = 8 * 1024 * 1024;

    private readonly SignatureVerifier _verifier = new();
    private readonly List<string> _warnings = [];
    private readonly List<ParsedSignature> _parsed = [];

    // 1.3.6.1.4.1.311.2.3, of which 1 and 2 are page hashes by SHA-1 and SHA-256.
    private static ReadOnlySpan<byte> PageHashIdentifier => [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x03];

    internal AuthenticodeSignatures Read()
    {
        foreach (PeCertificate entry in image.Certificates)
        {
            if (entry.Type == PeCertificate.PkcsSignedData && _parsed.Count < MaximumSignatures)
            {
                Parse(image.FileWindow(entry.Offset, Math.Min(entry.Length, MaximumSize)).ToArray(), entry.Offset, 0);
            }
        }

        HashAlgorithmName[] algorithms =
            [HashAlgorithmName.SHA1, HashAlgorithmName.SHA256, .. _parsed.Select(p => p.Hash).OfType<HashAlgorithmName>()];
        algorithms = [.. algorithms.Distinct()];
        byte[][] hashes = AuthenticodeHash.Compute(image, algorithms);
        return new AuthenticodeSignatures(
            Hexadecimal.Of(hashes[0]),
            Hexadecimal.Of(hashes[1]),
            [.. _parsed.Select(p => p.Signature with { ComputedDigest = p.Hash is { } hash ? Hexadecimal.Of(hashes[Array.IndexOf(algorithms, hash)]) : null })],
            _warnings);
    }

    private void Parse(ReadOnlyMemory<byte> encoded, long origin, int depth)
    {
        try
        {
            SignedData data = SignedData.Read(encoded, image.Name, origin, _warnings);
            if (data.ContentType != IndirectData || data.Signers.Count == 0)
            {
                _warnings.Add("An entry of the certificate table signs no PE file.");
                return;
            }

            SignerInfo signer = data.Signers[0];
            _parsed.Add(Describe(data, signer, depth > 0));
            DerReader? nested = depth < MaximumNested ? SignerInfo.First(signer.UnsignedAttributes, NestedSignature) : null;
            while (nested is { IsAtEnd: false } && _parsed.Count < MaximumSignatures)
            {
                Parse(nested.TakeWhole(), origin, depth + 1);
            }
        }
        catch (DumpFormatException error)
        {
            _warnings.Add("A signature cannot be read: " + error.Expected);
        }
    }

    private ParsedSignature Describe(SignedData data, SignerInfo signer, bool isNested)
    {
        var content = new DerReader(data.Content, image.Name, 0);
        ReadOnlyMemory<byte> about = content.TakeWhole();
        DerReader digest = content.Enter(DerTag.Sequence);
        string algorithm = digest.Algorithm();
        SignerVerdict verdict = SignerVerdict.Of(signer, data, _verifier, image.Name, _warnings);
        (string? name, string? url) = ReadOpus(signer);
        var signature = new AuthenticodeSignature
        {
            IsNested = isNested,
            DigestAlgorithm = Digest.NameOf(algorithm),
            Digest = Hexadecimal.Of(digest.Take(DerTag.OctetString).Span),
            ComputedDigest = null,
            IsSignatureValid = verdict.IsValid,
            Signer = verdict.Signer,
            Chain = verdict.Chain.Certificates,
            ChainEnd = verdict.Chain.End,
            Root = verdict.Chain.Root,
            Timestamp = verdict.Timestamp,
            SigningTime = signer.SigningTime,
            ProgramName = name,
            MoreInfoUrl = url,
            HasPageHashes = about.Span.IndexOf(PageHashIdentifier) >= 0,
        };
        return new ParsedSignature(signature, Digest.FromIdentifier(algorithm));
    }

    // SpcSpOpusInfo: [0] name ([0] UTF-16, [1] ASCII) · [1] link ([0] address).
    private static (string? Name, string? Url) ReadOpus(SignerInfo signer)
    {
        if (SignerInfo.First(signer.SignedAttributes, OpusInfo)?.TryEnter(DerTag.Sequence) is not { } opus)
        {
            return default;
        }

        DerReader? name = opus.TryEnter(DerTag.ContextConstructed(0));
        DerReader? link = opus.TryEnter(DerTag.ContextConstructed(1));
        return (Choice(name, isWide: true), Choice(link, isWide: false));
    }

    private static string? Choice(DerReader? choice, bool isWide)
    {
        if (choice is null || (choice.Tag != DerTag.Context(0) && choice.Tag != DerTag.Context(1)))
        {
            return null;
        }

        // The tag is the choice's number; the kind of string is known by it.
        byte[] element = choice.TakeWhole().ToArray();
        element[0] = isWide && element[0] == DerTag.Context(0) ? (byte)DerTag.BmpString : (byte)DerTag.IA5String;
        string text = new DerReader(element, string.Empty, 0).Text().Trim();
        return text.Length == 0 ? null : text;
    }

    private sealed record ParsedSignature(AuthenticodeSignature Signature, HashAlgorithmName? Hash);
}
