using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Slab;

/// <summary>Finds the <c>struct page</c> that the kernel keeps of every page of memory.</summary>
/// <remarks>
/// They lie one after the other in a part of the address space of their own, so that the number of a page is an index (sparse memory
/// with a virtual memory map, the only model of x86-64 and arm64). Pages allocated together are one: each but the first leads to it.
/// </remarks>
internal sealed class KernelPages
{
    private const int PageShiftOfX64 = 12;

    private readonly KernelData _kernel;
    private readonly Func<VirtualAddress, PhysicalAddress?> _translate;
    private readonly int _pageShift;
    private readonly ulong _map;
    private readonly uint _size;
    private readonly uint? _head;

    /// <summary>Looks for the map.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="translate">The page tables: null for an address that is not mapped.</param>
    /// <param name="pageSize">Bytes in a page; a power of 2.</param>
    internal KernelPages(KernelData kernel, Func<VirtualAddress, PhysicalAddress?> translate, int pageSize)
    {
        _kernel = kernel;
        _translate = translate;
        _pageShift = PageShiftOfX64;
        while (_pageShift < 16 && 1 << _pageShift < pageSize)
        {
            _pageShift++;
        }

        _size = kernel.SizeOf("page") ?? 0;

        // Renamed in 7.1.
        _head = kernel.OffsetOf("page", "compound_head") ?? kernel.OffsetOf("page", "compound_info");
        _map = FirstPage();
    }

    /// <summary>Bytes in a page.</summary>
    internal ulong PageSize => 1UL << _pageShift;

    /// <summary>The page an address is in, or the first of those it was allocated with.</summary>
    /// <param name="address">An address of the kernel.</param>
    /// <param name="start">Where the first page is mapped, next to the others.</param>
    /// <returns>The address of the <c>struct page</c>; null when it cannot be told.</returns>
    internal ulong? HeadOf(VirtualAddress address, out ulong start)
    {
        start = 0;
        if (_map == 0 || _size == 0 || _head is not { } offset || _translate(address) is not { } physical)
        {
            return null;
        }

        ulong page = unchecked(_map + ((physical.ToUInt64() >> _pageShift) * _size));
        if (_kernel.Word(page + offset) is not { } link)
        {
            return null;
        }

        ulong head = (link & 1) == 0 ? page : IsMask(link - 1) ? page & (link - 1) : link - 1;
        ulong pages = unchecked(page - head) / _size;
        start = unchecked((address.ToUInt64() & ~(PageSize - 1)) - (pages << _pageShift));
        return pages < 1 << 20 ? head : null;
    }

    // Since 7.1 the other pages may hold, instead of the first one's address, a mask that makes it of their own: minus a power of 2.
    private static bool IsMask(ulong value)
    {
        ulong distance = unchecked(0 - value);
        return distance <= uint.MaxValue && (distance & (distance - 1)) == 0;
    }

    private ulong FirstPage()
    {
        if (_kernel.WordOf("vmemmap_base") is { } x64)
        {
            return x64;
        }

        // arm64: the map begins with the page of the lowest memory.
        return _kernel.Info?.Number("VMEMMAP_START") is { } start && (long?)_kernel.WordOf("memstart_addr") is { } lowest
            ? unchecked((ulong)(start - ((lowest >> _pageShift) * _size)))
            : 0;
    }
}
