namespace KernelFault.Formats.Authenticode;

/// <summary>A file that a catalogue vouches for.</summary>
/// <param name="Digest">Its Authenticode hash, or for what is no PE file the hash of all its bytes: hexadecimal digits.</param>
/// <param name="DigestAlgorithm">The hash, such as <c>SHA256</c>; told by its length where the catalogue does not say.</param>
/// <param name="FileName">Its name as the catalogue's maker gave it, safe to show; null when absent.</param>
/// <param name="OperatingSystems">For which systems, such as <c>2:10.0</c>, safe to show; null when absent.</param>
public sealed record CatalogMember(string Digest, string DigestAlgorithm, string? FileName, string? OperatingSystems);
