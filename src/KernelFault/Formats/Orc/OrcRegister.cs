namespace KernelFault.Formats.Orc;

/// <summary>What an ORC offset counts from. The format's own numbers (<c>ORC_REG_*</c>) differ by version: <see cref="OrcLayout"/>.</summary>
internal enum OrcRegister : byte
{
    /// <summary>Not known here; for the frame pointer: unchanged.</summary>
    Undefined,
    PreviousSp,
    Rax,
    Rdx,
    Rdi,
    Rbp,
    Rsp,
    R10,
    R13,

    /// <summary>The word at <c>rbp</c> plus the offset.</summary>
    RbpIndirect,

    /// <summary>The word at <c>rsp</c>, plus the offset.</summary>
    RspIndirect,

    /// <summary>The word at <c>rsp</c> plus the offset: what <see cref="RspIndirect"/> meant until 5.12.</summary>
    RspOffsetIndirect,

    /// <summary>A number that means nothing.</summary>
    Invalid,
}
