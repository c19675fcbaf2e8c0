namespace KernelFault.Formats.Orc;

/// <summary>What an ORC offset counts from; below 16 the numbers are the format's own (<c>ORC_REG_*</c>), which never changed.</summary>
internal enum OrcRegister : byte
{
    /// <summary>Not known here; for the frame pointer: unchanged.</summary>
    Undefined = 0,
    PreviousSp = 1,
    Rdx = 2,
    Rdi = 3,
    Rbp = 4,
    Rsp = 5,
    R10 = 6,
    R13 = 7,

    /// <summary>The word at <c>rbp</c> plus the offset.</summary>
    RbpIndirect = 8,

    /// <summary>The word at <c>rsp</c>, plus the offset.</summary>
    RspIndirect = 9,

    /// <summary>The word at <c>rsp</c> plus the offset: what 9 meant until 5.12.</summary>
    RspOffsetIndirect = 16,
}
