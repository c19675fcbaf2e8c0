using KernelFault.Formats.Der;
using KernelFault.Formats.Pkcs7;
using KernelFault.Memory;

namespace KernelFault.Formats.Authenticode;

// A .cat file is PKCS #7 signed data whose content is a certificate trust list: usage 1.3.6.1.4.1.311.12.1.1 · list identifier · (number)
// · this update · (next update) · algorithm (…12.1.2: members named by text, …12.1.3: by their hash) · members (name, SET of attributes)
// · [0] extensions. Attributes of a member: SpcIndirectDataContent (2.1.4) with its hash; name and value pairs (12.2.1) such as File and
// OSAttr: name in UTF-16, a number, value in UTF-16 with its zero.

/// <summary>A security catalogue (<c>.cat</c>): hashes of files, signed together. A driver without a signature of its own is signed by one.</summary>
public sealed class SecurityCatalog
{
    private const string TrustList = "1.3.6.1.4.1.311.10.1";
    private const string IndirectData = "1.3.6.1.4.1.311.2.1.4";
    private const string NameValue = "1.3.6.1.4.1.311.12.2.1";
    private const int MaximumSize = 32 * 1024 * 1024;
    private const int MaximumMembers = 128 * 1024;
    private const int MaximumAttributes = 32;

    private readonly SignerVerdict? _verdict;

    private SecurityCatalog(SignedData data, SignerVerdict? verdict, IReadOnlyList<CatalogMember> members, DateTimeOffset issued, IReadOnlyList<string> warnings)
    {
        _verdict = verdict;
        Members = members;
        Issued = issued;
        Warnings = warnings;
        Certificates = data.Certificates;
    }

    /// <summary>The files it vouches for.</summary>
    public IReadOnlyList<CatalogMember> Members { get; }

    /// <summary>When it was made, in UTC.</summary>
    public DateTimeOffset Issued { get; }

    /// <summary>Whose signature it has; null when there is none or its certificate is missing.</summary>
    public SigningCertificate? Signer => _verdict?.Signer;

    /// <summary>Certificates from the signer's towards a root, each verified to be signed by the next.</summary>
    public IReadOnlyList<SigningCertificate> Chain => _verdict?.Chain.Certificates ?? [];

    /// <summary>Where that chain ends.</summary>
    public ChainEnd ChainEnd => _verdict?.Chain.End ?? ChainEnd.NoCertificate;

    /// <summary>Name of the root, or of the last issuer when that one's certificate is missing; null without certificate.</summary>
    public string? Root => _verdict?.Chain.Root;

    /// <summary>True if the signer's key signed the list; false if not; null when that cannot be told.</summary>
    public bool? IsSignatureValid => _verdict?.IsValid;

    /// <summary>When it was signed by somebody else's clock; null without timestamp.</summary>
    public SignatureTimestamp? Timestamp => _verdict?.Timestamp;

    /// <summary>Every certificate in it.</summary>
    public IReadOnlyList<SigningCertificate> Certificates { get; }

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads a catalogue.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The catalogue.</returns>
    /// <exception cref="DumpFormatException">It is none, or larger than 32 MB.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SecurityCatalog Open(string path)
    {
        using var file = new MappedFile(path);
        return file.Length > MaximumSize
            ? throw new DumpFormatException(path, 0, $"a catalogue of {file.Length} bytes is larger than the {MaximumSize} bytes allowed.")
            : Read(file.SliceUpTo(0, MaximumSize).ToArray(), path);
    }

    /// <summary>The member with a hash.</summary>
    /// <param name="digest">Hexadecimal digits of an Authenticode hash, by any algorithm, in any case.</param>
    /// <returns>The member; null when it vouches for no such file.</returns>
    public CatalogMember? Find(string digest) => Members.FirstOrDefault(m => string.Equals(m.Digest, digest, StringComparison.OrdinalIgnoreCase));

    internal static SecurityCatalog Read(ReadOnlyMemory<byte> bytes, string path)
    {
        var warnings = new List<string>();
        SignedData data = SignedData.Read(bytes, path, 0, warnings);
        var list = new DerReader(data.Content, path, 0);
        if (data.ContentType != TrustList)
        {
            throw list.Damage("expected a certificate trust list, found content of type " + data.ContentType + ".");
        }

        list.SkipIf(DerTag.Integer);
        list.Enter(DerTag.Sequence);
        list.SkipIf(DerTag.OctetString);
        list.SkipIf(DerTag.Integer);
        DateTimeOffset issued = list.Time();
        list.SkipIf(DerTag.UtcTime);
        list.SkipIf(DerTag.GeneralizedTime);
        list.Skip();
        var members = new List<CatalogMember>();
        DerReader? subjects = list.TryEnter(DerTag.Sequence);
        while (subjects is { IsAtEnd: false })
        {
            if (members.Count == MaximumMembers)
            {
                warnings.Add($"The catalogue has more than {MaximumMembers} members; the others are not read.");
                break;
            }

            members.Add(Member(subjects.Enter(DerTag.Sequence)));
        }

        SignerVerdict? verdict = data.Signers.Count == 0 ? null : SignerVerdict.Of(data.Signers[0], data, new SignatureVerifier(), path, warnings);
        return new SecurityCatalog(data, verdict, members, issued, warnings);
    }

    private static CatalogMember Member(DerReader subject)
    {
        ReadOnlyMemory<byte> name = subject.Take(DerTag.OctetString);
        (string Digest, string Algorithm)? signed = null;
        string? file = null;
        string? systems = null;
        DerReader? set = subject.TryEnter(DerTag.Set);
        for (int i = 0; set is { IsAtEnd: false } && i < MaximumAttributes; i++)
        {
            DerReader attribute = set.Enter(DerTag.Sequence);
            string type = attribute.ObjectIdentifier();
            DerReader value = attribute.Enter(DerTag.Set).Enter(DerTag.Sequence);
            if (type == IndirectData)
            {
                value.Skip();
                DerReader digest = value.Enter(DerTag.Sequence);
                string algorithm = digest.Algorithm();
                signed = (Hexadecimal.Of(digest.Take(DerTag.OctetString).Span), Digest.NameOf(algorithm));
            }
            else if (type == NameValue)
            {
                string key = value.Text();
                value.SkipIf(DerTag.Integer);
                string text = Wide(value.Take(DerTag.OctetString));
                file = key == "File" ? text : file;
                systems = key == "OSAttr" ? text : systems;
            }
        }

        string hash = signed?.Digest ?? NamedHash(name);
        return new CatalogMember(hash, signed?.Algorithm ?? (hash.Length switch { 40 => "SHA1", 64 => "SHA256", _ => string.Empty }), file, systems);
    }

    // Older catalogues name members by the hash's digits in UTF-16, newer by the hash itself.
    private static string NamedHash(ReadOnlyMemory<byte> name) => name.Length is 20 or 32 ? Hexadecimal.Of(name.Span) : Wide(name);

    private static string Wide(ReadOnlyMemory<byte> bytes) =>
        PrintableText.Clean(System.Text.Encoding.Unicode.GetString(bytes.Slice(0, Math.Min(bytes.Length, PrintableText.MaximumLength * 2)).ToArray()).TrimEnd('\0'));
}
