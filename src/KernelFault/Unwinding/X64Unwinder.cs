using KernelFault.Dumps;
using KernelFault.Formats.Pe;

namespace KernelFault.Unwinding;

// What RtlVirtualUnwind does (https://learn.microsoft.com/cpp/build/exception-handling-x64): find the function's entry, see whether
// the instruction pointer stands in an epilogue, else undo the prologue's operations from the last to the first, then those of the
// chained entries, then pop the return address. A function without an entry is a leaf: its return address is at the stack pointer.

/// <summary>Unwinds x64 frames by the images' unwind codes.</summary>
internal sealed class X64Unwinder : FrameUnwinder
{
    /// <summary>The limit that Windows itself sets.</summary>
    private const int ChainLimit = 32;

    private readonly StackMemory _stack;
    private readonly X64Registers _registers;
    private readonly X64Registers _before = new();

    internal X64Unwinder(StackMemory stack, X64Registers registers)
    {
        _stack = stack;
        _registers = registers;
        _before.CopyFrom(registers);
    }

    internal override ulong InstructionPointer => _registers.Rip;

    internal override ulong StackPointer => _registers.StackPointer;

    internal override void Resume(ulong instructionPointer, ulong stackPointer) => _registers.Restart(instructionPointer, stackPointer);

    internal override void Resume(RegisterSet registers) => _registers.CopyFrom(X64Registers.From(registers));

    internal override void Undo() => _registers.CopyFrom(_before);

    internal override bool TryStep(PeImage? image, ulong imageBase, bool afterCall, out UnwindStep step)
    {
        step = default;
        if (image is null)
        {
            return false;
        }

        _before.CopyFrom(_registers);
        if (TryUnwind(image, imageBase, afterCall, out step))
        {
            return true;
        }

        Undo();
        return false;
    }

    private bool TryUnwind(PeImage image, ulong imageBase, bool afterCall, out UnwindStep step)
    {
        step = default;
        uint rva = (uint)(_registers.Rip - imageBase);
        bool found = image.TryFindFunction(rva, out RuntimeFunction function);
        if (afterCall && (!found || rva == function.BeginAddress))
        {
            // The call was the last instruction of its function: what follows belongs to another.
            found = image.TryFindFunction(rva - 1, out function);
        }

        if (!found)
        {
            return !afterCall && image.SectionAt(rva) is { IsExecutable: true } && Return(out step);
        }

        // Some entries point to another entry instead of unwind information (low bit set).
        for (int i = 0; (function.UnwindData & 1) != 0 && i < ChainLimit; i++)
        {
            if (!TryReadEntry(image, function.UnwindData & ~1u, out function))
            {
                return false;
            }
        }

        if (!X64UnwindInfo.TryRead(image, function.UnwindData, out X64UnwindInfo info))
        {
            return false;
        }

        if (!afterCall)
        {
            if (info.Version == 1)
            {
                if (X64Epilogue.TryRun(image, rva, function, info, _registers, _stack))
                {
                    return Return(out step);
                }
            }
            else if (X64CodedEpilogue.IsIn(function, info, rva, out uint done))
            {
                return X64CodedEpilogue.TryRun(image, function, done, _registers, _stack, out bool machineFrame)
                    && (machineFrame ? MachineFrame(0, out step) : Return(out step));
            }
        }

        return UnwindPrologue(image, function, rva, info, out step);
    }

    private bool UnwindPrologue(PeImage image, RuntimeFunction function, uint rva, X64UnwindInfo info, out UnwindStep step)
    {
        step = default;
        if (!TryFrameBase(function, rva, info, out ulong? frameBase))
        {
            return false;
        }

        for (int chain = 0; ; chain++)
        {
            uint offset = rva - function.BeginAddress;
            int slot = 0;
            bool machineFrame = false;
            while (info.TryReadCode(ref slot, out X64UnwindCode code))
            {
                // A chained entry's code runs after the whole prologue of its parent; the distance is then large or wraps.
                if (offset >= code.CodeOffset && !Undo(code, info, frameBase, ref machineFrame, ref step))
                {
                    return false;
                }
            }

            if (slot != info.CountOfCodes)
            {
                return false;
            }

            if (info.Chained is not { } parent)
            {
                return machineFrame || Return(out step);
            }

            function = parent;
            if (chain >= ChainLimit || !X64UnwindInfo.TryRead(image, function.UnwindData, out info))
            {
                return false;
            }
        }
    }

