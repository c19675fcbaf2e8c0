using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Unwinding.Linux;

/// <summary>A processor at the crash.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Task">Address of the <c>task_struct</c> it ran; null when not known.</param>
/// <param name="Registers">Its registers; null when neither the dump's notes nor the kernel's own have them.</param>
/// <param name="IsFromCrash">
/// True if the kernel itself saved the registers when it crashed (<c>crash_notes</c>), false if they are those at the time the
/// dump was written.
/// </param>
internal sealed record ProcessorRegisters(int Index, VirtualAddress? Task, RegisterSet? Registers, bool IsFromCrash);
