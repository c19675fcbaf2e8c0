using KernelFault.Hosts;

namespace KernelFault.Tracing;

/// <summary>How a trace went. The events themselves are told while it runs.</summary>
public sealed record KernelFunctionTraceResult
{
    /// <summary>The machine as its user named it.</summary>
    public required string ComputerName { get; init; }

    /// <summary>The function as it was asked for.</summary>
    public required string RequestedFunction { get; init; }

    /// <summary>The function as this kernel calls it.</summary>
    public required string Function { get; init; }

    /// <summary>By what it was traced.</summary>
    public required KernelTraceSource Source { get; init; }

    /// <summary>Events that were told.</summary>
    public required long EventCount { get; init; }

    /// <summary>How often the kernel says that its probe on the entry was hit, of all processes; null for tracepoints and when it did not come to say so.</summary>
    public required long? Hits { get; init; }

    /// <summary>Events that the kernel lost because they were not read in time, or because its probe could not run.</summary>
    public required long LostCount { get; init; }

    /// <summary>Lines that could not be read.</summary>
    public required long DamagedCount { get; init; }

    /// <summary>Whether the wanted number of events ended it, before its time.</summary>
    public required bool EndedByCount { get; init; }

    /// <summary>Whether the probes and the instance are known to be gone.</summary>
    public required bool IsRemoved { get; init; }

    /// <summary>What was run on the machine.</summary>
    public required IReadOnlyList<HostStep> Steps { get; init; }

    /// <summary>What a person should know; empty when there is nothing.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
