using KernelFault.Dumps;
using KernelFault.Kernels.Windows;
using KernelFault.Memory;

namespace KernelFault.Unwinding;

// A trap frame that belongs to this stack ends where the interrupted code's stack began: in 64-bit mode the processor aligns the
// stack to 16 before it pushes ss, rsp, rflags, cs and rip, so that the saved rsp, rounded down, is the very end of the frame; x86 has no
// saved esp for kernel code, its stack simply goes on at 0x74; ARM64 kernels put the frame right below the saved sp. With
// the shape of the frame itself (see TrapFrame) that leaves no room for chance.

/// <summary>Recognises trap frames of interrupted kernel code in the bytes of a stack.</summary>
internal static class TrapFrameFinder
{
    private const int MaximumFrames = 32;

    internal static IReadOnlyList<StackTrapFrame> Find(Architecture architecture, uint buildNumber, StackMemory stack, ModuleMap modules)
    {
        var layout = new TrapFrame(architecture, buildNumber);
        int size = layout.Size;
        if (size == 0)
        {
            return [];
        }

        uint returnSlot = architecture switch
        {
            Architecture.X64 => 0x168,
            Architecture.X86 => 0x68,
            _ => 0x148,
        };
        int step = architecture == Architecture.X86 ? 4 : 8;
        var frames = new List<StackTrapFrame>();
        ReadOnlySpan<byte> bytes = stack.Bytes;
        for (int at = (int)(unchecked(0 - stack.Start) & (uint)(step - 1)); at + size <= bytes.Length && frames.Count < MaximumFrames; at += step)
        {
            ReadOnlySpan<byte> frame = bytes.Slice(at, size);
            if (!layout.HasKernelShape(frame) || modules.IndexOf(layout.InstructionPointer(frame)) < 0)
            {
                continue;
            }

            ulong address = stack.Start + (ulong)at;
            RegisterSet registers = layout.Read(new VirtualAddress(address), frame);
            ulong stackPointer = registers.StackPointer.ToUInt64();
            bool ends = architecture switch
            {
                Architecture.X64 => (stackPointer & ~15UL) == address + (uint)size,
                Architecture.X86 => true,
                _ => unchecked(stackPointer - (address + (uint)size)) <= 0x40,
            };
            if (ends)
            {
                frames.Add(new StackTrapFrame(address, address + returnSlot, registers));
            }
        }

        return frames;
    }
}
