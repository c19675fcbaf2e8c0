namespace KernelFault.Analysis;

/// <summary>One parameter of a stop code, decoded.</summary>
public sealed record BugCheckParameter
{
    /// <summary>1 to 4.</summary>
    public required int Index { get; init; }

    /// <summary>The value as <c>0x</c> and 16 digits.</summary>
    public required string Value { get; init; }

    /// <summary>What the parameter means for this code; null when not documented.</summary>
    public string? Meaning { get; init; }

    /// <summary>What this value means, such as <c>STATUS_ACCESS_VIOLATION</c> or <c>write</c>; null when the value says no more.</summary>
    public string? Decoded { get; init; }
}
