using KernelFault.Dumps;
using KernelFault.Formats.Pe;

namespace KernelFault.Unwinding;

// 32-bit Windows kernels keep ebp as a frame pointer in nearly all code: [ebp] is the caller's ebp, [ebp+4] the return address. A
// trap handler points ebp at its KTRAP_FRAME, whose first two fields (DbgEbp, DbgEip) continue the chain.

/// <summary>Follows the x86 frame pointers.</summary>
internal sealed class X86Unwinder : FrameUnwinder
{
    private readonly StackMemory _stack;
    private readonly ModuleMap _modules;
    private State _now;
    private State _before;

    internal X86Unwinder(StackMemory stack, ModuleMap modules, RegisterSet registers)
    {
        _stack = stack;
        _modules = modules;
        _now = From(registers);
        _before = _now;
    }

    internal override ulong InstructionPointer => _now.Eip;

    internal override ulong StackPointer => _now.Esp;

    internal override void Resume(ulong instructionPointer, ulong stackPointer)
    {
        // A caller's saved ebp lies right below its return address, if the callee kept one.
        uint? frame = _stack.TryReadUInt32(stackPointer - 8, out uint saved) && _stack.Contains(saved) && saved >= stackPointer ? saved : null;
        _now = new State((uint)instructionPointer, (uint)stackPointer, frame);
    }

    internal override void Resume(RegisterSet registers) => _now = From(registers);

    internal override void Undo() => _now = _before;

    internal override bool TryStep(PeImage? image, ulong imageBase, bool afterCall, out UnwindStep step)
    {
        step = default;
        _before = _now;
        if (_now.Ebp is not { } frame
            || (frame & 3) != 0
            || frame < _now.Esp
            || !_stack.TryReadUInt32(frame, out uint next)
            || !_stack.TryReadUInt32(frame + 4UL, out uint address)
            || (_modules.IndexOf(address) < 0 && (address != 0 || !afterCall)))
        {
            return false;
        }

        step = new UnwindStep(FrameTrust.FramePointer, frame + 4UL, Interrupted: false);
        _now = new State(address, frame + 8, next);
        return true;
    }

    private static State From(RegisterSet registers) =>
        new((uint)registers.InstructionPointer.ToUInt64(), (uint)registers.StackPointer.ToUInt64(), (uint?)registers["ebp"]);

    private readonly record struct State(uint Eip, uint Esp, uint? Ebp);
}
