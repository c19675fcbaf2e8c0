using System.Buffers.Binary;
using KernelFault.Dumps.Linux;
using KernelFault.Memory;

namespace KernelFault.Tests.Builders;

/// <summary>Physical memory made of 4 KB pages, each there, left out, or never there.</summary>
internal sealed class PhysicalPages : IVmcoreMemory
{
    private const int Size = 4096;

    private readonly SortedDictionary<ulong, byte[]> _pages = [];

    public int PageSize => Size;

    internal HashSet<ulong> Excluded { get; } = [];

    internal PhysicalPages Write(ulong address, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            ulong at = address + (ulong)i;
            if (!_pages.TryGetValue(at / Size, out byte[]? page))
            {
                _pages.Add(at / Size, page = new byte[Size]);
            }

            page[at % Size] = bytes[i];
        }

        return this;
    }

    internal PhysicalPages Write(ulong address, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Write(address, bytes);
    }

    public int Read(PhysicalAddress address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = address.ToUInt64() + (ulong)done;
            if (!_pages.TryGetValue(at / Size, out byte[]? page))
            {
                break;
            }

            int count = Math.Min(destination.Length - done, Size - (int)(at % Size));
            page.AsSpan((int)(at % Size), count).CopyTo(destination.Slice(done));
            done += count;
        }

        return done;
    }

    public PageAvailability Probe(PhysicalAddress address) =>
        _pages.ContainsKey(address.ToUInt64() / Size) ? PageAvailability.Present
        : Excluded.Contains(address.ToUInt64() / Size) ? PageAvailability.Excluded
        : PageAvailability.Absent;

    public ulong NextPresent(ulong frame)
    {
        foreach (ulong present in _pages.Keys)
        {
            if (present >= frame)
            {
                return present;
            }
        }

        return ulong.MaxValue;
    }

    public VmcorePages Count() => new(_pages.Count, Excluded.Count);
}
