using System.Text;
using KernelFault.Formats;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Slab;

/// <summary>What a <c>struct kmem_cache</c> says of its objects. SLUB; before 6.8 a kernel may have been built with SLAB instead.</summary>
internal sealed class SlabCache
{
    // SLAB_RED_ZONE, SLAB_POISON and SLAB_STORE_USER until 6.8; then enumerators of their bits.
    private const uint RedZone = 0x0400;
    private const uint Poison = 0x0800;
    private const uint StoreUser = 0x1_0000;
    private const uint MaximumSize = 64 * 1024 * 1024;
    private const int MaximumName = 256;

    internal ulong Address { get; private init; }

    internal string Name { get; private init; } = string.Empty;

    /// <summary>Bytes from one object to the next.</summary>
    internal uint SlotSize { get; private init; }

    /// <summary>Bytes of an object that its user may use.</summary>
    internal uint ObjectSize { get; private init; }

    /// <summary>Bytes of an object with the padding behind it, but without what is kept for debugging.</summary>
    internal uint Inuse { get; private init; }

    /// <summary>Where a free object holds the pointer to the next, from its start.</summary>
    internal uint FreePointer { get; private init; }

    /// <summary>Bytes ahead of each object; 0 without red zones.</summary>
    internal uint LeftPad { get; private init; }

    internal bool HasRedZone { get; private init; }

    internal bool HasPoison { get; private init; }

    internal bool HasTracks { get; private init; }

    /// <summary>Whether it is SLUB's, whose free lists are read.</summary>
    internal bool IsSlub { get; private init; }

    /// <summary>What free pointers are mixed with; null when they stand as they are.</summary>
    internal ulong? Random { get; private init; }

    /// <summary>Where the track of the allocation begins, from the object's start; that of the free follows.</summary>
    internal uint Tracks => FreePointer >= Inuse ? Inuse + 8 : Inuse;

    /// <summary>Reads a cache.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="address">Its <c>struct kmem_cache</c>.</param>
    /// <returns>Null when there is none.</returns>
    internal static SlabCache? Read(KernelData kernel, ulong address)
    {
        if (HalfWord(kernel, address, "size") is not { } size
            || HalfWord(kernel, address, "object_size") is not { } objectSize
            || objectSize == 0
            || size < objectSize
            || size > MaximumSize
            || kernel.OffsetOf("kmem_cache", "name") is not { } nameAt
            || kernel.Word(address + nameAt) is not { } name)
        {
            return null;
        }

        uint flags = HalfWord(kernel, address, "flags") ?? 0;
        bool redZone = (flags & Flag(kernel, "_SLAB_RED_ZONE", RedZone)) != 0;
        return new SlabCache
        {
            Address = address,
            Name = Text(kernel, name),
            SlotSize = size,
            ObjectSize = objectSize,
            Inuse = HalfWord(kernel, address, "inuse") ?? objectSize,
            FreePointer = HalfWord(kernel, address, "offset") ?? 0,
            LeftPad = redZone ? HalfWord(kernel, address, "red_left_pad") ?? 0 : 0,
            HasRedZone = redZone,
            HasPoison = (flags & Flag(kernel, "_SLAB_POISON", Poison)) != 0,
            HasTracks = (flags & Flag(kernel, "_SLAB_STORE_USER", StoreUser)) != 0,
            IsSlub = kernel.OffsetOf("kmem_cache", "offset") is not null,
            Random = kernel.OffsetOf("kmem_cache", "random") is { } random ? kernel.Word(address + random) : null,
        };
    }

    private static uint Flag(KernelData kernel, string bit, uint before) =>
        kernel.Types?.EnumValue("_slab_flag_bits", bit) is >= 0 and < 32 and long number ? 1u << (int)number : before;

    private static uint? HalfWord(KernelData kernel, ulong address, string member) =>
        kernel.OffsetOf("kmem_cache", member) is { } offset ? kernel.HalfWord(address + offset) : null;

    private static string Text(KernelData kernel, ulong address)
    {
        byte[] bytes = new byte[MaximumName];
        int read = kernel.Memory.Read(new VirtualAddress(address), bytes);
        int end = Array.IndexOf(bytes, (byte)0, 0, read);
        return PrintableText.Clean(Encoding.UTF8.GetString(bytes, 0, end < 0 ? read : end));
    }
}
