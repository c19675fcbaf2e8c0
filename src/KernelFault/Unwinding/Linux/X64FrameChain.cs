using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Unwinding.Linux;

// A kernel built with frame pointers (CONFIG_UNWINDER_FRAME_POINTER): rbp points at the caller's rbp, the return address is above it.
// Entry code sets rbp to the address of the pt_regs it has saved, with the lowest bit set (ENCODE_FRAME_POINTER, since 4.9).

/// <summary>Unwinds x86-64 kernel code along its frame pointers.</summary>
internal sealed class X64FrameChain : LinuxUnwinder
{
    private const int LongestPrologue = 9;
    private static readonly string[] Outermost =
    [
        "entry_", "ret_from_fork", "secondary_startup", "common_startup", "x86_64_start_kernel", "start_kernel", "start_secondary",
        "rewind_stack",
    ];

    private readonly IMemoryReader _memory;
    private readonly ILinuxCode _code;
    private readonly StackScan _scan;
    private ulong _bp;

    /// <summary>A walk that starts where the registers are.</summary>
    internal X64FrameChain(IMemoryReader memory, ILinuxCode code, StackScan scan, RegisterSet registers, bool isInterrupted)
    {
        _memory = memory;
        _code = code;
        _scan = scan;
        _bp = registers["rbp"] ?? 0;
        InstructionPointer = registers.InstructionPointer.ToUInt64();
        StackPointer = registers.StackPointer.ToUInt64();
        IsInterrupted = isInterrupted;
    }

    internal override void Resume(ulong instructionPointer, ulong stackPointer)
    {
        InstructionPointer = instructionPointer;
        StackPointer = stackPointer;
        IsInterrupted = false;
    }

    internal override LinuxStep Step()
    {
        if (IsInterrupted && IsBeforeFrame() && TryReadWord(StackPointer, out ulong address) && _code.IsText(address)
            && _scan.IsBehindCall(address) != false)
        {
            ulong top = StackPointer;
            Resume(address, unchecked(top + 8));
            return new LinuxStep(LinuxStepOutcome.Frame, FrameTrust.FramePointer, top);
        }

        if ((_bp & 1) != 0)
        {
            return Interrupt(X64RegisterFrame.Read(_memory, _bp & ~1UL));
        }

        if (_bp == 0 || (long)_bp > 0)
        {
            return IsOutermost() ? LinuxStep.End : LinuxStep.Lost;
        }

        ulong slot = unchecked(_bp + 8);
        if ((_bp & 7) != 0 || _bp < StackPointer || !TryReadWord(_bp, out ulong callerFrame) || !TryReadWord(slot, out address) || !_code.IsText(address))
        {
            return LinuxStep.Lost;
        }

        _bp = callerFrame;
        Resume(address, unchecked(slot + 8));
        return new LinuxStep(LinuxStepOutcome.Frame, FrameTrust.FramePointer, slot);
    }

    private LinuxStep Interrupt(LinuxRegisterFrame? frame)
    {
        if (frame is null)
        {
            return LinuxStep.Lost;
        }

        ulong slot = unchecked(frame.Address.ToUInt64() + X64RegisterFrame.InstructionPointerOffset);
        if (frame.IsUser || frame.Registers.StackPointer.ToUInt64() == 0)
        {
            return new LinuxStep(LinuxStepOutcome.End, FrameTrust.FramePointer, slot, frame.IsUser ? frame : null);
        }

        InstructionPointer = frame.Registers.InstructionPointer.ToUInt64();
        StackPointer = frame.Registers.StackPointer.ToUInt64();
        IsInterrupted = true;
        _bp = frame.Registers["rbp"] ?? 0;
        return new LinuxStep(LinuxStepOutcome.Frame, FrameTrust.FramePointer, slot, frame);
    }

    // Entry code clears rbp, or leaves the program's. Anywhere else a rbp that leads nowhere means that the code keeps no frame pointer.
    private bool IsOutermost()
    {
        if (!_code.TryName(InstructionPointer - 1, out LinuxCodeName name))
        {
            return false;
        }

        foreach (string outermost in Outermost)
        {
            if (name.Function.StartsWith(outermost, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    // True where the return address is still on top of the stack: nothing of the function has run but endbr64 and the call or nop of
    // the function tracer, or the address is of no function at all.
    private bool IsBeforeFrame()
    {
        if (!_code.TryName(InstructionPointer, out LinuxCodeName name))
        {
            return !_code.IsText(InstructionPointer);
        }

        ulong length = InstructionPointer - name.Start;
        if (length == 0 || length > LongestPrologue)
        {
            return length == 0;
        }

        Span<byte> code = stackalloc byte[LongestPrologue];
        code = code.Slice(0, (int)length);
        if (!_memory.TryRead(new VirtualAddress(name.Start), code))
        {
            return false;
        }

        if (code.Length >= 4 && code[0] == 0xF3 && code[1] == 0x0F && code[2] == 0x1E && code[3] == 0xFA)
        {
            code = code.Slice(4);
        }

        return code.Length == 0 || (code.Length == 5 && (code[0] == 0xE8 || (code[0] == 0x0F && code[1] == 0x1F)));
    }

    private bool TryReadWord(ulong address, out ulong value)
    {
        value = 0;
        return (long)address < 0 && _memory.TryReadUInt64(new VirtualAddress(address), out value);
    }
}
