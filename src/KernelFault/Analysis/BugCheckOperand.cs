using KernelFault.Knowledge;

namespace KernelFault.Analysis;

/// <summary>One parameter of a bug check and the kind of thing it holds.</summary>
/// <param name="Parameter">1 to 4, to cite it as evidence.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Value">The value as stored.</param>
internal sealed record BugCheckOperand(int Parameter, BugCheckParameterKind Kind, ulong Value);
