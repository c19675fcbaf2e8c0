namespace KernelFault.Analysis;

/// <summary>What a decoder made of an instruction's bytes.</summary>
/// <param name="Length">Bytes it has.</param>
/// <param name="Text">Disassembly; null when only the use of memory is known.</param>
/// <param name="Operands">Its uses of memory.</param>
internal sealed record DecodedInstruction(int Length, string? Text, IReadOnlyList<MemoryOperand> Operands);
