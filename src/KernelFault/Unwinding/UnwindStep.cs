namespace KernelFault.Unwinding;

/// <summary>How one frame led to the next.</summary>
/// <param name="Trust">How it was found.</param>
/// <param name="ReturnSlot">Where on the stack the next instruction pointer lay; null when it came from a register.</param>
/// <param name="Interrupted">True if the next frame was interrupted by a trap: its address is of an instruction, not behind a call.</param>
/// <param name="Note">What is special; null when nothing.</param>
internal readonly record struct UnwindStep(FrameTrust Trust, ulong? ReturnSlot, bool Interrupted, string? Note = null);
