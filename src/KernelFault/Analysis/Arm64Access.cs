namespace KernelFault.Analysis;

/// <summary>How an ARM64 load or store uses memory.</summary>
/// <param name="Kind">Read or write; a read-modify-write is a write.</param>
/// <param name="Base">Number of the base register, 31 for sp.</param>
/// <param name="Offset">Bytes added to the base before the access; 0 for post-indexed forms.</param>
/// <param name="Size">Bytes used; 0 when not fixed.</param>
internal readonly record struct Arm64Access(AccessKind Kind, int Base, long Offset, int Size)
{
    /// <summary>Number of the index register; -1 for none.</summary>
    internal int Index { get; init; } = -1;

    /// <summary>How the index is extended: 2 = UXTW, 3 = LSL, 6 = SXTW, 7 = SXTX.</summary>
    internal int Extend { get; init; } = 3;

    /// <summary>Bits the index is shifted left.</summary>
    internal int Shift { get; init; }

    /// <summary>True when the offset counts from the instruction itself.</summary>
    internal bool IsLiteral { get; init; }

    /// <summary>Disassembly; null for the rarer forms.</summary>
    internal string? Text { get; init; }
}
