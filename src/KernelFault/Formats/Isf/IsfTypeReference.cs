namespace KernelFault.Formats.Isf;

/// <summary>The type of a field as ISF writes it, without what pointers point to and functions take.</summary>
/// <param name="Kind"><c>base</c>, <c>struct</c>, <c>union</c>, <c>class</c>, <c>enum</c>, <c>pointer</c>, <c>array</c>, <c>bitfield</c> or <c>function</c>.</param>
/// <param name="Name">Name of the type; of the elements for an array, of the storage for a bit field; null for pointers and functions.</param>
/// <param name="ElementKind">For an array, the kind of its elements; else null.</param>
/// <param name="Count">Elements of an array, all dimensions multiplied; 1 for what is none.</param>
/// <param name="BitPosition">First bit of a bit field, from the lowest; null for what is none.</param>
/// <param name="BitLength">Bits of a bit field; null for what is none.</param>
internal sealed record IsfTypeReference(
    string Kind, string? Name, string? ElementKind = null, ulong Count = 1, int? BitPosition = null, int? BitLength = null)
{
    /// <summary>Whether fields of a structure lie at the start of this one.</summary>
    internal bool IsStructure => (ElementKind ?? Kind) is "struct" or "union" or "class";
}
