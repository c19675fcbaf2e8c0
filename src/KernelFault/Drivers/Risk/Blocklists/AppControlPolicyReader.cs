using System.Xml;
using KernelFault.Formats;

namespace KernelFault.Drivers.Risk.Blocklists;

// urn:schemas-microsoft-com:sipolicy. FileRules: Deny (Hash, or FileName and versions) and FileAttrib, which signers refer to; Allow is of no
// interest. Signers: Signer { CertRoot Type="TBS" Value, CertPublisher, CertOemID, FileAttribRef … }. What is denied to the kernel is named
// by DeniedSigner in the SigningScenario of Value 131; 12 is for programs. Hash is the Authenticode hash of the whole file by SHA-1 or
// SHA-256, or that of its pages, and does not say which.

/// <summary>Reads the XML of an App Control policy.</summary>
internal static class AppControlPolicyReader
{
    private const string Namespace = "urn:schemas-microsoft-com:sipolicy";
    private const string KernelScenario = "131";
    private const int LongestText = 1024;

    internal static void Read(Stream xml, string path, long maximumLength, BlocklistBuilder builder, CancellationToken cancellation)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = maximumLength,
            IgnoreComments = true,
            IgnoreWhitespace = true,
            IgnoreProcessingInstructions = true,
        };
        using XmlReader reader = XmlReader.Create(xml, settings);
        try
        {
            if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != "SiPolicy" || reader.NamespaceURI != Namespace)
            {
                throw Unexpected(path, reader, $"expected <SiPolicy xmlns=\"{Namespace}\">.");
            }

            Walk(reader, path, builder, cancellation);
        }
        catch (Exception e) when (e is XmlException or InvalidDataException or ArgumentException)
        {
            // InvalidDataException: a damaged zip. ArgumentException: bytes that their encoding does not have.
            throw new DumpFormatException($"{path}: {e.Message}", e);
        }
    }

    private static void Walk(XmlReader reader, string path, BlocklistBuilder builder, CancellationToken cancellation)
    {
        var attributes = new Dictionary<string, FileRule>(StringComparer.Ordinal);
        var signers = new Dictionary<string, Signer>(StringComparer.Ordinal);
        var denied = new List<string>();
        Signer? signer = null;
        bool kernel = false;
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.EndElement)
            {
                signer = reader.LocalName == "Signer" ? null : signer;
                continue;
            }

            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            cancellation.ThrowIfCancellationRequested();
            switch (reader.LocalName)
            {
                case "Deny":
                    Count(reader, builder);
                    AddDenied(reader, builder);
                    break;
                case "FileAttrib":
                    Count(reader, builder);
                    attributes[Attribute(reader, "ID") ?? string.Empty] = Rule(reader);
                    break;
                case "Signer":
                    Count(reader, builder);
                    signer = new Signer(Attribute(reader, "ID") ?? string.Empty, Attribute(reader, "Name"));
                    signers[signer.Id] = signer;
                    break;
                case "CertRoot" when signer is not null && Attribute(reader, "Type") == "TBS":
                    signer.CertificateHash = Attribute(reader, "Value");
                    break;
                case "CertPublisher" when signer is not null:
                    signer.Publisher = Attribute(reader, "Value");
                    break;
                case "CertOemID" when signer is not null:
                    signer.OemId = Attribute(reader, "Value");
                    break;
                case "FileAttribRef" when signer is not null:
                    Count(reader, builder);
                    signer.Files.Add(Attribute(reader, "RuleID") ?? string.Empty);
                    break;
                case "SigningScenario":
                    kernel = Attribute(reader, "Value") == KernelScenario;
                    break;
                case "DeniedSigner" when kernel:
                    Count(reader, builder);
                    denied.Add(Attribute(reader, "SignerId") ?? string.Empty);
                    break;
            }
        }

        foreach (string id in denied.Distinct(StringComparer.Ordinal))
        {
            if (signers.TryGetValue(id, out Signer? found) && found.CertificateHash is not null)
            {
                // A reference to what is not there must not make the rule one for all files.
                FileRule[] files = [.. found.Files.Where(attributes.ContainsKey).Select(file => attributes[file])];
                if (files.Length == found.Files.Count || files.Length > 0)
                {
                    builder.Signers.Add(new SignerRule(new BlocklistEntry(Clean(id), Clean(found.Name ?? id), "denied"), found.CertificateHash, found.Publisher, found.OemId, files));
                }
            }
        }

        if (builder.AuthenticodeHashes.Count + builder.Files.Count + builder.Signers.Count == 0)
        {
            throw Unexpected(path, reader, "expected a policy that denies something, found none of it.");
        }
    }

    private static void AddDenied(XmlReader reader, BlocklistBuilder builder)
    {
        FileRule rule = Rule(reader);
        BlocklistBuilder.Add(builder.AuthenticodeHashes, Attribute(reader, "Hash"), rule.Entry);
        if (rule.IsMeaningful)
        {
            builder.Files.Add(rule);
        }
    }

    private static FileRule Rule(XmlReader reader)
    {
        string id = Attribute(reader, "ID") ?? "rule without id";
        string? fileName = Attribute(reader, "FileName");
        ulong? minimum = FileRule.Version(Attribute(reader, "MinimumFileVersion"));
        ulong? maximum = FileRule.Version(Attribute(reader, "MaximumFileVersion"));
        return new FileRule
        {
            Entry = new BlocklistEntry(Clean(id), Clean(Attribute(reader, "FriendlyName") ?? fileName ?? id), "denied"),
            FileName = fileName,
            InternalName = Attribute(reader, "InternalName"),
            ProductName = Attribute(reader, "ProductName"),
            Description = Attribute(reader, "FileDescription"),
            Lowest = maximum is null ? 0 : minimum ?? 0,
            Highest = maximum ?? minimum ?? FileRule.AnyVersion,
        };
    }

    private static void Count(XmlReader reader, BlocklistBuilder builder) => builder.Count(((IXmlLineInfo)reader).LineNumber);

    private static string Clean(string text) => PrintableText.Clean(text);

    // Some names of Microsoft's list end with a space.
    private static string? Attribute(XmlReader reader, string name)
    {
        string? value = reader.GetAttribute(name)?.Trim();
        return value is null or { Length: 0 or > LongestText } ? null : value;
    }

    private static DumpFormatException Unexpected(string path, XmlReader reader, string expected)
    {
        var place = (IXmlLineInfo)reader;
        return new DumpFormatException(FormattableString.Invariant($"{path}: at line {place.LineNumber}, column {place.LinePosition}: {expected}"));
    }

    private sealed class Signer(string id, string? name)
    {
        internal string Id { get; } = id;

        internal string? Name { get; } = name;

        internal string? CertificateHash { get; set; }

        internal string? Publisher { get; set; }

        internal string? OemId { get; set; }

        internal List<string> Files { get; } = [];
    }
}
