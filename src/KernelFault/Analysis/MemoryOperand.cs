namespace KernelFault.Analysis;

/// <summary>One use of memory by an instruction.</summary>
/// <param name="Text">Such as <c>[rcx+28h]</c>.</param>
/// <param name="BaseRegister">In lower case; null for none.</param>
/// <param name="BaseValue">What it held; null when not known.</param>
/// <param name="IndexRegister">In lower case; null for none.</param>
/// <param name="Displacement">In bytes.</param>
/// <param name="Address">The address; null when a register it needs is not known.</param>
/// <param name="Access">How it is used.</param>
/// <param name="Size">Bytes; 0 when not fixed.</param>
/// <param name="Implicit">True for what the instruction's text does not name, such as the stack of a push.</param>
internal sealed record MemoryOperand(
    string Text,
    string? BaseRegister,
    ulong? BaseValue,
    string? IndexRegister,
    long Displacement,
    ulong? Address,
    AccessKind Access,
    int Size,
    bool Implicit);
