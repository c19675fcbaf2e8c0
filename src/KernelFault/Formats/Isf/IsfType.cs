namespace KernelFault.Formats.Isf;

/// <summary>A structure or union.</summary>
/// <param name="Kind"><c>struct</c>, <c>union</c> or <c>class</c>.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Fields">Its fields by name.</param>
internal sealed record IsfType(string Kind, uint Size, IReadOnlyDictionary<string, IsfField> Fields);
