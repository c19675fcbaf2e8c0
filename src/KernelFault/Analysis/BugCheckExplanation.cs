namespace KernelFault.Analysis;

/// <summary>A stop code explained: what it means, what its parameters hold, what usually causes it, what to do.</summary>
public sealed record BugCheckExplanation
{
    /// <summary>The number, the flag of small dumps folded in.</summary>
    public required uint Code { get; init; }

    /// <summary>The number as people write it, such as <c>0x7E</c>.</summary>
    public required string Hex { get; init; }

    /// <summary>Symbolic name.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, one sentence.</summary>
    public required string Meaning { get; init; }

    /// <summary>The fault class it belongs to before more is known.</summary>
    public required FaultClass FaultClass { get; init; }

    /// <summary>True when Windows writes it into reports of a system that went on running.</summary>
    public bool IsLiveDump { get; init; }

    /// <summary>Its four parameters.</summary>
    public required IReadOnlyList<BugCheckParameterExplanation> Parameters { get; init; }

    /// <summary>What usually causes it, the likeliest first.</summary>
    public required IReadOnlyList<string> Causes { get; init; }

    /// <summary>What to do, in order.</summary>
    public required IReadOnlyList<NextStep> NextSteps { get; init; }

    /// <summary>What it is often confused with, and what is right; null when nothing is known to be confused.</summary>
    public string? Note { get; init; }

    /// <summary>Codes that belong with it, such as <c>0xA</c>.</summary>
    public IReadOnlyList<string> SeeAlso { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Hex + " " + Name;
}
