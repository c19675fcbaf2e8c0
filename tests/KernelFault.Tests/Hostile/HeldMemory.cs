using KernelFault.Dumps.Linux;
using KernelFault.Memory;

namespace KernelFault.Tests.Hostile;

/// <summary>The memory of a vmcore, every page of which is unpacked once. One thread at a time.</summary>
internal sealed class HeldMemory(IVmcoreMemory whole) : IVmcoreMemory
{
    private readonly Dictionary<ulong, byte[]> _pages = [];

    public int PageSize => whole.PageSize;

    public ulong NextPresent(ulong frame) => whole.NextPresent(frame);

    public VmcorePages Count() => whole.Count();

    public PageAvailability Probe(PhysicalAddress address) => whole.Probe(address);

    public int Read(PhysicalAddress address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address.ToUInt64() + (ulong)done);
            ulong frame = at / (ulong)PageSize;
            if (!_pages.TryGetValue(frame, out byte[]? page))
            {
                page = new byte[PageSize];
                page = whole.Read(new PhysicalAddress(frame * (ulong)PageSize), page) == PageSize ? page : [];
                _pages.Add(frame, page);
            }

            ReadOnlySpan<byte> bytes = page.AsSpan(Math.Min(page.Length, (int)(at % (ulong)PageSize)));
            bytes = bytes[..Math.Min(bytes.Length, destination.Length - done)];
            bytes.CopyTo(destination[done..]);
            done += bytes.Length;
            if (bytes.IsEmpty || at > ulong.MaxValue - (ulong)PageSize)
            {
                break;
            }
        }

        return done;
    }
}
