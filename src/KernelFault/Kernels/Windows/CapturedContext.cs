using KernelFault.Dumps;

namespace KernelFault.Kernels.Windows;

/// <summary>Registers found in a dump, and where.</summary>
/// <param name="Origin">Which structure they come from.</param>
/// <param name="Registers">The registers.</param>
public sealed record CapturedContext(ContextOrigin Origin, RegisterSet Registers);
