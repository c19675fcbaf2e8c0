using KernelFault.Memory;

namespace KernelFault.Kernels.Windows;

/// <summary>What the copies of KPRCB, EPROCESS and ETHREAD prove; null where they do not.</summary>
internal sealed record WindowsThreadFacts
{
    internal uint? ProcessorNumber { get; init; }

    internal byte? Irql { get; init; }

    internal VirtualAddress? ProcessAddress { get; init; }

    internal string? ProcessName { get; init; }

    internal ulong? ProcessId { get; init; }

    internal VirtualAddress? ThreadAddress { get; init; }

    internal ulong? ThreadId { get; init; }

    internal VirtualAddress? StackBase { get; init; }

    internal VirtualAddress? StackLimit { get; init; }

    internal VirtualAddress? TrapFrame { get; init; }

    /// <summary>Vendor, family, model and stepping from the PRCB.</summary>
    internal string? Processor { get; init; }
}
