namespace KernelFault.Formats.Isf;

/// <summary>An enumeration.</summary>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Base">The base type it is stored as; null when the file does not say.</param>
/// <param name="Constants">Values by name.</param>
internal sealed record IsfEnum(uint Size, string? Base, IReadOnlyDictionary<string, long> Constants);
