namespace KernelFault.Formats.Isf;

/// <summary>A type of the compiler.</summary>
/// <param name="Size">Its size in bytes.</param>
/// <param name="IsSigned">Whether it has a sign.</param>
/// <param name="Kind"><c>int</c>, <c>char</c>, <c>float</c>, <c>bool</c> or <c>void</c>.</param>
internal sealed record IsfBaseType(uint Size, bool IsSigned, string Kind);
