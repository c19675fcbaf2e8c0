using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Unwinding.Linux;

// Every arm64 function with a frame keeps a record: the caller's x29, and its return address (maybe signed). Entry code puts a record
// into the pt_regs it saves: until 6.12 with the interrupted x29 and pc, since then with two zeros and a kind.

/// <summary>Unwinds arm64 kernel code along its frame records.</summary>
internal sealed class Arm64FrameChain : LinuxUnwinder
{
    private const ulong FinalRecord = 1;
    private const ulong RegistersRecord = 2;
    private readonly IMemoryReader _memory;
    private readonly ILinuxCode _code;
    private readonly StackScan _scan;
    private readonly Arm64RegisterLayout _layout;
    private ulong _fp;
    private ulong? _link;

    /// <summary>A walk that starts where the registers are.</summary>
    internal Arm64FrameChain(
        IMemoryReader memory, ILinuxCode code, StackScan scan, Arm64RegisterLayout layout, RegisterSet registers, bool isInterrupted)
    {
        _memory = memory;
        _code = code;
        _scan = scan;
        _layout = layout;
        _fp = registers["fp"] ?? registers["x29"] ?? 0;
        InstructionPointer = _layout.Strip(registers.InstructionPointer.ToUInt64());
        StackPointer = registers.StackPointer.ToUInt64();
        IsInterrupted = isInterrupted;
        _link = isInterrupted ? registers["lr"] ?? registers["x30"] : null;
    }

    internal override void Resume(ulong instructionPointer, ulong stackPointer)
    {
        InstructionPointer = instructionPointer;
        StackPointer = stackPointer;
        IsInterrupted = false;
        _link = null;
    }

    internal override LinuxStep Step()
    {
        if (TryLink(out LinuxStep linked))
        {
            return linked;
        }

        if (_fp == 0)
        {
            return LinuxStep.End;
        }

        ulong slot = unchecked(_fp + 8);
        if ((_fp & 7) != 0 || !TryReadWord(_fp, out ulong callerFrame) || !TryReadWord(slot, out ulong address))
        {
            return LinuxStep.Lost;
        }

        if (callerFrame == 0 && address == 0)
        {
            return Meta();
        }

        address = _layout.Strip(address);
        ulong registers = unchecked(_fp - _layout.FrameRecordOffset);
        if (!_layout.HasFrameType && IsEntryCode() && Arm64RegisterFrame.Read(_memory, registers) is { } frame
            && frame.Registers.InstructionPointer.ToUInt64() == address)
        {
            return Interrupt(frame);
        }

        if (!_code.IsText(address))
        {
            return LinuxStep.Lost;
        }

        Resume(address, unchecked(_fp + 16));
        _fp = callerFrame;
        return new LinuxStep(LinuxStepOutcome.Frame, FrameTrust.FramePointer, slot);
    }

    // A leaf function, and any function before its first instructions ran, has its return address in the link register only.
    private bool TryLink(out LinuxStep step)
    {
        step = default;
        ulong link = _layout.Strip(_link ?? 0);
        _link = null;
        if (link == 0 || !_code.IsText(link) || (TryReadWord(unchecked(_fp + 8), out ulong saved) && _layout.Strip(saved) == link))
        {
            return false;
        }

        // Left from the last call the function itself made, the register points back into the function.
        bool inside = _code.TryName(link - 4, out LinuxCodeName caller) && _code.TryName(InstructionPointer, out LinuxCodeName callee)
            && caller.Start == callee.Start;
        if (inside || _scan.IsBehindCall(link) != true)
        {
            return false;
        }

        Resume(link, StackPointer);
        step = new LinuxStep(LinuxStepOutcome.Frame, FrameTrust.CallScan, StackPointer, Note: "link register");
        return true;
    }

    private LinuxStep Meta()
    {
        if (!_layout.HasFrameType || !TryReadWord(unchecked(_fp + 16), out ulong kind) || kind == FinalRecord)
        {
            return LinuxStep.End;
        }

        return kind == RegistersRecord && Arm64RegisterFrame.Read(_memory, unchecked(_fp - _layout.FrameRecordOffset)) is { } frame
            ? Interrupt(frame)
            : LinuxStep.Lost;
    }

    private LinuxStep Interrupt(LinuxRegisterFrame frame)
    {
        ulong slot = unchecked(frame.Address.ToUInt64() + Arm64RegisterFrame.InstructionPointerOffset);
        if (frame.IsUser)
        {
            return new LinuxStep(LinuxStepOutcome.End, FrameTrust.FramePointer, slot, frame);
        }

        InstructionPointer = frame.Registers.InstructionPointer.ToUInt64();
        StackPointer = frame.Registers.StackPointer.ToUInt64();
        IsInterrupted = true;
        _fp = frame.Registers["fp"] ?? 0;
        _link = frame.Registers["lr"];
        return new LinuxStep(LinuxStepOutcome.Frame, FrameTrust.FramePointer, slot, frame);
    }

    // el1_sync, el1_irq (until 5.12), el1h_64_sync and its like: the record above these is the one in pt_regs.
    private bool IsEntryCode() =>
        _code.TryName(InstructionPointer - 4, out LinuxCodeName name)
        && (name.Function.StartsWith("el1_", StringComparison.Ordinal) || name.Function.StartsWith("el1h_", StringComparison.Ordinal)
            || name.Function.StartsWith("el1t_", StringComparison.Ordinal) || name.Function.StartsWith("__bad_stack", StringComparison.Ordinal));

    private bool TryReadWord(ulong address, out ulong value)
    {
        value = 0;
        return (long)address < 0 && _memory.TryReadUInt64(new VirtualAddress(address), out value);
    }
}
