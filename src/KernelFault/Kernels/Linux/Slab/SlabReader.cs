using KernelFault.Kernels.Linux.Tasks;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Slab;

/// <summary>Says which slab object an address is in, and whether it was in use.</summary>
internal sealed class SlabReader
{
    // Bytes that slub_debug writes: include/linux/poison.h.
    private const byte PoisonFree = 0x6b;
    private const byte PoisonEnd = 0xa5;
    private const byte RedInactive = 0xbb;
    private const byte RedActive = 0xcc;
    private const int MaximumObjects = 0x7fff;
    private const int MaximumChecked = 64 * 1024;
    private const int MaximumTrackStack = 16;

    // The four highest bits mark a page type until 6.11; since 6.12 the highest byte names it.
    private const uint PageTypeBase = 0xf000_0000;

    private readonly KernelData _kernel;
    private readonly KernelPages _pages;

    /// <summary>Prepares to look.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="pages">Its pages.</param>
    internal SlabReader(KernelData kernel, KernelPages pages)
    {
        _kernel = kernel;
        _pages = pages;
    }

    /// <summary>The object an address is in.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>Null when it is in no slab cache, or that cannot be told (no BTF, page not in the dump).</returns>
    internal SlabObject? Find(VirtualAddress address)
    {
        // Until 5.16 a slab was described in its struct page.
        string type = _kernel.Types?.OffsetOf("slab", "slab_cache") is null ? "page" : "slab";
        if (_kernel.Types is not { } types
            || types.OffsetOf(type, "slab_cache") is not { } cacheAt
            || _pages.HeadOf(address, out ulong start) is not { } page
            || !IsSlab(types, page)
            || _kernel.Word(page + cacheAt) is not { } cacheAddress
            || SlabCache.Read(_kernel, cacheAddress) is not { } cache)
        {
            return null;
        }

        int count = Objects(types, type, page);
        ulong from = address.ToUInt64() - start;
        int index = (int)Math.Min(from / cache.SlotSize, int.MaxValue);
        if (count != 0 && index >= count)
        {
            return null;
        }

        ulong item = start + ((ulong)index * cache.SlotSize) + cache.LeftPad;
        SlabObjectState state = cache.IsSlub && count != 0 ? State(types, type, cache, page, start, count, item) : SlabObjectState.Unknown;
        return new SlabObject
        {
            CacheName = cache.Name,
            CacheAddress = new VirtualAddress(cacheAddress),
            SlabAddress = new VirtualAddress(page),
            Address = new VirtualAddress(item),
            Size = cache.ObjectSize,
            SlotSize = cache.SlotSize,
            Index = index,
            ObjectCount = count,
            Offset = unchecked((long)(address.ToUInt64() - item)),
            State = state,
            IsPoisonIntact = cache.HasPoison && state == SlabObjectState.Free ? IsPoisoned(cache, item) : null,
            IsRedZoneIntact = cache.HasRedZone && state != SlabObjectState.Unknown ? IsRedZoned(cache, item, state) : null,
            Allocated = cache.HasTracks ? Track(types, item + cache.Tracks) : null,
            Freed = cache.HasTracks && types.SizeOf("track") is { } size ? Track(types, item + cache.Tracks + size) : null,
        };
    }

    private bool IsSlab(KernelTypes types, ulong page)
    {
        if ((types.EnumValue("pagetype", "PGTY_slab") ?? types.EnumValue("pagetype", "PG_slab")) is { } slab)
        {
            return types.OffsetOf("page", "page_type") is { } at
                && _kernel.HalfWord(page + at) is { } type
                && (slab <= byte.MaxValue ? type >> 24 == slab : (type & (PageTypeBase | (uint)slab)) == PageTypeBase);
        }

        return types.EnumValue("pageflags", "PG_slab") is >= 0 and < 64 and long bit
            && types.OffsetOf("page", "flags") is { } flagsAt
            && _kernel.Word(page + flagsAt) is { } flags
            && (flags >> (int)bit & 1) != 0;
    }

    private int Objects(KernelTypes types, string type, ulong page) =>
        types.Find(types.FindType(type), "objects") is { BitSize: > 0 and <= 32 } member && _kernel.HalfWord(page + (uint)(member.BitOffset / 32 * 4)) is { } word
            ? (int)((word >> (int)(member.BitOffset % 32)) & MaximumObjects)
            : 0;

    private SlabObjectState State(KernelTypes types, string type, SlabCache cache, ulong page, ulong start, int count, ulong item)
    {
        if (types.OffsetOf(type, "freelist") is not { } at || _kernel.Word(page + at) is not { } head)
        {
            return SlabObjectState.Unknown;
        }

        var list = new SlabFreeList(_kernel, cache, start, count, item);
        return list.Contains(page, head, ProcessorSet.Read(_kernel, "__cpu_possible_mask") ?? [0]) ? SlabObjectState.Free
            : list.IsDamaged ? SlabObjectState.Unknown
            : SlabObjectState.Allocated;
    }

    private bool? IsPoisoned(SlabCache cache, ulong item)
    {
        // The pointer to the next free object, where it is inside, was written over it.
        byte[] bytes = new byte[Math.Min(cache.ObjectSize, MaximumChecked)];
        if (!_kernel.Memory.TryRead(new VirtualAddress(item), bytes))
        {
            return null;
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            bool isPointer = i >= cache.FreePointer && i < cache.FreePointer + 8L;
            if (!isPointer && bytes[i] != (i + 1 == cache.ObjectSize ? PoisonEnd : PoisonFree))
            {
                return false;
            }
        }

        return true;
    }

    private bool? IsRedZoned(SlabCache cache, ulong item, SlabObjectState state)
    {
        byte expected = state == SlabObjectState.Free ? RedInactive : RedActive;
        return IsFilled(item - cache.LeftPad, cache.LeftPad, expected) is { } ahead
            && IsFilled(item + cache.ObjectSize, cache.Inuse > cache.ObjectSize ? cache.Inuse - cache.ObjectSize : 0, expected) is { } behind
                ? ahead && behind
                : null;
    }

    private bool? IsFilled(ulong address, uint length, byte expected)
    {
        byte[] bytes = new byte[Math.Min(length, MaximumChecked)];
        if (!_kernel.Memory.TryRead(new VirtualAddress(address), bytes))
        {
            return null;
        }

        foreach (byte value in bytes)
        {
            if (value != expected)
            {
                return false;
            }
        }

        return true;
    }

    private SlabTrack? Track(KernelTypes types, ulong address)
    {
        if (types.OffsetOf("track", "addr") is not { } callerAt
            || types.OffsetOf("track", "cpu") is not { } cpuAt
            || types.OffsetOf("track", "pid") is not { } pidAt
            || types.OffsetOf("track", "when") is not { } whenAt
            || _kernel.Word(address + callerAt) is not { } caller
            || caller == 0)
        {
            return null;
        }

        var stack = new List<VirtualAddress>();
        for (uint i = 0; types.OffsetOf("track", "addrs") is { } at && i < Math.Min(types.LengthOf("track", "addrs") ?? 0, MaximumTrackStack); i++)
        {
            if (_kernel.Word(address + at + (8 * i)) is not { } frame || frame == 0)
            {
                break;
            }

            stack.Add(new VirtualAddress(frame));
        }

        return new SlabTrack
        {
            Caller = new VirtualAddress(caller),
            Stack = stack,
            Processor = (int)(_kernel.HalfWord(address + cpuAt) ?? 0),
            ThreadId = (int)(_kernel.HalfWord(address + pidAt) ?? 0),
            Ticks = _kernel.Word(address + whenAt) ?? 0,
        };
    }
}
