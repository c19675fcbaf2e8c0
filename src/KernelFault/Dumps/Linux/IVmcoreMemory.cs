using KernelFault.Memory;

namespace KernelFault.Dumps.Linux;

/// <summary>Physical memory in a vmcore of either layout.</summary>
internal interface IVmcoreMemory : IPhysicalMemoryReader
{
    /// <summary>Bytes of a page frame as counted here.</summary>
    int PageSize { get; }

    /// <summary>The next page frame from <paramref name="frame"/> on that the file has; <see cref="ulong.MaxValue"/> when there is none.</summary>
    ulong NextPresent(ulong frame);

    /// <summary>Counts the pages, by what bitmap or program headers say.</summary>
    VmcorePages Count();
}
