using KernelFault.Dumps;
using KernelFault.Dumps.Logs;
using KernelFault.Kernels.Linux.Log;
using KernelFault.Kernels.Linux.Tasks;
using KernelFault.Unwinding;
using KernelFault.Unwinding.Linux;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>What the memory of a crashed kernel says of the crash, before it is judged.</summary>
internal sealed class VmcoreCrash
{
    private VmcoreCrash(VmcoreSession session, KernelLog log, LinuxSystem system, LinuxTask? task, IReadOnlyList<LinuxProcessor> processors)
    {
        Panic = session.Panic;
        Log = log;
        System = system;
        Task = task;
        Processors = processors;
        Stack = session.Panic.FaultStack?.Frames ?? [];
        ExceptionHandler = Handler(session.Panic);
    }

    /// <summary>Which processor panicked, in what.</summary>
    internal PanicContext Panic { get; }

    /// <summary>What the kernel printed, from its own buffer.</summary>
    internal KernelLog Log { get; }

    /// <summary>The machine.</summary>
    internal LinuxSystem System { get; }

    /// <summary>The task that was running; null when it cannot be read.</summary>
    internal LinuxTask? Task { get; }

    /// <summary>All processors.</summary>
    internal IReadOnlyList<LinuxProcessor> Processors { get; }

    /// <summary>The stack from the fault on, the innermost frame first; empty when it cannot be walked.</summary>
    internal IReadOnlyList<StackFrame> Stack { get; }

    /// <summary>The registers at the fault; null when the kernel panicked without one.</summary>
    internal RegisterSet? Registers => Panic.FaultRegisters;

    /// <summary>
    /// The kernel's handler that the fault led to, such as <c>asm_exc_page_fault</c>: the frame above the fault's own; null
    /// when there is none.
    /// </summary>
    internal string? ExceptionHandler { get; }

    /// <summary>On which of the processor's stacks the fault was: <c>task</c>, <c>softirq</c>, <c>irq</c> or <c>nmi</c>; null when not known.</summary>
    internal string? ExecutionContext
    {
        get
        {
            LinuxStackKind kind = Panic.FaultStack is { Kinds.Count: > 0 } stack ? stack.Kinds[0] : LinuxStackKind.Unknown;
            return kind switch
            {
                LinuxStackKind.Task => "task",
                LinuxStackKind.Interrupt => Stack.Any(frame => frame.Function?.Contains("softirq") == true) ? "softirq" : "irq",
                LinuxStackKind.NonMaskableInterrupt => "nmi",
                _ => null,
            };
        }
    }

    /// <summary>Reads it.</summary>
    internal static VmcoreCrash Read(VmcoreSession session, CancellationToken cancellation)
    {
        KernelLog log = ReadLog(session, cancellation);
        cancellation.ThrowIfCancellationRequested();
        LinuxTaskReader tasks = session.Tasks();
        LinuxSystem system = new LinuxSystemReader(session.Data, tasks, session.Dump.Container.PageSize).Read();
        var processors = new List<LinuxProcessor>();
        LinuxTask? panicTask = system.PanicTask;
        foreach (ProcessorRegisters processor in session.Panic.Processors)
        {
            cancellation.ThrowIfCancellationRequested();
            LinuxTask? task = processor.Task is { } address ? tasks.Read(address.ToUInt64()) : null;
            bool panicked = ReferenceEquals(processor, session.Panic.Processor);
            panicTask = panicked ? task ?? panicTask : panicTask;
            processors.Add(new LinuxProcessor
            {
                Number = processor.Index,
                Panicked = panicked,
                TaskName = task?.Name,
                ThreadId = task?.ThreadId,
                Task = processor.Task,
                Registers = processor.Registers is { } registers ? VmcoreAnalysis.Registers(registers) : null,
                Stack = session.Panic.StackOf(processor)?.Frames ?? [],
            });
        }

        return new VmcoreCrash(session, log, system, panicTask, processors);
    }

    // The lines as dmesg prints them: the analysis of logs then reads a vmcore's like any other.
    private static KernelLog ReadLog(VmcoreSession session, CancellationToken cancellation)
    {
        var reader = new KernelLogReader(session.Dump.Path);
        foreach (KernelMessage message in session.ReadLog())
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (string line in KernelMessageFormat.Format(message).Split('\n'))
            {
                reader.AppendLine(line);
            }
        }

        return reader.Complete();
    }

    private static string? Handler(PanicContext panic) =>
        panic.Stack is { } whole && panic.FaultStack is { } fault && whole.Frames.Count > fault.Frames.Count
            ? whole.Frames[whole.Frames.Count - fault.Frames.Count - 1].Function
            : null;
}
