namespace KernelFault.Formats.Pe;

/// <summary>One x64 unwind operation.</summary>
/// <param name="CodeOffset">Bytes from the function's start to the end of the prologue instruction it undoes.</param>
/// <param name="Operation">What the instruction did.</param>
/// <param name="Info">A register number, or a detail of the operation.</param>
/// <param name="Operand">Bytes: how much was allocated, or where a register was saved; 0 for the others.</param>
internal readonly record struct X64UnwindCode(byte CodeOffset, X64UnwindOperation Operation, int Info, uint Operand);
