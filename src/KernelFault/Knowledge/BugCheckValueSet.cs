namespace KernelFault.Knowledge;

/// <summary>A table of values that several stop codes share.</summary>
/// <param name="Name">Its name in the data files.</param>
/// <param name="Values">The values.</param>
internal sealed record BugCheckValueSet(string Name, IReadOnlyList<BugCheckValue> Values);
