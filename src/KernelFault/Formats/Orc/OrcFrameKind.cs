namespace KernelFault.Formats.Orc;

/// <summary>What lies where an ORC entry's stack offset leads.</summary>
internal enum OrcFrameKind : byte
{
    /// <summary>The code cannot be unwound.</summary>
    Undefined,

    /// <summary>The outermost frame.</summary>
    EndOfStack,

    /// <summary>The caller's stack, right above the return address.</summary>
    Call,

    /// <summary>A whole <c>struct pt_regs</c>.</summary>
    Registers,

    /// <summary>The five words a processor pushes for an interrupt: the end of a <c>struct pt_regs</c>.</summary>
    InterruptFrame,
}
