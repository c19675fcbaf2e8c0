using KernelFault.Dumps.Linux;
using KernelFault.Memory;

namespace KernelFault.Tests.Hostile;

/// <summary>The memory of a vmcore with damage laid over it.</summary>
internal sealed class PatchedMemory(IVmcoreMemory whole, Patches patches) : IVmcoreMemory
{
    public int PageSize => whole.PageSize;

    public ulong NextPresent(ulong frame) => whole.NextPresent(frame);

    public VmcorePages Count() => whole.Count();

    public PageAvailability Probe(PhysicalAddress address) => whole.Probe(address);

    public int Read(PhysicalAddress address, Span<byte> destination)
    {
        int read = whole.Read(address, destination);
        patches.Apply(address.ToUInt64(), destination[..read]);
        return read;
    }
}
