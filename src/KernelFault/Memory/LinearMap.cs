namespace KernelFault.Memory;

/// <summary>Virtual memory that lies in physical memory as one piece: a kernel image, the direct map.</summary>
public sealed class LinearMap : IPageTable
{
    private readonly ulong _start;
    private readonly ulong _physical;
    private readonly ulong _length;

    /// <summary>Takes the place.</summary>
    /// <param name="start">Its first virtual address.</param>
    /// <param name="physical">Where that lies in physical memory.</param>
    /// <param name="length">Its length in bytes.</param>
    public LinearMap(VirtualAddress start, PhysicalAddress physical, ulong length)
    {
        _start = start.ToUInt64();
        _physical = physical.ToUInt64();
        _length = length;
    }

    /// <inheritdoc/>
    public bool TryTranslate(VirtualAddress address, out PhysicalAddress physical, out ulong bytesToEndOfPage)
    {
        ulong offset = unchecked(address.ToUInt64() - _start);
        bool inside = offset < _length;
        physical = new PhysicalAddress(inside ? unchecked(_physical + offset) : 0);
        bytesToEndOfPage = inside ? _length - offset : 0;
        return inside;
    }

    /// <inheritdoc/>
    public PageTableWalk Walk(VirtualAddress address) => TryTranslate(address, out PhysicalAddress physical, out _)
        ? new PageTableWalk { Address = address, Stop = PageTableStop.Translated, PhysicalAddress = physical, Levels = [], Detail = "by arithmetic; no page table was read" }
        : new PageTableWalk { Address = address, Stop = PageTableStop.TableAbsent, Levels = [], Detail = "the page tables are not known" };
}
