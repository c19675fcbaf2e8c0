using KernelFault.Dumps;
using KernelFault.Dumps.Process;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Processes;

/// <summary>The stack of a process: native frames and those of .NET, in the order they lie on the stack.</summary>
internal static class ProcessStack
{
    internal static IReadOnlyList<StackFrame> Read(
        ProcessDump dump,
        RegisterSet registers,
        IReadOnlyList<KernelModule> modules,
        ImageStore images,
        ManagedCrash? managed,
        CancellationToken cancellation)
    {
        bool described = dump.Facts.Protections.Count > 0;
        var walker = new ProcessStackWalker(
            dump.Architecture,
            modules,
            dump.Memory,
            images,
            address => !described ? null : ProcessFault.ProtectionAt(dump, address) is { IsMapped: true, IsExecutable: true });
        IReadOnlyList<StackFrame> native = walker.Walk(registers, cancellation);
        return managed is null || managed.Frames.Count == 0 ? native : Merge(native, managed.Frames, dump.Architecture);
    }

    private static List<StackFrame> Merge(IReadOnlyList<StackFrame> native, IReadOnlyList<ManagedFrame> managed, Architecture architecture)
    {
        ulong word = architecture is Architecture.X86 or Architecture.Arm ? 4u : 8u;
        var known = new HashSet<VirtualAddress>(managed.Select(frame => frame.InstructionPointer));
        var all = new List<(ulong Stack, StackFrame Frame)>();
        foreach (StackFrame frame in native)
        {
            // .NET's own walk knows these frames better: it has their names.
            if (frame.InstructionPointer is not { } pointer || !known.Contains(pointer))
            {
                ulong slot = frame.StackPointer?.ToUInt64() ?? 0;
                all.Add((frame.Trust == FrameTrust.Context ? slot : slot + word, frame));
            }
        }

        foreach (ManagedFrame frame in managed)
        {
            all.Add((frame.StackPointer?.ToUInt64() ?? 0, new StackFrame
            {
                Index = 0,
                InstructionPointer = frame.InstructionPointer,
                StackPointer = frame.StackPointer,
                Module = frame.Module,
                Function = frame.Method,
                FunctionOffset = frame.MethodOffset,
                Trust = FrameTrust.UnwindInfo,
                Note = ".NET",
            }));
        }

        // OrderBy keeps the order of equals.
        return [.. all.OrderBy(item => item.Stack).Select((item, index) => item.Frame with { Index = index })];
    }
}