    // The address that saved registers are counted from.
    private bool TryFrameBase(RuntimeFunction function, uint rva, X64UnwindInfo info, out ulong? frameBase)
    {
        frameBase = _registers.StackPointer;
        if (info.FrameRegister == 0)
        {
            return true;
        }

        uint offset = rva - function.BeginAddress;
        bool established = offset >= info.SizeOfProlog || info.IsChained;
        if (!established)
        {
            int slot = 0;
            while (!established && info.TryReadCode(ref slot, out X64UnwindCode code))
            {
                established = code.Operation == X64UnwindOperation.UWOP_SET_FPREG && offset >= code.CodeOffset;
            }
        }

        if (established)
        {
            // Not known after a scan: then only functions that do not need it can be unwound.
            frameBase = _registers.TryGet(info.FrameRegister, out ulong value) ? unchecked(value - info.FrameOffset) : null;
        }

        return true;
    }

    private bool Undo(X64UnwindCode code, X64UnwindInfo info, ulong? frameBase, ref bool machineFrame, ref UnwindStep step)
    {
        ulong rsp = _registers.StackPointer;
        switch (code.Operation)
        {
            case X64UnwindOperation.UWOP_PUSH_NONVOL:
                if (!_stack.TryReadUInt64(rsp, out ulong pushed))
                {
                    return false;
                }

                _registers.StackPointer = unchecked(rsp + 8);
                if (code.Info != X64Registers.Rsp)
                {
                    _registers.Set(code.Info, pushed);
                }

                return true;

            case X64UnwindOperation.UWOP_ALLOC_LARGE:
            case X64UnwindOperation.UWOP_ALLOC_SMALL:
                _registers.StackPointer = unchecked(rsp + code.Operand);
                return true;

            case X64UnwindOperation.UWOP_SET_FPREG:
                if (!_registers.TryGet(info.FrameRegister, out ulong frame))
                {
                    return false;
                }

                _registers.StackPointer = unchecked(frame - info.FrameOffset);
                return true;

            case X64UnwindOperation.UWOP_SAVE_NONVOL:
            case X64UnwindOperation.UWOP_SAVE_NONVOL_FAR:
                if (frameBase is not { } start || !_stack.TryReadUInt64(unchecked(start + code.Operand), out ulong saved))
                {
                    return false;
                }

                if (code.Info != X64Registers.Rsp)
                {
                    _registers.Set(code.Info, saved);
                }

                return true;

            case X64UnwindOperation.UWOP_PUSH_MACHFRAME:
                machineFrame = true;
                return MachineFrame(code.Info != 0 ? 8u : 0, out step);

            // XMM registers are not followed; epilogue codes say nothing of the prologue.
            case X64UnwindOperation.UWOP_SAVE_XMM128:
            case X64UnwindOperation.UWOP_SAVE_XMM128_FAR:
            case X64UnwindOperation.UWOP_EPILOG:
                return true;

            default:
                return false;
        }
    }

    // What the processor pushed at an interrupt or exception: [error code,] rip, cs, rflags, rsp, ss.
    private bool MachineFrame(uint errorCode, out UnwindStep step)
    {
        ulong frame = unchecked(_registers.StackPointer + errorCode);
        step = new UnwindStep(FrameTrust.UnwindInfo, frame, Interrupted: true, "trap frame");
        if (!_stack.TryReadUInt64(frame, out ulong rip) || !_stack.TryReadUInt64(unchecked(frame + 24), out ulong rsp))
        {
            return false;
        }

        _registers.Rip = rip;
        _registers.StackPointer = rsp;
        _registers.ForgetVolatile();
        return true;
    }

    private bool Return(out UnwindStep step)
    {
        ulong slot = _registers.StackPointer;
        step = new UnwindStep(FrameTrust.UnwindInfo, slot, Interrupted: false);
        if (!_stack.TryReadUInt64(slot, out ulong rip))
        {
            return false;
        }

        _registers.Rip = rip;
        _registers.StackPointer = unchecked(slot + 8);
        _registers.ForgetVolatile();
        return true;
    }

    private static bool TryReadEntry(PeImage image, uint rva, out RuntimeFunction function)
    {
        ReadOnlySpan<byte> entry = image.Window(rva, 12);
        function = entry.Length == 12
            ? new RuntimeFunction(
                System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(entry),
                System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(entry.Slice(4)),
                System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(entry.Slice(8)))
            : default;
        return entry.Length == 12;
    }
}
