namespace KernelFault.Kernels.Symbols;

/// <summary>What a search for a kernel's symbols came to, and why.</summary>
public sealed record SymbolLookup
{
    /// <summary>The symbols; null when no file fits.</summary>
    public ISymbolSource? Source { get; init; }

    /// <summary>What proves that they belong to the kernel of the dump, one phrase each; empty when no file fits.</summary>
    public required IReadOnlyList<string> Proof { get; init; }

    /// <summary>What was refused or could not be read, and why, one sentence each; for warnings.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }
}
