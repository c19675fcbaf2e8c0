namespace KernelFault.Analysis;

/// <summary>What one parameter of a stop code means, in general and, where a value is given, in this case.</summary>
public sealed record BugCheckParameterExplanation
{
    /// <summary>1 to 4.</summary>
    public required int Index { get; init; }

    /// <summary>What it holds; null when it is not used or not documented.</summary>
    public string? Meaning { get; init; }

    /// <summary>The value that was asked about, as <c>0x</c> and 16 digits; null when none was.</summary>
    public string? Value { get; init; }

    /// <summary>What that value means; null when none was given, or it says no more.</summary>
    public string? Decoded { get; init; }

    /// <summary>What single values mean, each as <c>0x1: write</c>; empty when they are not enumerated.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
}
