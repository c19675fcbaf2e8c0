using System.Buffers.Binary;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Slab;

/// <summary>Looks for an object among the free ones of its slab.</summary>
/// <remarks>
/// SLUB links free objects through themselves. A slab has a list, and the processor that allocates from it took another off it
/// (<c>kmem_cache_cpu</c>, up to 6.19). With <c>CONFIG_SLAB_FREELIST_HARDENED</c> a pointer is stored mixed with the cache's random number
/// and with where it is stored, since 5.7 with its bytes swapped; heads of lists are plain. Since 6.18 there are also arrays of free
/// objects (sheaves), for each processor and for each node (barns).
/// </remarks>
internal sealed class SlabFreeList
{
    private const int MaximumSheaf = 4096;
    private const int MaximumSheaves = 1024;
    private const int MaximumNodes = 1024;

    // Tags in the highest byte (arm64) are not part of an address.
    private const ulong TagBits = 0xff00_0000_0000_0000;

    private readonly KernelData _kernel;
    private readonly SlabCache _cache;
    private readonly ulong _start;
    private readonly int _count;
    private readonly ulong _wanted;
    private readonly List<string> _ignored = [];

    /// <summary>Prepares to look.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="cache">The object's cache.</param>
    /// <param name="start">Where the slab's memory begins.</param>
    /// <param name="count">How many objects it has.</param>
    /// <param name="wanted">Where the object begins.</param>
    internal SlabFreeList(KernelData kernel, SlabCache cache, ulong start, int count, ulong wanted)
    {
        _kernel = kernel;
        _cache = cache;
        _start = start;
        _count = count;
        _wanted = wanted;
    }

    /// <summary>Whether a list could not be followed to its end.</summary>
    internal bool IsDamaged { get; private set; }

    /// <summary>Looks through every list the object can be on.</summary>
    /// <param name="slab">The object's slab.</param>
    /// <param name="freeList">The head of the slab's own list.</param>
    /// <param name="processors">The processors.</param>
    internal bool Contains(ulong slab, ulong freeList, IReadOnlyList<int> processors)
    {
        if (IsLinked(freeList))
        {
            return true;
        }

        foreach (int cpu in processors)
        {
            if (IsInProcessorList(slab, cpu) || IsInProcessorSheaves(cpu))
            {
                return true;
            }
        }

        return IsInBarns();
    }

    private bool IsInProcessorList(ulong slab, int cpu)
    {
        if (Pointer("kmem_cache", "cpu_slab", _cache.Address) is not { } variable
            || _kernel.PerCpu(variable, cpu) is not { } local
            || _kernel.OffsetOf("kmem_cache_cpu", "freelist") is not { } freeList
            || (_kernel.OffsetOf("kmem_cache_cpu", "slab") ?? _kernel.OffsetOf("kmem_cache_cpu", "page")) is not { } current)
        {
            return false;
        }

        return _kernel.Word(local + current) == slab && _kernel.Word(local + freeList) is { } head && IsLinked(head);
    }

    private bool IsLinked(ulong item)
    {
        for (int i = 0; (item | TagBits) != TagBits && item != 0; i++)
        {
            ulong address = item | TagBits;
            if (address == _wanted)
            {
                return true;
            }

            if (i >= _count || !IsObject(address) || _kernel.Word(address + _cache.FreePointer) is not { } stored)
            {
                IsDamaged = true;
                return false;
            }

            item = Decode(stored, address + _cache.FreePointer);
        }

        return false;
    }

    private ulong Decode(ulong stored, ulong place)
    {
        if (_cache.Random is not { } random)
        {
            return stored;
        }

        ulong swapped = stored ^ random ^ BinaryPrimitives.ReverseEndianness(place);
        ulong plain = stored ^ random ^ place;
        return plain == 0 || IsObject(plain | TagBits) ? plain : swapped;
    }

    private bool IsObject(ulong address)
    {
        ulong offset = unchecked(address - _start - _cache.LeftPad);
        return offset < (ulong)_count * _cache.SlotSize && offset % _cache.SlotSize == 0;
    }

    private bool IsInProcessorSheaves(int cpu)
    {
        if (Pointer("kmem_cache", "cpu_sheaves", _cache.Address) is not { } variable
            || variable == 0
            || _kernel.PerCpu(variable, cpu) is not { } local)
        {
            return false;
        }

        return IsInSheaf(Pointer("slub_percpu_sheaves", "main", local))
            || IsInSheaf(Pointer("slub_percpu_sheaves", "spare", local))
            || IsInSheaf(Pointer("slub_percpu_sheaves", "rcu_free", local));
    }

    private bool IsInBarns()
    {
        // Moved out of kmem_cache_node with 7.0.
        KernelTypes? types = _kernel.Types;
        bool perNode = types?.OffsetOf("kmem_cache", "per_node") is not null;
        string nodes = perNode ? "per_node" : "node";
        if (types?.OffsetOf(perNode ? "kmem_cache_per_node_ptrs" : "kmem_cache_node", "barn") is not { } barnAt
            || types.OffsetOf("kmem_cache", nodes) is not { } first
            || types.SizeOf("kmem_cache_per_node_ptrs") is null && perNode
            || types.OffsetOf("node_barn", "sheaves_full") is not { } full
            || types.OffsetOf("slab_sheaf", "barn_list") is not { } link)
        {
            return false;
        }

        ulong stride = perNode ? types.SizeOf("kmem_cache_per_node_ptrs")!.Value : 8;
        int count = (int)Math.Min(_kernel.HalfWordOf("nr_node_ids") ?? 1, MaximumNodes);
        for (int node = 0; node < count; node++)
        {
            ulong entry = _cache.Address + first + ((ulong)node * stride);
            ulong? holder = perNode ? entry : _kernel.Word(entry);
            if (holder is null or 0 || _kernel.Word(holder.Value + barnAt) is not { } barn || barn == 0)
            {
                continue;
            }

            foreach (ulong sheaf in KernelList.Walk(_kernel, barn + full, link, MaximumSheaves, "sheaves", _ignored))
            {
                if (IsInSheaf(sheaf))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool IsInSheaf(ulong? sheaf)
    {
        if (sheaf is null or 0
            || _kernel.OffsetOf("slab_sheaf", "size") is not { } sizeAt
            || _kernel.OffsetOf("slab_sheaf", "objects") is not { } objects
            || _kernel.HalfWord(sheaf.Value + sizeAt) is not { } size)
        {
            return false;
        }

        byte[] items = new byte[8 * Math.Min(size, MaximumSheaf)];
        int read = _kernel.Memory.Read(new VirtualAddress(sheaf.Value + objects), items);
        for (int i = 0; i + 8 <= read; i += 8)
        {
            if ((BinaryPrimitives.ReadUInt64LittleEndian(items.AsSpan(i)) | TagBits) == _wanted)
            {
                return true;
            }
        }

        return false;
    }

    private ulong? Pointer(string type, string member, ulong address) =>
        _kernel.OffsetOf(type, member) is { } offset ? _kernel.Word(address + offset) : null;
}
