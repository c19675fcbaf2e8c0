using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Unwinding.Linux;

/// <summary>The registers an exception, an interrupt or a system call left on a stack (<c>struct pt_regs</c>).</summary>
/// <param name="Address">Of the structure; of where it would start when only its end was pushed.</param>
/// <param name="Registers">The registers.</param>
/// <param name="IsComplete">False if the processor had pushed no more than where it was: <c>rip</c>, <c>rsp</c> and flags.</param>
/// <param name="IsUser">True if a program was interrupted rather than the kernel.</param>
internal sealed record LinuxRegisterFrame(VirtualAddress Address, RegisterSet Registers, bool IsComplete, bool IsUser);
