namespace KernelFault.Unwinding.Linux;

// struct pt_regs of arm64 (arch/arm64/include/asm/ptrace.h) starts with user_pt_regs: x0-x30, sp, pc, pstate. Behind it the structure
// grew; what matters of it is the frame record "stackframe" that entry code links into the chain of frame pointers.

/// <summary>Where things are in <c>struct pt_regs</c> of arm64.</summary>
/// <param name="FrameRecordOffset">Of <c>stackframe</c>, in bytes.</param>
/// <param name="HasFrameType">True if a record that holds two zeros is followed by its kind (<c>struct frame_record_meta</c>, since 6.13).</param>
internal sealed record Arm64RegisterLayout(int FrameRecordOffset, bool HasFrameType)
{
    /// <summary>Bytes from the start up to and with <c>pstate</c>.</summary>
    internal const int RegistersSize = 34 * 8;

    /// <summary>The layout of 4.14 to 6.12, where the dump does not describe the type.</summary>
    internal static Arm64RegisterLayout Common { get; } = new(304, HasFrameType: false);
}
