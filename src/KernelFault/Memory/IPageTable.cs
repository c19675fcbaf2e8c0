namespace KernelFault.Memory;

/// <summary>How a processor's virtual addresses become physical ones.</summary>
public interface IPageTable
{
    /// <summary>Translates an address. Never throws for memory that is missing.</summary>
    /// <param name="address">The virtual address.</param>
    /// <param name="physical">The physical address; 0 when there is none.</param>
    /// <param name="bytesToEndOfPage">Bytes from the address up to the end of its page, large pages included; 0 when there is none.</param>
    /// <returns>False if the address is not mapped, or if the tables that would say so are not in the file.</returns>
    bool TryTranslate(VirtualAddress address, out PhysicalAddress physical, out ulong bytesToEndOfPage);

    /// <summary>Translates an address and tells every step.</summary>
    /// <param name="address">The virtual address.</param>
    /// <returns>Every entry that was read, and why the walk ended.</returns>
    PageTableWalk Walk(VirtualAddress address);
}
