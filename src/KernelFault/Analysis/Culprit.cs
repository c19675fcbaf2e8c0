using KernelFault.Kernels;

namespace KernelFault.Analysis;

/// <summary>Who is to blame, how sure that is, and why.</summary>
public sealed record Culprit
{
    /// <summary>File name of the driver; or <c>hardware</c>, <c>memory</c>, a program's name; see <see cref="Kind"/>.</summary>
    public required string Module { get; init; }

    /// <summary>What kind of thing is blamed.</summary>
    public required CulpritKind Kind { get; init; }

    /// <summary>0 (a guess) to 1 (proved), two decimals.</summary>
    public required double Confidence { get; init; }

    /// <summary>Why, one sentence each, the strongest first.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>What would have to be known to be surer; empty when nothing.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>The loaded driver; null when the blamed thing is not one.</summary>
    public KernelModule? Driver { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Module;
}
