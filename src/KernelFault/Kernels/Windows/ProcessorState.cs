using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Kernels.Windows;

/// <summary>What one processor was doing when the machine stopped.</summary>
public sealed record ProcessorState
{
    /// <summary>Its number, from 0.</summary>
    public required uint Number { get; init; }

    /// <summary>Where its <c>KPRCB</c> is.</summary>
    public required VirtualAddress PrcbAddress { get; init; }

    /// <summary>True for the processor that crashed, false for those that were stopped by it.</summary>
    public required bool IsCrashing { get; init; }

    /// <summary>True if it ran its idle thread; null when not known.</summary>
    public bool? IsIdle { get; init; }

    /// <summary><c>ETHREAD</c> of the thread it ran; null when not known.</summary>
    public VirtualAddress? ThreadAddress { get; init; }

    /// <summary>Its registers when it was stopped (<c>KPRCB.Context</c>); for the one that crashed, those of <c>KeBugCheckEx</c>. Null when the dump does not hold them.</summary>
    public RegisterSet? Registers { get; init; }
}
