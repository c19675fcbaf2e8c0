using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Slab;

/// <summary>Who allocated or freed an object last, where the kernel keeps track (<c>slub_debug=U</c>; <c>struct track</c>).</summary>
public sealed record SlabTrack
{
    /// <summary>Where the allocator was called.</summary>
    public VirtualAddress Caller { get; init; }

    /// <summary>The calls that led there, as far as the track itself holds them (before 5.18); empty otherwise.</summary>
    public IReadOnlyList<VirtualAddress> Stack { get; init; } = [];

    /// <summary>The processor.</summary>
    public int Processor { get; init; }

    /// <summary>The thread.</summary>
    public int ThreadId { get; init; }

    /// <summary>When, in ticks of the kernel's timer (<c>jiffies</c>).</summary>
    public ulong Ticks { get; init; }
}
