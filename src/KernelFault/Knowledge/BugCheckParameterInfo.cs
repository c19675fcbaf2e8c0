namespace KernelFault.Knowledge;

/// <summary>What one parameter of a stop code means.</summary>
public sealed record BugCheckParameterInfo
{
    /// <summary>1 to 4.</summary>
    public required int Index { get; init; }

    /// <summary>What it holds; null when it is not used or not documented.</summary>
    public string? Meaning { get; init; }

    /// <summary>What kind of thing it holds.</summary>
    public BugCheckParameterKind Kind { get; init; }

    /// <summary>What single values or ranges of values mean; empty when the value is not enumerated.</summary>
    public IReadOnlyList<BugCheckValue> Values { get; init; } = [];

    /// <summary>What single bits mean (each <see cref="BugCheckValue.From"/> is a mask); empty when the value is no set of flags.</summary>
    public IReadOnlyList<BugCheckValue> Bits { get; init; } = [];

    /// <summary>Other values for some Windows builds or processors; the first that applies counts, before <see cref="Values"/>.</summary>
    public IReadOnlyList<BugCheckVariant> Variants { get; init; } = [];
}
