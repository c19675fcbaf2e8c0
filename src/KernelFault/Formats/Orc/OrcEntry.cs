namespace KernelFault.Formats.Orc;

/// <summary>How to find the caller from the code at one address.</summary>
/// <param name="Kind">What is found.</param>
/// <param name="Sp">What the stack offset counts from.</param>
/// <param name="SpOffset">Bytes.</param>
/// <param name="Bp">Where the caller's frame pointer is.</param>
/// <param name="BpOffset">Bytes.</param>
/// <param name="IsSignal">True if the next frame was interrupted: its address is of an instruction, not behind a call.</param>
internal readonly record struct OrcEntry(
    OrcFrameKind Kind, OrcRegister Sp, short SpOffset, OrcRegister Bp, short BpOffset, bool IsSignal)
{
    /// <summary>A call that did not get anywhere: the return address is on top of the stack.</summary>
    internal static OrcEntry NoFrame { get; } = new(OrcFrameKind.Call, OrcRegister.Rsp, 8, OrcRegister.Undefined, 0, false);

    /// <summary>Code that keeps a frame pointer and has no entries (made while running).</summary>
    internal static OrcEntry FramePointer { get; } = new(OrcFrameKind.Call, OrcRegister.Rbp, 16, OrcRegister.PreviousSp, -16, false);
}
