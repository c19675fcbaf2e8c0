using System.Text.Json;
using KernelFault.Formats;
using KernelFault.Formats.Authenticode;
using KernelFault.Formats.Pe;
using KernelFault.Formats.Pkcs7;

namespace KernelFault.Drivers.Windows;

/// <summary>Adds to drivers what a running Windows told of their files.</summary>
internal sealed class InventoryFiles
{
    private const int MaximumCertificate = 64 * 1024;
    private const int MaximumChain = 10;

    private readonly Dictionary<string, JsonElement> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, IReadOnlyList<SigningCertificate>> _chains = new(StringComparer.OrdinalIgnoreCase);
    private readonly SparseImage _images = new();
    private readonly WindowsDriverFile _file;

    internal InventoryFiles(JsonElement inventory, DateTimeOffset now)
    {
        _file = new WindowsDriverFile(now);
        foreach (JsonElement file in inventory.Elements("files"))
        {
            if (file.Text("path") is { } path)
            {
                _files[path] = file;
            }
        }

        if (inventory.TryGetProperty("chains", out JsonElement chains) && chains.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty chain in chains.EnumerateObject())
            {
                _chains[chain.Name] = Certificates(chains, chain.Name);
            }
        }
    }

    /// <summary>Adds what is known of a driver's file.</summary>
    internal KernelDriver Complete(KernelDriver driver)
    {
        if (driver.Path is null || !_files.TryGetValue(driver.Path, out JsonElement file))
        {
            return driver;
        }

        if (file.Flag("missing") == true)
        {
            return driver with { Warnings = (string[])[.. driver.Warnings, "Its file is not there."] };
        }

        DriverSignature? signature = Signature(file);
        KernelDriver complete = driver with
        {
            FileSize = file.Number("length") is >= 0 and { } length ? length : null,
            FileVersion = file.Text("version") is { } version && version != "0.0.0.0" ? version : null,
            Product = file.Text("product"),
            Company = file.Text("company"),
            OriginalFileName = file.Text("originalName"),
            InternalName = file.Text("internalName"),
            Description = driver.Description is null || driver.Description == driver.DisplayName ? file.Text("description") ?? driver.Description : driver.Description,
            Sha256 = file.Hash("sha256", 64),
            Signature = signature,
            IsThirdParty = DriverOrigin.IsThirdParty(file.Text("company"), signature, null, wereCatalogsSearched: true),
            Warnings = file.Text("error") is { } error ? [.. driver.Warnings, "Not everything of its file could be read: " + error] : driver.Warnings,
        };
        return file.TryGetProperty("parts", out JsonElement parts) && parts.ValueKind == JsonValueKind.Object ? WithImage(complete, parts, file) : complete;
    }

    private KernelDriver WithImage(KernelDriver driver, JsonElement parts, JsonElement file)
    {
        try
        {
            using PeImage image = _images.Read(parts, driver.Path!);
            KernelDriver complete = _file.CompleteParts(driver, image);
            return complete with { Image = complete.Image! with { IsDebugBuild = file.Flag("debug") == true } };
        }
        catch (DumpFormatException e)
        {
            return driver with { Warnings = (string[])[.. driver.Warnings, "What its image says could not be read: " + PrintableText.Clean(e.Expected ?? e.Message)] };
        }
    }

    private DriverSignature? Signature(JsonElement file)
    {
        if (file.Text("status") is not { } status)
        {
            return null;
        }

        bool isCatalog = file.Text("signatureType") == "Catalog";
        IReadOnlyList<SigningCertificate> chain = file.Text("certificate") is { } thumbprint && _chains.TryGetValue(thumbprint, out IReadOnlyList<SigningCertificate>? known) ? known : [];
        SigningCertificate? signer = chain.Count > 0 ? chain[0] : null;
        (DriverSignatureStatus verdict, string? reason) = status switch
        {
            "Valid" => (DriverSignatureStatus.Valid, null),
            "NotSigned" => (DriverSignatureStatus.Unsigned, "The file has no signature, and no catalogue of the machine names it."),
            "HashMismatch" => (DriverSignatureStatus.Invalid, "The file was changed after it was signed."),
            "NotTrusted" => (DriverSignatureStatus.Untrusted, file.Text("statusMessage")),
            _ => (DriverSignatureStatus.Unknown, file.Text("statusMessage") ?? "The machine could not judge the signature."),
        };
        return new DriverSignature
        {
            Status = verdict,
            SigningKind = verdict == DriverSignatureStatus.Unsigned || signer is null ? null : Kind(chain, isCatalog),
            Signer = signer?.CommonName ?? signer?.Subject,
            Issuer = signer?.IssuerCommonName ?? signer?.Issuer,
            Thumbprint = signer?.Thumbprint,
            NotBefore = signer?.NotBefore.UtcDateTime,
            NotAfter = signer?.NotAfter.UtcDateTime,
            HasTimestamp = signer is null ? null : file.Flag("stamped"),
            CertificateHashes = signer is null ? null : (string[])[.. chain.Where(c => c.ToBeSignedHash is not null).Select(c => c.ToBeSignedHash!.ToLowerInvariant())],
            Reason = reason,
        };
    }

    // The machine has found the chain's end, so the root is among the certificates; only Microsoft's keys are known here.
    private static DriverSigningKind Kind(IReadOnlyList<SigningCertificate> chain, bool isCatalog)
    {
        CertificateChain built = CertificateChain.Build(chain[0], chain, new SignatureVerifier());
        var signature = new AuthenticodeSignature
        {
            IsNested = false,
            DigestAlgorithm = string.Empty,
            Digest = string.Empty,
            ComputedDigest = string.Empty,
            IsSignatureValid = true,
            Signer = chain[0],
            Chain = built.Certificates,

            // A root of another maker signed itself, as every root has: that is no test certificate.
            ChainEnd = built.End == ChainEnd.SelfSigned && built.Certificates.Count > 1 ? ChainEnd.MissingIssuer : built.End,
            Root = built.Root,
            Timestamp = null,
            SigningTime = null,
            ProgramName = null,
            MoreInfoUrl = null,
            HasPageHashes = false,
        };
        return SignatureJudge.KindOf(signature, isCatalog ? DriverSigningKind.Catalog : DriverSigningKind.Embedded);
    }

    private static List<SigningCertificate> Certificates(JsonElement chains, string name)
    {
        var certificates = new List<SigningCertificate>();
        foreach (JsonElement raw in chains.Elements(name).Take(MaximumChain))
        {
            if (raw.ValueKind == JsonValueKind.String && raw.TryGetBytesFromBase64(out byte[]? bytes) && bytes.Length <= MaximumCertificate)
            {
                try
                {
                    certificates.Add(CertificateReader.Read(bytes, "certificate"));
                }
                catch (DumpFormatException)
                {
                    // Its issuer then is unknown, which the chain's end says.
                    break;
                }
            }
        }

        return certificates;
    }
}
