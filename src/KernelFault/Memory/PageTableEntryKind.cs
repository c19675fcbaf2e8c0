namespace KernelFault.Memory;

/// <summary>What an entry of a page table does.</summary>
internal enum PageTableEntryKind : long
{
    /// <summary>Nothing is mapped.</summary>
    NotPresent = 0,

    /// <summary>It points to the next table.</summary>
    Table,

    /// <summary>It maps a page.</summary>
    Page,

    /// <summary>It has bits that are forbidden at its level.</summary>
    Malformed,
}
