namespace KernelFault.Analysis.Windows;

/// <summary>What part of the address space an address lies in, and how that is known.</summary>
/// <param name="Region">The part.</param>
/// <param name="Text">For a sentence: <c>the null page</c>, <c>paged pool (fixed range of Windows 8.1)</c>.</param>
internal sealed record AddressClassification(AddressRegion Region, string Text);
