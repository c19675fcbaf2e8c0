using KernelFault.Memory;

namespace KernelFault.Analysis.Windows;

/// <summary>A known part of the address space, both ends included.</summary>
/// <param name="First">Its first byte.</param>
/// <param name="Last">Its last byte.</param>
/// <param name="Region">What it is.</param>
/// <param name="Text">What to call it in a sentence.</param>
internal sealed record AddressRange(ulong First, ulong Last, AddressRegion Region, string Text)
{
    /// <summary>True if <paramref name="address"/> lies inside.</summary>
    internal bool Contains(VirtualAddress address) => address.ToUInt64() >= First && address.ToUInt64() <= Last;
}
