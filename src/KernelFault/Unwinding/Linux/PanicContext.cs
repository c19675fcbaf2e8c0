using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Kernels.Linux;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Unwinding.Linux;

/// <summary>Which processor crashed, in what, and what all of them did then.</summary>
internal sealed class PanicContext
{
    private readonly LinuxStackWalker _walker;
    private readonly KernelData _data;
    private readonly Architecture _architecture;
    private LinuxStackTrace? _stack;
    private LinuxStackTrace? _faultStack;

    private PanicContext(
        KernelData data, Architecture architecture, LinuxStackWalker walker, IReadOnlyList<ProcessorRegisters> processors, int? processor)
    {
        _data = data;
        _architecture = architecture;
        _walker = walker;
        Processors = processors;
        Processor = processor is { } number ? processors.FirstOrDefault(p => p.Index == number) : null;
    }

    /// <summary>The processors in the order of their numbers.</summary>
    internal IReadOnlyList<ProcessorRegisters> Processors { get; }

    /// <summary>The one that panicked; null when the kernel had not.</summary>
    internal ProcessorRegisters? Processor { get; }

    /// <summary>Its whole stack, from its last registers on; null when there are none.</summary>
    internal LinuxStackTrace? Stack => _stack ??= Processor is { } processor ? Walk(processor) ?? WalkFromPanic(processor) : null;

    /// <summary>The part that the kernel's own call trace shows: from the code that faulted, or from the caller of <c>panic</c>.</summary>
    internal LinuxStackTrace? FaultStack => _faultStack ??= Stack is { } stack ? stack.From(FaultFrame.Find(stack)) : null;

    /// <summary>The registers at the fault; null when <c>panic</c> was called without one.</summary>
    internal RegisterSet? FaultRegisters =>
        FaultStack is not { Frames.Count: > 0 } fault ? null
        : fault.Interrupted[0] is { } frame ? frame.Registers
        : fault.Frames.Count == Stack!.Frames.Count && Processor!.IsFromCrash ? Processor.Registers
        : null;

    /// <summary>Where on a stack the registers at the fault lie (<c>struct pt_regs</c>); null when there are none, or only in a note.</summary>
    internal VirtualAddress? FaultRegistersAddress => FaultStack is { Frames.Count: > 0 } fault ? fault.Interrupted[0]?.Address : null;

    /// <summary>Reads it.</summary>
    /// <param name="kernel">The kernel.</param>
    internal static PanicContext Read(LinuxKernel kernel)
    {
        var walker = new LinuxStackWalker(
            kernel.Memory,
            new LinuxKernelCode(kernel),
            kernel.Architecture,
            kernel.Architecture == Architecture.Arm64 ? Arm64RegisterLayout.Read(kernel.Types, kernel.Info) : null);
        return Read(kernel.Data, kernel.Dump.Processors, kernel.Architecture, walker);
    }

    /// <summary>Reads it.</summary>
    /// <param name="data">The kernel.</param>
    /// <param name="notes">The processors as the dump's notes have them.</param>
    /// <param name="architecture">x64 or ARM64.</param>
    /// <param name="walker">Walks the stacks.</param>
    internal static PanicContext Read(KernelData data, IReadOnlyList<VmcoreProcessor> notes, Architecture architecture, LinuxStackWalker walker) =>
        new(data, architecture, walker, ProcessorReader.Read(data, notes, architecture), PanicProcessor(data));

    /// <summary>The stack of a processor; null when its registers are not known or it ran a program.</summary>
    internal LinuxStackTrace? StackOf(ProcessorRegisters processor)
    {
        if (ReferenceEquals(processor, Processor))
        {
            return Stack;
        }

        bool inKernel = processor.Registers is { } registers && (long)registers.StackPointer.ToUInt64() < 0;
        return inKernel ? Walk(processor) : null;
    }

    /// <summary>The stack of any task: of the processor it runs on, else from where it was switched away.</summary>
    /// <param name="task">Address of its <c>task_struct</c>.</param>
    /// <returns>Null when the dump does not hold what it takes.</returns>
    internal LinuxStackTrace? StackOf(VirtualAddress task)
    {
        foreach (ProcessorRegisters processor in Processors)
        {
            if (processor.Task == task)
            {
                return StackOf(processor);
            }
        }

        return TaskRegisters.Read(_data, task.ToUInt64(), _architecture) is { } registers
            ? new LinuxStackMap(_data, task.ToUInt64()).Name(_walker.WalkWaiting(registers))
            : null;
    }

    private LinuxStackTrace? Walk(ProcessorRegisters processor) =>
        processor.Registers is { } registers ? Map(processor).Name(_walker.Walk(registers, isInterrupted: true)) : null;

    private LinuxStackTrace? WalkFromPanic(ProcessorRegisters processor)
    {
        LinuxStackMap map = Map(processor);
        foreach ((ulong start, ulong end) in map.Ranges)
        {
            if (_walker.WalkFromPanic(start, end) is { } trace)
            {
                return map.Name(trace);
            }
        }

        return null;
    }

    private LinuxStackMap Map(ProcessorRegisters processor) => new(_data, _architecture, processor);

    // panic_cpu is set by panic() and when a crash kernel is started; crashing_cpu by the latter only; both are -1 before.
    private static int? PanicProcessor(KernelData data)
    {
        int? panic = (int?)data.HalfWordOf("panic_cpu");
        int? crashing = (int?)data.HalfWordOf("crashing_cpu");
        return panic is >= 0 ? panic : crashing is >= 0 ? crashing : null;
    }
}
