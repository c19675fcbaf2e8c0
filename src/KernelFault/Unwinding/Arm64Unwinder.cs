using KernelFault.Dumps;
using KernelFault.Formats.Pe;
using KernelFault.Kernels;

namespace KernelFault.Unwinding;

/// <summary>Unwinds ARM64 frames: by unwind codes, else along the frame pointers, which every Windows function with a frame keeps.</summary>
internal sealed class Arm64Unwinder : FrameUnwinder
{
    private readonly StackMemory _stack;
    private readonly ModuleMap _modules;
    private readonly Arm64Registers _registers;
    private readonly Arm64Registers _before = new();

    internal Arm64Unwinder(StackMemory stack, ModuleMap modules, Arm64Registers registers)
    {
        _stack = stack;
        _modules = modules;
        _registers = registers;
        _before.CopyFrom(registers);
    }

    internal override ulong InstructionPointer => _registers.Pc;

    internal override ulong StackPointer => _registers.Sp;

    internal override void Resume(ulong instructionPointer, ulong stackPointer)
    {
        _registers.Forget();
        _registers.Pc = instructionPointer;
        _registers.Sp = stackPointer;

        // Where lr was saved is not where the frame ends.
        _registers.IsSpExact = false;
    }

    internal override void Resume(RegisterSet registers) => _registers.CopyFrom(Arm64Registers.From(registers));

    internal override void Undo() => _registers.CopyFrom(_before);

    internal override bool TryStep(PeImage? image, ulong imageBase, bool afterCall, out UnwindStep step)
    {
        _before.CopyFrom(_registers);
        if (image is not null && TryUnwind(image, imageBase, afterCall, out step))
        {
            return true;
        }

        Undo();
        if ((!afterCall && image is null && TryLinkRegister(out step)) || TryFramePointer(afterCall, out step))
        {
            return true;
        }

        Undo();
        return false;
    }

    private bool TryUnwind(PeImage image, ulong imageBase, bool afterCall, out UnwindStep step)
    {
        step = default;
        uint rva = (uint)(_registers.Pc - imageBase);
        bool found = image.TryFindFunction(rva, out RuntimeFunction function);
        if (afterCall && (!found || rva == function.BeginAddress))
        {
            found = image.TryFindFunction(rva - 4, out function);
        }

        if (!found)
        {
            // A leaf: nothing saved, the return address is in lr.
            return !afterCall && image.SectionAt(rva) is { IsExecutable: true } && Return(null, out step);
        }

        if (Arm64UnwindInfo.Read(image, function) is not { } info)
        {
            return false;
        }

        int start = FirstCode(info, (rva - function.BeginAddress) / 4, out int skip);
        var interpreter = new Arm64UnwindInterpreter(_stack, _registers);
        if (!interpreter.Run(info.Codes, start, skip))
        {
            return false;
        }

        if (!interpreter.PcIsSet)
        {
            return Return(interpreter.LinkSlot, out step);
        }

        step = new UnwindStep(FrameTrust.UnwindInfo, interpreter.LinkSlot, interpreter.Interrupted, interpreter.Interrupted ? "trap frame" : null);
        return true;
    }

    // In the prologue the codes of instructions that have not run are skipped; in an epilogue those that have.
    private static int FirstCode(Arm64UnwindInfo info, uint instruction, out int skip)
    {
        skip = 0;
        int prologue = Arm64UnwindInterpreter.Instructions(info.Codes, 0);
        if (instruction < prologue)
        {
            skip = prologue - (int)instruction;
            return 0;
        }

        if (info.EndEpilogCode is { } code)
        {
            int length = Arm64UnwindInterpreter.Instructions(info.Codes, code) + 1;
            long begin = (long)info.FunctionWords - length;
            if (code < info.Codes.Length && instruction >= begin)
            {
                skip = (int)(instruction - begin);
                return code;
            }
        }

        foreach ((uint begin, int first) in info.Epilogs)
        {
            if (instruction >= begin && first < info.Codes.Length && instruction - begin < Arm64UnwindInterpreter.Instructions(info.Codes, first) + 1)
            {
                skip = (int)(instruction - begin);
                return first;
            }
        }

        return 0;
    }

    private bool Return(ulong? slot, out UnwindStep step)
    {
        step = new UnwindStep(FrameTrust.UnwindInfo, slot, Interrupted: false);
        if (!_registers.TryGet(Arm64Registers.Lr, out ulong link))
        {
            return false;
        }

        _registers.Pc = Arm64PointerAuthentication.Strip(link);
        _registers.ForgetVolatile();
        return true;
    }

    // Without the image it is not known whether the function saved lr. One that points into another module than the code that was
    // running cannot be left over from a call that this code made itself.
    private bool TryLinkRegister(out UnwindStep step)
    {
        step = default;
        if (!_registers.TryGet(Arm64Registers.Lr, out ulong link))
        {
            return false;
        }

        link = Arm64PointerAuthentication.Strip(link);
        KernelModule? target = _modules.Find(link);
        bool saved = _registers.TryGet(Arm64Registers.Fp, out ulong frame) && _stack.TryReadUInt64(unchecked(frame + 8), out ulong kept)
            && Arm64PointerAuthentication.Strip(kept) == link;
        if (saved || target is null || ReferenceEquals(target, _modules.Find(_registers.Pc)))
        {
            return false;
        }

        step = new UnwindStep(FrameTrust.CallScan, null, Interrupted: false, "link register");
        _registers.Pc = link;
        _registers.IsSpExact = false;
        _registers.ForgetVolatile();
        return true;
    }

    private bool TryFramePointer(bool afterCall, out UnwindStep step)
    {
        step = default;
        if (!_registers.TryGet(Arm64Registers.Fp, out ulong frame)
            || (frame & 7) != 0
            || frame < _registers.Sp
            || !_stack.TryReadUInt64(frame, out ulong next)
            || !_stack.TryReadUInt64(unchecked(frame + 8), out ulong link))
        {
            return false;
        }

        // A chain ends with zeros; a frame pointer that leads straight to zeros was none.
        link = Arm64PointerAuthentication.Strip(link);
        if (_modules.IndexOf(link) < 0 && (link != 0 || !afterCall))
        {
            return false;
        }

        step = new UnwindStep(FrameTrust.FramePointer, frame + 8, Interrupted: false);
        _registers.Pc = link;
        _registers.Sp = frame + 16;
        _registers.IsSpExact = false;
        _registers.Forget();
        _registers.Set(Arm64Registers.Fp, next);
        return true;
    }
}
