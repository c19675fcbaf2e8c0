using KernelFault.Dumps;
using KernelFault.Formats.Orc;
using KernelFault.Memory;

namespace KernelFault.Unwinding.Linux;

// The steps are those of the kernel's own unwinder (arch/x86/kernel/unwind_orc.c), so that the frames are those it prints. What it
// does not do: it goes on where the kernel can only guess, and says so.

/// <summary>Unwinds x86-64 kernel code by ORC tables. Stacks are switched as the tables say.</summary>
internal sealed class X64OrcUnwinder : LinuxUnwinder
{
    /// <summary>The kernel's image, its modules and code made while running all lie above (<c>__START_KERNEL_map</c>).</summary>
    private const ulong CodeSpace = 0xFFFF_FFFF_8000_0000;

    private readonly IMemoryReader _memory;
    private readonly ILinuxCode _code;
    private readonly StackScan _scan;
    private ulong _bp;

    // The registers of the interrupted code while the walk stands in it or in its entry code; else only rsp and rbp are known.
    private RegisterSet? _registers;

    /// <summary>A walk that starts where the registers are.</summary>
    internal X64OrcUnwinder(IMemoryReader memory, ILinuxCode code, StackScan scan, RegisterSet registers, bool isInterrupted)
    {
        _memory = memory;
        _code = code;
        _scan = scan;
        _registers = registers;
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

        // Few functions change rbp: the value from below is the best guess there is.
        _registers = null;
    }

    internal override LinuxStep Step()
    {
        OrcEntry entry;
        if (InstructionPointer == 0)
        {
            // A call through a null pointer has pushed its return address and done nothing else.
            entry = OrcEntry.NoFrame;
        }
        else if (!_code.TryFindOrc(IsInterrupted ? InstructionPointer : InstructionPointer - 1, out entry))
        {
            return StepWithoutTable();
        }

        return entry.Kind switch
        {
            // Retpolines are marked as the end, too: there is no telling by table whether they were called or jumped to.
            OrcFrameKind.EndOfStack => IsInterrupted && TryTop(out LinuxStep step) ? step : LinuxStep.End,
            OrcFrameKind.Undefined => StepWithoutTable(),
            _ => Apply(entry, FrameTrust.Orc),
        };
    }

    private LinuxStep Apply(OrcEntry entry, FrameTrust trust) =>
        !TryCallerStack(entry, out ulong sp) ? LinuxStep.Lost : entry.Kind switch
        {
            OrcFrameKind.Registers => Interrupt(X64RegisterFrame.Read(_memory, sp), entry, sp, trust),
            OrcFrameKind.InterruptFrame => Interrupt(X64RegisterFrame.ReadInterruptFrame(_memory, sp), entry, sp, trust),
            _ => Return(entry, sp, trust),
        };

    private LinuxStep Return(OrcEntry entry, ulong sp, FrameTrust trust)
    {
        ulong slot = unchecked(sp - 8);
        if (!TryReadWord(slot, out ulong address) || !IsCode(address) || !TryCallerFrame(entry, sp, null, out ulong bp))
        {
            return LinuxStep.Lost;
        }

        InstructionPointer = address;
        StackPointer = sp;
        IsInterrupted = entry.IsSignal;
        _bp = bp;
        _registers = null;
        return new LinuxStep(LinuxStepOutcome.Frame, trust, slot);
    }

    private LinuxStep Interrupt(LinuxRegisterFrame? frame, OrcEntry entry, ulong sp, FrameTrust trust)
    {
        if (frame is null)
        {
            return LinuxStep.Lost;
        }

        ulong slot = unchecked(frame.Address.ToUInt64() + X64RegisterFrame.InstructionPointerOffset);
        if (frame.IsUser || IsStartOfThread(frame.Registers))
        {
            return new LinuxStep(LinuxStepOutcome.End, trust, slot, frame.IsUser ? frame : null);
        }

        RegisterSet? known = frame.IsComplete ? frame.Registers : _registers;
        if (!TryCallerFrame(entry, sp, known, out ulong bp))
        {
            return LinuxStep.Lost;
        }

        InstructionPointer = frame.Registers.InstructionPointer.ToUInt64();
        StackPointer = frame.Registers.StackPointer.ToUInt64();
        IsInterrupted = true;
        _bp = bp;
        _registers = known;
        return new LinuxStep(LinuxStepOutcome.Frame, trust, slot, frame);
    }

