using KernelFault.Dumps;

namespace KernelFault.Unwinding;

/// <summary>A trap frame of interrupted kernel code on a stack.</summary>
/// <param name="Address">Of the frame.</param>
/// <param name="ReturnSlot">Where in it the interrupted instruction's address lies.</param>
/// <param name="Registers">The interrupted registers, as far as the frame holds them.</param>
internal sealed record StackTrapFrame(ulong Address, ulong ReturnSlot, RegisterSet Registers);
