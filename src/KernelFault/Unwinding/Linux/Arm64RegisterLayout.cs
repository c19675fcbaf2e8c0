using KernelFault.Dumps.Linux;
using KernelFault.Kernels.Linux.Types;

namespace KernelFault.Unwinding.Linux;

// struct pt_regs of arm64 (arch/arm64/include/asm/ptrace.h) starts with user_pt_regs: x0-x30, sp, pc, pstate. Behind it the structure
// grew; what matters of it is the frame record "stackframe" that entry code links into the chain of frame pointers.
// Return addresses may be signed (ARMv8.3); which bits of a kernel address the signature takes depends on the size of the address
// space, and VMCOREINFO says it since 5.10.

/// <summary>What varies between arm64 kernels in what they leave on a stack.</summary>
/// <param name="FrameRecordOffset">Of <c>stackframe</c> in <c>struct pt_regs</c>, in bytes.</param>
/// <param name="HasFrameType">True if a record that holds two zeros is followed by its kind (<c>struct frame_record_meta</c>, since 6.13).</param>
/// <param name="SignatureMask">The bits of a kernel address that a signature takes; 0 when not known.</param>
internal sealed record Arm64RegisterLayout(uint FrameRecordOffset, bool HasFrameType, ulong SignatureMask)
{
    /// <summary>Bytes from the start up to and with <c>pstate</c>.</summary>
    internal const int RegistersSize = 34 * 8;

    private const ulong KernelHalf = 1UL << 55;

    /// <summary>The layout of 4.14 to 6.12, where the dump does not describe the type.</summary>
    internal static Arm64RegisterLayout Common { get; } = new(304, HasFrameType: false, 0);

    /// <summary>The layout as the dump describes it.</summary>
    internal static Arm64RegisterLayout Read(KernelTypes? types, VmcoreInfo? info) => new(
        types?.OffsetOf("pt_regs", "stackframe") ?? Common.FrameRecordOffset,
        types?.SizeOf("frame_record_meta") is not null,
        unchecked((ulong)(info?.Number("KERNELPACMASK") ?? 0)));

    /// <summary>The address without its signature.</summary>
    internal ulong Strip(ulong address) => SignatureMask != 0 && (address & KernelHalf) != 0
        ? address | SignatureMask
        : Arm64PointerAuthentication.Strip(address);
}
