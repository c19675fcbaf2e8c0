namespace KernelFault.Kernels;

/// <summary>A place named by the nearest symbol before it.</summary>
/// <param name="Name">The symbol, such as <c>KeBugCheckEx</c>.</param>
/// <param name="Displacement">Bytes past the symbol.</param>
public sealed record KernelSymbol(string Name, uint Displacement);
