namespace KernelFault.Dumps.Linux;

/// <summary>A processor's state as a note of the dump has it (<c>NT_PRSTATUS</c>).</summary>
/// <remarks>
/// A crash kernel's notes have the registers at the crash and the task's real pid. An emulator's have pid = processor number + 1 and
/// the registers when it was told to dump: the panicked processor is then in the loop at the end of <c>panic</c>.
/// </remarks>
/// <param name="Index">
/// The place of the note among its like. Processors that were offline or did not answer have no note, so that this is the
/// processor's number only when all have one.
/// </param>
/// <param name="ProcessId"><c>pr_pid</c>: 0 for the idle task.</param>
/// <param name="Registers">The registers; null when the note is too short or the processor's kind is not known.</param>
/// <param name="SystemRegisters">
/// What an emulator adds (note <c>QEMU</c>, x86 only): <c>cr0</c> to <c>cr4</c>, <c>gs_base</c>, <c>kernel_gs_base</c>, bases of
/// the descriptor tables. Null where there is none.
/// </param>
public sealed record VmcoreProcessor(int Index, uint ProcessId, RegisterSet? Registers, RegisterSet? SystemRegisters);
