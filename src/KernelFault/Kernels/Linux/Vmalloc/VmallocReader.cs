using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Vmalloc;

/// <summary>Finds the vmalloc area an address is in.</summary>
/// <remarks>
/// Areas in use are in a red-black tree by address: <c>vmap_area_root</c>, and since 6.9 one for each of some nodes, among which areas are
/// spread by address.
/// </remarks>
internal sealed class VmallocReader
{
    // A red-black tree of all the areas that fit 2^47 bytes is not twice as deep.
    private const int MaximumDepth = 128;
    private const uint MaximumNodes = 1024;

    // VM_* of include/linux/vmalloc.h.
    private const ulong IoRemap = 0x01;
    private const ulong Alloc = 0x02;
    private const ulong Map = 0x04;
    private const ulong DmaCoherent = 0x10;
    private const ulong NoGuard = 0x40;

    private readonly KernelData _kernel;
    private readonly ulong _pageSize;

    /// <summary>Prepares to look.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="pageSize">Bytes in a page.</param>
    internal VmallocReader(KernelData kernel, int pageSize)
    {
        _kernel = kernel;
        _pageSize = (ulong)pageSize;
    }

    /// <summary>The area an address is in.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>Null when it is in none, or that cannot be told (no BTF, not in the dump).</returns>
    internal VmallocArea? Find(VirtualAddress address)
    {
        if (_kernel.Types is not { } types
            || types.OffsetOf("vmap_area", "va_start") is not { } startAt
            || types.OffsetOf("vmap_area", "va_end") is not { } endAt
            || types.OffsetOf("vmap_area", "rb_node") is not { } node
            || types.OffsetOf("rb_node", "rb_left") is not { } left
            || types.OffsetOf("rb_node", "rb_right") is not { } right)
        {
            return null;
        }

        foreach (ulong root in Roots(types))
        {
            ulong at = _kernel.Word(root) ?? 0;
            for (int depth = 0; at != 0 && depth < MaximumDepth; depth++)
            {
                ulong area = at - node;
                if (_kernel.Word(area + startAt) is not { } start || _kernel.Word(area + endAt) is not { } end)
                {
                    break;
                }

                if (address.ToUInt64() >= start && address.ToUInt64() < end)
                {
                    return Describe(types, area, start, end, address.ToUInt64());
                }

                at = _kernel.Word(at + (address.ToUInt64() < start ? left : right)) ?? 0;
            }
        }

        return null;
    }

    private IEnumerable<ulong> Roots(KernelTypes types)
    {
        if (_kernel.Symbol("vmap_area_root") is not 0 and ulong root)
        {
            yield return root;
            yield break;
        }

        if (_kernel.WordOf("vmap_nodes") is { } nodes
            && types.OffsetOf("vmap_node", "busy.root") is { } offset
            && types.SizeOf("vmap_node") is { } size)
        {
            uint count = Math.Min(_kernel.HalfWordOf("nr_vmap_nodes") ?? 1, MaximumNodes);
            for (uint i = 0; i < count; i++)
            {
                yield return nodes + ((ulong)i * size) + offset;
            }
        }
    }

    private VmallocArea Describe(KernelTypes types, ulong area, ulong start, ulong end, ulong address)
    {
        // The place of the pointer is used otherwise while an area is not described: what it leads to says whether it is one.
        ulong descriptor = Word(types, "vmap_area", "vm", area) ?? 0;
        ulong? flags = descriptor != 0 && Word(types, "vm_struct", "addr", descriptor) == start ? Word(types, "vm_struct", "flags", descriptor) : null;
        ulong size = flags is null ? end - start : Math.Min(Word(types, "vm_struct", "size", descriptor) ?? 0, end - start);
        ulong guard = flags is { } set && (set & NoGuard) == 0 && size >= _pageSize ? _pageSize : 0;
        return new VmallocArea
        {
            Start = new VirtualAddress(start),
            End = new VirtualAddress(end),
            Size = size - guard,
            IsInGuardPage = guard != 0 && address - start >= size - guard,
            Kind = flags switch
            {
                null => null,
                { } f when (f & IoRemap) != 0 => "ioremap",
                { } f when (f & Alloc) != 0 => "vmalloc",
                { } f when (f & DmaCoherent) != 0 => "dma",
                { } f when (f & Map) != 0 => "vmap",
                _ => null,
            },
            Caller = flags is not null && Word(types, "vm_struct", "caller", descriptor) is { } caller && caller != 0 ? new VirtualAddress(caller) : null,
            DeviceAddress = (flags & IoRemap) is not null and not 0 && Word(types, "vm_struct", "phys_addr", descriptor) is { } device ? new PhysicalAddress(device) : null,
            Descriptor = flags is null ? null : new VirtualAddress(descriptor),
        };
    }

    private ulong? Word(KernelTypes types, string type, string member, ulong address) =>
        types.OffsetOf(type, member) is { } offset ? _kernel.Word(address + offset) : null;
}
