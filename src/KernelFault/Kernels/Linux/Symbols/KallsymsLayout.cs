using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Symbols;

/// <summary>Where the tables of kallsyms lie. All addresses are virtual.</summary>
internal sealed record KallsymsLayout
{
    /// <summary>How many symbols there are.</summary>
    public required int Count { get; init; }

    /// <summary><c>kallsyms_names</c>.</summary>
    public required VirtualAddress Names { get; init; }

    /// <summary><c>kallsyms_token_table</c>.</summary>
    public required VirtualAddress TokenTable { get; init; }

    /// <summary><c>kallsyms_token_index</c>.</summary>
    public required VirtualAddress TokenIndex { get; init; }

    /// <summary><c>kallsyms_offsets</c> or <c>kallsyms_addresses</c>.</summary>
    public required VirtualAddress Addresses { get; init; }

    /// <summary>How an address is written.</summary>
    public required KallsymsEncoding Encoding { get; init; }

    /// <summary>The value of <c>kallsyms_relative_base</c>; 0 where there is none.</summary>
    public ulong RelativeBase { get; init; }

    /// <summary><c>kallsyms_markers</c>; null when not found: the names are then gone through once.</summary>
    public VirtualAddress? Markers { get; init; }

    /// <summary>Bytes of a marker: 4, and 8 up to 4.19.</summary>
    public int MarkerSize { get; init; } = 4;

    /// <summary>
    /// What would be <c>kallsyms_seqs_of_names</c>, the symbols in the order of their names (6.2 and later), before it is aligned and
    /// looked at; null when there is none.
    /// </summary>
    public VirtualAddress? NameOrder { get; init; }
}
