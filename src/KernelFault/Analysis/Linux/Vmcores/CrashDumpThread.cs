using KernelFault.Kernels.Linux.Tasks;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>A task of a crashed Linux kernel and, when it was asked for, its stack.</summary>
public sealed record CrashDumpThread
{
    /// <summary>Thread id: the kernel's <c>pid</c>.</summary>
    public required int ThreadId { get; init; }

    /// <summary>Process id: the kernel's <c>tgid</c>.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Process id of the parent; null when it cannot be read.</summary>
    public int? ParentProcessId { get; init; }

    /// <summary>The name, 15 characters at most; control characters escaped.</summary>
    public required string Name { get; init; }

    /// <summary>What it did.</summary>
    public required LinuxTaskState State { get; init; }

    /// <summary>The state's letter in <c>ps</c>.</summary>
    public required string StateLetter { get; init; }

    /// <summary>The processor it ran on, or ran on last; null when not known.</summary>
    public int? Processor { get; init; }

    /// <summary>True if a processor was running it.</summary>
    public required bool IsCurrent { get; init; }

    /// <summary>True for a thread of the kernel's own.</summary>
    public required bool IsKernelThread { get; init; }

    /// <summary>Memory of its process that is resident, in bytes; null for a kernel thread, or when it cannot be read.</summary>
    public ulong? ResidentBytes { get; init; }

    /// <summary>Address space of its process, in bytes; null for a kernel thread, or when it cannot be read.</summary>
    public ulong? VirtualBytes { get; init; }

    /// <summary>When it began, in seconds since the machine started; null when not known.</summary>
    public double? StartSeconds { get; init; }

    /// <summary>Address of its <c>task_struct</c>.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>Its stack, the innermost frame first; null when it was not asked for or cannot be walked.</summary>
    public IReadOnlyList<StackFrame>? Stack { get; init; }

    /// <summary>The crash file.</summary>
    public required string DumpPath { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{ThreadId} {Name}");

    internal static CrashDumpThread Of(LinuxTask task, IReadOnlyList<StackFrame>? stack, string path) => new()
    {
        ThreadId = task.ThreadId,
        ProcessId = task.ProcessId,
        ParentProcessId = task.ParentProcessId,
        Name = task.Name,
        State = task.State,
        StateLetter = task.StateLetter,
        Processor = task.Processor,
        IsCurrent = task.IsCurrent,
        IsKernelThread = task.IsKernelThread,
        ResidentBytes = task.ResidentBytes,
        VirtualBytes = task.VirtualBytes,
        StartSeconds = task.StartSeconds,
        Address = task.Address,
        Stack = stack,
        DumpPath = path,
    };
}
