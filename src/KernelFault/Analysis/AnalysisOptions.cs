namespace KernelFault.Analysis;

/// <summary>What may help an analysis. Nothing here is needed, and nothing is fetched from a network.</summary>
public sealed record AnalysisOptions
{
    /// <summary>Folders or symbol-store trees with executable images (<c>.exe</c>, <c>.sys</c>, <c>.dll</c>), matched by timestamp and size.</summary>
    public IReadOnlyList<string> ImagePath { get; init; } = [];

    /// <summary>Files or folders with symbols; this release reads ISF JSON (<c>.json</c>, <c>.json.gz</c>, <c>.json.xz</c>).</summary>
    public IReadOnlyList<string> SymbolPath { get; init; } = [];

    /// <summary>On Windows: look in this machine's own driver folders too. True by default.</summary>
    public bool UseLocalImages { get; init; } = true;
}
