using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Tasks;

/// <summary>A thread of a crashed Linux machine (<c>struct task_struct</c>). What the dump does not hold is null.</summary>
public sealed record LinuxTask
{
    /// <summary>Its <c>struct task_struct</c>.</summary>
    public VirtualAddress Address { get; init; }

    /// <summary>The number of the thread; the kernel calls it <c>pid</c>. 0 for the idle task of a processor.</summary>
    public int ThreadId { get; init; }

    /// <summary>The number of the process it is a thread of; the kernel calls it <c>tgid</c>, <c>ps</c> PID.</summary>
    public int ProcessId { get; init; }

    /// <summary>The number of the process that is told when it ends.</summary>
    public int? ParentProcessId { get; init; }

    /// <summary>Its name, at most 15 bytes long (<c>comm</c>).</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>What it is doing.</summary>
    public LinuxTaskState State { get; init; }

    /// <summary>The letter <c>ps</c> shows for the state; <c>?</c> when it is not known.</summary>
    public string StateLetter => LinuxTaskStates.Letter(State);

    /// <summary>The processor it runs on or ran on last.</summary>
    public int? Processor { get; init; }

    /// <summary>Whether it is the one its processor was executing.</summary>
    public bool IsCurrent { get; init; }

    /// <summary>The <c>PF_*</c> flags.</summary>
    public uint Flags { get; init; }

    /// <summary>Whether it runs in the kernel only (<c>PF_KTHREAD</c>).</summary>
    public bool IsKernelThread { get; init; }

    /// <summary>Its <c>struct mm_struct</c>; null for a kernel thread and for one that has ended.</summary>
    public VirtualAddress? AddressSpace { get; init; }

    /// <summary>Bytes of its process's address space that are in memory: file, anonymous and shared pages.</summary>
    public ulong? ResidentBytes { get; init; }

    /// <summary>Bytes of its process's address space.</summary>
    public ulong? VirtualBytes { get; init; }

    /// <summary>Seconds from boot to its start, time asleep included.</summary>
    public double? StartSeconds { get; init; }

    /// <summary>The lowest address of its kernel stack; null once it is given back.</summary>
    public VirtualAddress? StackBase { get; init; }

    /// <summary>The kernel stack pointer that was saved when it last gave up the processor; stale for the one that runs.</summary>
    public VirtualAddress? SavedStackPointer { get; init; }
}
