using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Slab;

/// <summary>An object of a slab cache: what <c>kmalloc</c> and <c>kmem_cache_alloc</c> give out.</summary>
public sealed record SlabObject
{
    /// <summary>The cache's name, such as <c>kmalloc-96</c> or <c>task_struct</c>.</summary>
    public string CacheName { get; init; } = string.Empty;

    /// <summary>The cache's <c>struct kmem_cache</c>.</summary>
    public VirtualAddress CacheAddress { get; init; }

    /// <summary>The <c>struct slab</c> (before 5.17: <c>struct page</c>) of the pages the object is in.</summary>
    public VirtualAddress SlabAddress { get; init; }

    /// <summary>Where the object begins.</summary>
    public VirtualAddress Address { get; init; }

    /// <summary>Bytes that were promised to whoever allocated it.</summary>
    public uint Size { get; init; }

    /// <summary>Bytes from one object to the next: padding, red zones and tracks included.</summary>
    public uint SlotSize { get; init; }

    /// <summary>Which object of its slab it is, from 0.</summary>
    public int Index { get; init; }

    /// <summary>How many objects the slab has.</summary>
    public int ObjectCount { get; init; }

    /// <summary>
    /// Where the address that was asked for is, in bytes from the object's start: below 0 in the red zone ahead of it, at or above
    /// <see cref="Size"/> behind it.
    /// </summary>
    public long Offset { get; init; }

    /// <summary>Whether it was in use.</summary>
    public SlabObjectState State { get; init; }

    /// <summary>Whether the bytes of a free object are still those the kernel fills it with; null where it does not (no <c>slub_debug=P</c>) or the object is in use.</summary>
    public bool? IsPoisonIntact { get; init; }

    /// <summary>Whether the bytes ahead of and behind the object are still those the kernel put there; null where it puts none (no <c>slub_debug=Z</c>).</summary>
    public bool? IsRedZoneIntact { get; init; }

    /// <summary>Who allocated it last; null where the kernel does not keep track.</summary>
    public SlabTrack? Allocated { get; init; }

    /// <summary>Who freed it last; null where the kernel does not keep track and for an object that was never freed.</summary>
    public SlabTrack? Freed { get; init; }
}
