namespace KernelFault.Formats.Isf;

/// <summary>One field of a structure or union.</summary>
/// <param name="Offset">From the start of the structure, in bytes.</param>
/// <param name="Type">What it is; null when the file does not say.</param>
/// <param name="IsAnonymous">True for an unnamed member whose fields count as the structure's own.</param>
internal sealed record IsfField(uint Offset, IsfTypeReference? Type, bool IsAnonymous);
