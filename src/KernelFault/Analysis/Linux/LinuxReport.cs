using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Memory;

namespace KernelFault.Analysis.Linux;

/// <summary>What a Linux kernel printed about its crash, taken apart. All text is without control characters.</summary>
public sealed record LinuxReport
{
    /// <summary>True for what ended the kernel, a task or a program, or was reported as a fault; false when the log holds no crash, or only errors that were corrected.</summary>
    public required bool IsCrash { get; init; }

    /// <summary>The line that announced it, without its prefix; null when there is no crash.</summary>
    public string? Headline { get; init; }

    /// <summary>What kind of report it is, such as <c>null-pointer</c>, <c>kasan</c>, <c>hung-task</c>; null when no rule knows the headline.</summary>
    public string? Kind { get; init; }

    /// <summary>What that kind of report says, one sentence; null when there is no crash.</summary>
    public string? Meaning { get; init; }

    /// <summary>The type by which kernel test systems count crashes, such as <c>KASAN-USE-AFTER-FREE-READ</c>, <c>LOCKDEP</c>, <c>HANG</c>; null when it has none.</summary>
    public string? Type { get; init; }

    /// <summary>Wider titles that the same mistake may also be reported under.</summary>
    public IReadOnlyList<string> AlternativeTitles { get; init; } = [];

    /// <summary>The guilty function: the innermost that is no helper, lock, allocator or printer; null when the report names none.</summary>
    public string? Frame { get; init; }

    /// <summary>The source file to blame, in the kernel's tree; null when the log names no files.</summary>
    public string? GuiltyFile { get; init; }

    /// <summary>The part of the kernel the function or file belongs to; null when not known.</summary>
    public string? Subsystem { get; init; }

    /// <summary>True when the report is truncated, or mixed with another: the title may name the wrong function.</summary>
    public bool Corrupted { get; init; }

    /// <summary>Why; null when it is whole.</summary>
    public string? CorruptedReason { get; init; }

    /// <summary>True when the kernel stopped.</summary>
    public bool Panicked { get; init; }

    /// <summary>What it said when it stopped, such as <c>Fatal exception</c>; null when it did not stop.</summary>
    public string? PanicReason { get; init; }

    /// <summary>Crashes that follow the first in the same log: mostly consequences of it.</summary>
    public IReadOnlyList<LinuxCrash> OtherCrashes { get; init; } = [];

    /// <summary>Kernel release, such as <c>6.1.0-56-amd64</c>; null when not printed.</summary>
    public string? Release { get; init; }

    /// <summary>Build, such as <c>#1 Debian 6.1.192-2</c>; null when not printed.</summary>
    public string? Build { get; init; }

    /// <summary>The kernel image's build id in hexadecimal; null when the file does not have it.</summary>
    public string? BuildId { get; init; }

    /// <summary>Machine and firmware; null when not printed.</summary>
    public string? Hardware { get; init; }

    /// <summary>The kernel's command line; null when the log does not begin at start.</summary>
    public string? CommandLine { get; init; }

    /// <summary>User id of the task; null when the kernel does not print it (before 6.10).</summary>
    public long? UserId { get; init; }

    /// <summary>Which work the task did, when it is a kernel worker: its queue and function; null otherwise.</summary>
    public string? Workqueue { get; init; }

    /// <summary><c>task</c>, <c>softirq</c>, <c>irq</c> or <c>nmi</c>; null when the stack does not tell.</summary>
    public string? ExecutionContext { get; init; }

    /// <summary>Number of this oops since start, from <c>[#1]</c>; more than 1 means that an earlier one is the cause; null when not printed.</summary>
    public int? OopsNumber { get; init; }

    /// <summary>How the kernel was built and runs: <c>PREEMPT</c>, <c>SMP</c>, <c>KASAN</c>, <c>NOPTI</c>…; empty when not printed.</summary>
    public IReadOnlyList<string> KernelOptions { get; init; } = [];

    /// <summary>What taints the kernel; empty when nothing does or it is not printed.</summary>
    public IReadOnlyList<LinuxTaint> Taint { get; init; } = [];

    /// <summary>What the processor and the page tables said of the fault, one sentence each.</summary>
    public IReadOnlyList<string> FaultDetails { get; init; } = [];

    /// <summary>How far the kernel was moved from its link address (KASLR); null when not printed.</summary>
    public VirtualAddress? KernelOffset { get; init; }

    /// <summary>The call trace as printed, the innermost first; reliable entries and those marked <c>?</c> are told apart.</summary>
    public IReadOnlyList<LinuxFrame> CallTrace { get; init; } = [];

    /// <summary>Other stacks of the report: who allocated, freed, or last used the memory.</summary>
    public IReadOnlyList<LinuxStack> OtherStacks { get; init; } = [];

    /// <summary>The memory that was misused, as the checker describes it; empty when no checker did.</summary>
    public IReadOnlyList<string> Memory { get; init; } = [];

    /// <summary>The heap object that the heap's own checks found wrong; null when the report is not about one.</summary>
    public LinuxSlabObject? Slab { get; init; }

    /// <summary>Tasks that wait for a lock that another holds; empty when not printed (before 6.15, and without <c>CONFIG_DETECT_HUNG_TASK_BLOCKER</c>).</summary>
    public IReadOnlyList<LinuxLockWait> LockWaits { get; init; } = [];

    /// <summary>Locks held by the tasks of the report.</summary>
    public IReadOnlyList<string> LocksHeld { get; init; } = [];

    /// <summary>The code around the fault, disassembled; the line of the fault begins with an arrow. Empty when not printed.</summary>
    public IReadOnlyList<string> Code { get; init; } = [];

    /// <summary>Every processor with its task, registers and stack; empty for a log.</summary>
    public IReadOnlyList<LinuxProcessor> Processors { get; init; } = [];

    /// <summary>The way of the fault's address through the page tables, one line a level; empty for a log, or without an address.</summary>
    public IReadOnlyList<string> PageTableWalk { get; init; } = [];

    /// <summary>Modules that were loaded; empty when not printed.</summary>
    public IReadOnlyList<LinuxModule> LoadedModules { get; init; } = [];

    /// <summary>The module that was unloaded last; null when none was.</summary>
    public string? LastUnloaded { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Headline ?? "no crash";
}
