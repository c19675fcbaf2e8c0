using KernelFault.Kernels;

namespace KernelFault.Unwinding;

/// <summary>A word on a stack that may be a return address.</summary>
/// <param name="Slot">Where it lies.</param>
/// <param name="Address">Where it points.</param>
/// <param name="Module">The module it points into.</param>
/// <param name="Verified">True if a call instruction was seen before it; false if the code is not at hand.</param>
internal readonly record struct CallCandidate(ulong Slot, ulong Address, KernelModule Module, bool Verified);
