namespace KernelFault.Unwinding;

/// <summary>How a stack frame was found, the surest first.</summary>
public enum FrameTrust : long
{
    /// <summary>The registers of a context, trap or exception frame: what the processor was doing.</summary>
    Context = 0,

    /// <summary>Computed from the image's unwind codes (<c>.pdata</c>).</summary>
    UnwindInfo,

    /// <summary>Computed from Linux ORC tables.</summary>
    Orc,

    /// <summary>Followed from a saved frame pointer.</summary>
    FramePointer,

    /// <summary>A word on the stack that points behind a call instruction, or into a driver where the code is not at hand: may be stale.</summary>
    CallScan,
}