    // At the top of a kernel thread's stack lie registers that were never set.
    private static bool IsStartOfThread(RegisterSet registers) =>
        registers.InstructionPointer.ToUInt64() == 0 && registers.StackPointer.ToUInt64() == 0;

    private bool TryCallerStack(OrcEntry entry, out ulong sp)
    {
        ulong offset = unchecked((ulong)entry.SpOffset);
        switch (entry.Sp)
        {
            case OrcRegister.Rsp:
                sp = unchecked(StackPointer + offset);
                return true;
            case OrcRegister.Rbp:
                sp = unchecked(_bp + offset);
                return true;
            case OrcRegister.RspIndirect:
                bool read = TryReadWord(StackPointer, out sp);
                sp = unchecked(sp + offset);
                return read;
            case OrcRegister.RspOffsetIndirect:
                return TryReadWord(unchecked(StackPointer + offset), out sp);
            case OrcRegister.RbpIndirect:
                return TryReadWord(unchecked(_bp + offset), out sp);
            default:
                string? name = entry.Sp switch
                {
                    OrcRegister.Rax => "rax",
                    OrcRegister.R10 => "r10",
                    OrcRegister.R13 => "r13",
                    OrcRegister.Rdi => "rdi",
                    OrcRegister.Rdx => "rdx",
                    _ => null,
                };
                ulong? value = name is null ? null : _registers?[name];
                sp = unchecked((value ?? 0) + offset);
                return value is not null;
        }
    }

    private bool TryCallerFrame(OrcEntry entry, ulong sp, RegisterSet? interrupted, out ulong bp)
    {
        ulong offset = unchecked((ulong)entry.BpOffset);
        switch (entry.Bp)
        {
            case OrcRegister.PreviousSp:
                return TryReadWord(unchecked(sp + offset), out bp);
            case OrcRegister.Rbp:
                return TryReadWord(unchecked(_bp + offset), out bp);
            default:
                bp = interrupted?["rbp"] ?? _bp;
                return true;
        }
    }

    private LinuxStep StepWithoutTable()
    {
        if (IsInterrupted && TryTop(out LinuxStep top))
        {
            return top;
        }

        // Code made while running (BPF, trampolines) keeps a frame pointer; any other value of rbp does not look like one.
        bool inFrame = _bp >= StackPointer && _bp - StackPointer < StackScan.LargestStack && (_bp & 7) == 0;
        return inFrame && TryReadWord(_bp + 8, out ulong caller) && _code.IsText(caller)
            ? Apply(OrcEntry.FramePointer, FrameTrust.FramePointer)
            : LinuxStep.Lost;
    }

    // Where no function is (a wild jump), or one that has pushed nothing yet, the return address is still on top of the stack.
    private bool TryTop(out LinuxStep step)
    {
        step = default;
        ulong slot = StackPointer;
        if (!TryReadWord(slot, out ulong address) || !_code.IsText(address))
        {
            return false;
        }

        bool? proved = _scan.IsBehindCall(address);
        if (proved == false || (proved is null && _code.IsText(InstructionPointer)))
        {
            return false;
        }

        Resume(address, unchecked(slot + 8));
        step = new LinuxStep(LinuxStepOutcome.Frame, FrameTrust.CallScan, slot, Note: proved == true ? "top of the stack" : StackFrame.NotVerified);
        return true;
    }

    private bool IsCode(ulong address) =>
        _code.IsText(address) || (address >= CodeSpace && _memory.Read(new VirtualAddress(address), stackalloc byte[1]) == 1);

    // No kernel stack lies in the lower half; a program's memory must not be taken for one.
    private bool TryReadWord(ulong address, out ulong value)
    {
        value = 0;
        return (long)address < 0 && _memory.TryReadUInt64(new VirtualAddress(address), out value);
    }
}
