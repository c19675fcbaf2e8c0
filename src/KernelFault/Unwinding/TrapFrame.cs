using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Unwinding;

/// <summary>Registers that the kernel saved when a processor exception interrupted kernel code, recognised on a stack by their shape.</summary>
/// <param name="Address">Of the <c>KTRAP_FRAME</c>.</param>
/// <param name="ReturnSlot">Where in it the interrupted instruction's address lies.</param>
/// <param name="Registers">The interrupted registers, as far as the frame holds them: on x64 the volatile ones, <c>rbp</c>, <c>rip</c> and <c>rsp</c>.</param>
public sealed record TrapFrame(VirtualAddress Address, VirtualAddress ReturnSlot, RegisterSet Registers);
