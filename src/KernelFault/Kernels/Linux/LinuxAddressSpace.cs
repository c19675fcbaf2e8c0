using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux;

/// <summary>Where the parts of a kernel's address space begin and end, from its own variables.</summary>
public sealed class LinuxAddressSpace
{
    private const ulong NullPageEnd = 0x10000;

    private readonly List<Part> _parts;
    private readonly int _virtualBits;
    private readonly bool _ignoresTags;

    private LinuxAddressSpace(List<Part> parts, int virtualBits, bool ignoresTags, VirtualAddress? directMap, VirtualAddress? vmalloc, VirtualAddress? vmemmap)
    {
        _parts = parts;
        _virtualBits = virtualBits;
        _ignoresTags = ignoresTags;
        DirectMap = directMap;
        Vmalloc = vmalloc;
        Vmemmap = vmemmap;
    }

    /// <summary>Where physical address 0 would be in the direct map (<c>page_offset_base</c>); null when not known.</summary>
    public VirtualAddress? DirectMap { get; }

    /// <summary>Where vmalloc begins; null when not known.</summary>
    public VirtualAddress? Vmalloc { get; }

    /// <summary>Where the <c>struct page</c> of page frame 0 would be; null when not known.</summary>
    public VirtualAddress? Vmemmap { get; }

    /// <summary>Which part an address lies in.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>The part; <see cref="LinuxAddressRegion.Unknown"/> for a kernel whose layout is not known.</returns>
    public LinuxAddressRegion RegionOf(VirtualAddress address)
    {
        ulong value = address.ToUInt64();
        if (value < NullPageEnd)
        {
            return LinuxAddressRegion.NullPage;
        }

        // x86 has one bit less for each half than it translates; arm64 has a table for each half. arm64's upper byte can be a tag.
        bool kernel = _ignoresTags ? (value & (1UL << 55)) != 0 : value >> 63 != 0;
        ulong canonical = !_ignoresTags ? value : kernel ? value | 0xFF00_0000_0000_0000 : value & 0x00FF_FFFF_FFFF_FFFF;
        int bits = _ignoresTags ? _virtualBits : _virtualBits - 1;
        if (canonical >> bits != (kernel ? ulong.MaxValue >> bits : 0))
        {
            return LinuxAddressRegion.NonCanonical;
        }

        if (!kernel)
        {
            return LinuxAddressRegion.User;
        }

        foreach (Part part in _parts)
        {
            if (canonical - part.Start < part.Length)
            {
                return part.Region;
            }
        }

        return _parts.Count == 0 ? LinuxAddressRegion.Unknown : LinuxAddressRegion.Hole;
    }

    /// <summary>Reads the kernel's variables.</summary>
    internal static LinuxAddressSpace Read(LinuxKernel kernel, int virtualBits) => kernel.Architecture switch
    {
        Architecture.X64 => X64AddressSpace.Read(kernel, virtualBits),
        Architecture.Arm64 => Arm64AddressSpace.Read(kernel, virtualBits),
        _ => new LinuxAddressSpace([], 64, ignoresTags: false, null, null, null),
    };

    /// <summary>Takes the parts of an x86-64 kernel.</summary>
    internal static LinuxAddressSpace X64(List<Part> parts, int virtualBits, ulong directMap, ulong vmalloc, ulong vmemmap) =>
        new(parts, virtualBits, ignoresTags: false, new VirtualAddress(directMap), new VirtualAddress(vmalloc), new VirtualAddress(vmemmap));

    /// <summary>Takes the parts of an arm64 kernel.</summary>
    internal static LinuxAddressSpace Arm64(List<Part> parts, int virtualBits, VirtualAddress? directMap, VirtualAddress? vmalloc, VirtualAddress? vmemmap) =>
        new(parts, virtualBits, ignoresTags: true, directMap, vmalloc, vmemmap);

    /// <summary>A part; of parts that overlap, the first in the list counts.</summary>
    internal readonly struct Part(LinuxAddressRegion region, ulong start, ulong length)
    {
        internal LinuxAddressRegion Region { get; } = region;

        internal ulong Start { get; } = start;

        internal ulong Length { get; } = length;
    }
}
