using KernelFault.Formats;
using KernelFault.Formats.Authenticode;

namespace KernelFault.Drivers;

/// <summary>A catalogue that names a file.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Catalog">The catalogue.</param>
/// <param name="Member">The file in it.</param>
internal sealed record FoundCatalog(string Name, SecurityCatalog Catalog, CatalogMember Member)
{
    /// <summary>Its file name, safe to show.</summary>
    internal string FileName => PrintableText.Clean(Name);

    /// <summary>Its signature as if the file had it: the catalogue's hash of the file is the file's, or it would not have been found.</summary>
    internal AuthenticodeSignature AsSignature() => new()
    {
        IsNested = false,
        DigestAlgorithm = Member.DigestAlgorithm,
        Digest = Member.Digest,
        ComputedDigest = Member.Digest,
        IsSignatureValid = Catalog.IsSignatureValid,
        Signer = Catalog.Signer,
        Chain = Catalog.Chain,
        ChainEnd = Catalog.ChainEnd,
        Root = Catalog.Root,
        Timestamp = Catalog.Timestamp,
        SigningTime = null,
        ProgramName = null,
        MoreInfoUrl = null,
        HasPageHashes = false,
    };
}
