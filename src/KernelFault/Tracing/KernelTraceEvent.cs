using KernelFault.Memory;

namespace KernelFault.Tracing;

/// <summary>One event of a trace: a function was called or returned. Texts come from the machine and are cleaned of control characters.</summary>
public sealed record KernelTraceEvent
{
    /// <summary>The machine as its user named it.</summary>
    public required string ComputerName { get; init; }

    /// <summary>When it was, UTC, by the machine's own clock, to some milliseconds; null when the machine's clock could not be matched.</summary>
    public required DateTime? Time { get; init; }

    /// <summary>The kernel's own time stamp, seconds of its monotonic clock to the microsecond: for the time between two events.</summary>
    public required double Timestamp { get; init; }

    /// <summary>What happened.</summary>
    public required KernelTraceEventKind Kind { get; init; }

    /// <summary>The function, by the name that this kernel has for it.</summary>
    public required string Function { get; init; }

    /// <summary>The function's address in the kernel; null when the machine hides it.</summary>
    public required VirtualAddress? Address { get; init; }

    /// <summary>Name of the tracepoint, such as <c>page_fault_user</c>; null for a probe.</summary>
    public required string? Tracepoint { get; init; }

    /// <summary>Processor, from 0.</summary>
    public required int Cpu { get; init; }

    /// <summary>Name of the thread that ran, at most 15 bytes; <c>&lt;...&gt;</c> when the kernel had forgotten it.</summary>
    public required string ProcessName { get; init; }

    /// <summary>Id of its process; null when the kernel did not know it any more or yet.</summary>
    public required int? ProcessId { get; init; }

    /// <summary>Id of the thread; of a process's first thread the same as the process's. 0 for an idle processor.</summary>
    public required int ThreadId { get; init; }

    /// <summary>Arguments in order; empty when they are not known, and for a return.</summary>
    public required IReadOnlyList<KernelTraceArgument> Arguments { get; init; }

    /// <summary>What the function returned, written as an argument is; null for a call, a tracepoint and a function that returns nothing.</summary>
    public required string? ReturnValue { get; init; }

    /// <summary>Where a return went to, as <c>function+0x191/0x570</c>; null otherwise.</summary>
    public required string? Caller { get; init; }

    /// <summary>The stack, innermost first, each as <c>function+0x191/0x570</c>; null when it was not asked for or not told.</summary>
    public required IReadOnlyList<string>? Stack { get; init; }
}
