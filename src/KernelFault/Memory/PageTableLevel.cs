namespace KernelFault.Memory;

/// <summary>One entry that was read on the way through the page tables.</summary>
public sealed record PageTableLevel
{
    /// <summary>The level as Linux names it: <c>pgd</c>, <c>p4d</c>, <c>pud</c>, <c>pmd</c>, <c>pte</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where the entry lies.</summary>
    public required PhysicalAddress EntryAddress { get; init; }

    /// <summary>The entry as <c>0x</c> and 16 hexadecimal digits; null when its table is not in the file.</summary>
    public string? Value { get; init; }

    /// <summary>What its bits say, by the manuals' short names (<c>P</c>, <c>RW</c>, <c>NX</c>, …); empty for a missing entry.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>Where it points: the next table, or the page; null when it points nowhere.</summary>
    public PhysicalAddress? Target { get; init; }
}
