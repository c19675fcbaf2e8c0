namespace KernelFault.Memory;

/// <summary>The way through the page tables for one address, and where it ended.</summary>
public sealed record PageTableWalk
{
    /// <summary>The virtual address that was looked up.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>Why the walk ended.</summary>
    public required PageTableStop Stop { get; init; }

    /// <summary>The physical address; null unless <see cref="Stop"/> is <see cref="PageTableStop.Translated"/>.</summary>
    public PhysicalAddress? PhysicalAddress { get; init; }

    /// <summary>Bytes of the page, such as 4096 or 2097152; null when the address is not translated.</summary>
    public ulong? PageSize { get; init; }

    /// <summary>Whether the file holds the page; null when the address is not translated.</summary>
    public PageAvailability? Page { get; init; }

    /// <summary>The entries that were read, the root's first; empty for an address that no table is asked for.</summary>
    public required IReadOnlyList<PageTableLevel> Levels { get; init; }

    /// <summary>What the last entry means beyond <see cref="Stop"/>, such as a swap entry's parts; null when there is nothing to add.</summary>
    public string? Detail { get; init; }
}
