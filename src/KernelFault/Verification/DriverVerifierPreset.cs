namespace KernelFault.Verification;

/// <summary>Flags that go together.</summary>
public enum DriverVerifierPreset : long
{
    /// <summary>What Windows itself takes for the standard settings: 0x209BB.</summary>
    Standard,

    /// <summary>Special pool and pool tracking: overruns, use after free, leaks.</summary>
    Pool,

    /// <summary>Requests and transfers: I/O verification, DMA checking and a log of requests.</summary>
    Io,

    /// <summary>What is against memory: pool, pageable memory at raised IRQL, and buffers that must not change.</summary>
    Memory,

    /// <summary>Pool checks while allocations fail at random.</summary>
    LowResources,

    /// <summary>All that finds errors without making calls fail or wait.</summary>
    Full,
}
