using KernelFault.Formats.Authenticode;
using KernelFault.Formats.Pe;
using KernelFault.Hosts;

namespace KernelFault.Drivers;

/// <summary>Adds to a driver what its image says of itself.</summary>
/// <param name="now">By which the end of a certificate is judged where no timestamp does it.</param>
internal sealed class WindowsDriverFile(DateTimeOffset now)
{
    // Catalogues of drivers; the folder beside it is for other programs.
    private const string CatalogFolder = @"\System32\CatRoot\{F750E6C3-38EE-11D1-85E5-00C04FC295EE}";

    private readonly SignatureJudge _judge = new(now);

    /// <summary>Adds the facts of a whole file.</summary>
    /// <param name="driver">What is known of it.</param>
    /// <param name="image">Its file.</param>
    internal KernelDriver Complete(KernelDriver driver, PeImage image)
    {
        AuthenticodeSignatures read = AuthenticodeSignatures.Read(image);
        DriverSignature signature = _judge.Of(read);
        KernelDriver complete = Describe(driver, image, isWhole: true) with
        {
            FileSize = image.Length,
            Sha256 = FileHash.Sha256(image),
            AuthenticodeSha1 = read.Sha1.ToLowerInvariant(),
            AuthenticodeSha256 = read.Sha256.ToLowerInvariant(),
            Signature = signature,
            Warnings = (string[])[.. driver.Warnings, .. read.Warnings],
        };
        string? program = read.Signatures.Count == 0 ? null : read.Signatures[0].ProgramName;

        // A file may well be in a catalogue of the machine it comes from.
        return complete with { IsThirdParty = DriverOrigin.IsThirdParty(complete.Company, signature, program, wereCatalogsSearched: false) };
    }

    /// <summary>Looks for the signatures of those files that have none of their own.</summary>
    /// <param name="drivers">Drivers with the facts of their files.</param>
    /// <param name="host">The Windows whose catalogues are asked.</param>
    /// <param name="windows">Its Windows folder.</param>
    /// <param name="warnings">Where damaged catalogues are told.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    internal List<KernelDriver> WithCatalogs(IReadOnlyList<KernelDriver> drivers, IHost host, string windows, List<string> warnings, CancellationToken cancellation)
    {
        string[] unsigned = [.. drivers.Where(IsUnsigned).SelectMany(driver => (string[])[driver.AuthenticodeSha256!, driver.AuthenticodeSha1!])];
        DriverCatalogs? catalogs = unsigned.Length == 0 ? null : DriverCatalogs.Read(host, [windows + CatalogFolder], unsigned, cancellation);
        warnings.AddRange(catalogs?.Warnings ?? []);
        return [.. drivers.Select(driver => IsUnsigned(driver) ? WithCatalogs(driver, catalogs) : driver)];
    }

    private static bool IsUnsigned(KernelDriver driver) => driver.Signature is { Status: DriverSignatureStatus.Unsigned } && driver.AuthenticodeSha256 is not null;

    private KernelDriver WithCatalogs(KernelDriver driver, DriverCatalogs? catalogs)
    {
        DriverSignature signature = _judge.Of(driver.AuthenticodeSha256!, driver.AuthenticodeSha1!, catalogs);
        return driver with
        {
            Signature = signature,
            IsThirdParty = DriverOrigin.IsThirdParty(driver.Company, signature, null, wereCatalogsSearched: catalogs is not null),
        };
    }

    /// <summary>Adds the facts of those parts of a file that a remote machine sent; what lies between is zero.</summary>
    /// <param name="driver">What is known of it, with its signature as the machine judged it.</param>
    /// <param name="image">The file with holes.</param>
    internal KernelDriver CompleteParts(KernelDriver driver, PeImage image)
    {
        KernelDriver complete = Describe(driver, image, isWhole: false);
        if (image.Certificates.Count == 0)
        {
            return complete;
        }

        // The hash of a file with holes says nothing: what was signed is taken from the signature, and whether it is so from the machine.
        AuthenticodeSignatures read = AuthenticodeSignatures.Read(image);
        bool matches = driver.Signature?.Status is DriverSignatureStatus.Valid;
        AuthenticodeSignature[] signatures = [.. read.Signatures.Select(s => s with { ComputedDigest = matches ? s.Digest : null })];
        if (signatures.Length == 0)
        {
            return complete;
        }

        DriverSignature own = _judge.Best(signatures);
        return complete with
        {
            AuthenticodeSha1 = Signed(signatures, "SHA1"),
            AuthenticodeSha256 = Signed(signatures, "SHA256"),
            Signature = Joined(driver.Signature, own),
            IsThirdParty = DriverOrigin.IsThirdParty(complete.Company, Joined(driver.Signature, own), signatures[0].ProgramName, wereCatalogsSearched: true),
        };
    }

    private static string? Signed(AuthenticodeSignature[] signatures, string algorithm) =>
        signatures.FirstOrDefault(s => s.DigestAlgorithm == algorithm && s.DigestMatches)?.Digest.ToLowerInvariant();

    // The machine knows its roots, its revoked certificates and whether the file is unchanged; the file knows the rest.
    private static DriverSignature Joined(DriverSignature? machine, DriverSignature own) => machine is null || machine.Status == DriverSignatureStatus.Unknown
        ? own
        : own with
        {
            Status = machine.Status == DriverSignatureStatus.Valid && own.SigningKind != DriverSigningKind.Test ? machine.Status
                : machine.Status is DriverSignatureStatus.Valid ? own.Status : machine.Status,
            Catalog = machine.Catalog,
            Reason = machine.Status == DriverSignatureStatus.Valid && own.SigningKind != DriverSigningKind.Test ? null : machine.Reason ?? own.Reason,
        };

    private static KernelDriver Describe(KernelDriver driver, PeImage image, bool isWhole)
    {
        PeVersionInfo? version = image.Version;
        DriverImage facts = DriverImageReader.Read(image, isWhole);
        return driver with
        {
            Kind = driver.Kind == KernelDriverKind.Driver && RegistersFilter(facts) ? KernelDriverKind.Minifilter : driver.Kind,
            Size = driver.Size ?? image.Header.SizeOfImage,
            FileVersion = version?.FixedFileVersion ?? version?.FileVersion ?? driver.FileVersion,
            OriginalFileName = version?.OriginalFilename ?? driver.OriginalFileName,
            InternalName = version?.InternalName ?? driver.InternalName,
            Product = version?.ProductName ?? driver.Product,
            Company = version?.CompanyName ?? driver.Company,
            Description = driver.Description ?? version?.FileDescription,
            LinkTime = image.LinkTime?.UtcDateTime,
            TimeDateStamp = image.Header.TimeDateStamp,
            PdbName = image.CodeView?.PdbName,
            PdbId = image.CodeView?.SymbolStoreKey,
            Image = facts,
        };
    }

    private static bool RegistersFilter(DriverImage image) =>
        image.Imports?.Any(import => string.Equals(import, "fltmgr.sys!FltRegisterFilter", StringComparison.OrdinalIgnoreCase)) == true;
}
