namespace KernelFault.Kernels.Windows;

/// <summary>The memory-manager block of a triage dump (<c>DUMP_MM_STORAGE</c>). Amounts in pages unless said otherwise.</summary>
public sealed record MemoryManagerFacts
{
    /// <summary>Pages available.</summary>
    public ulong? AvailablePages { get; init; }

    /// <summary>Pages committed.</summary>
    public ulong? CommittedPages { get; init; }

    /// <summary>Commit limit in pages.</summary>
    public ulong? CommitLimitPages { get; init; }

    /// <summary>Most pages ever committed.</summary>
    public ulong? PeakCommitPages { get; init; }

    /// <summary>Physical memory in pages.</summary>
    public ulong? PhysicalPages { get; init; }

    /// <summary>Pages in use by paged pool.</summary>
    public ulong? PagedPoolPages { get; init; }

    /// <summary>Pages in use by nonpaged pool.</summary>
    public ulong? NonPagedPoolPages { get; init; }

    /// <summary><c>MmPageFaultCount</c>-like counters and every other figure of the block by its field name.</summary>
    public required IReadOnlyDictionary<string, string> Fields { get; init; }
}
