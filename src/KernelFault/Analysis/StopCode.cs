namespace KernelFault.Analysis;

/// <summary>A Windows bug check, decoded.</summary>
public sealed record StopCode
{
    /// <summary>The documented number, the minidump flag folded in: 0x1000007E is 0x7E.</summary>
    public required uint Code { get; init; }

    /// <summary>The number as stored, as <c>0x</c> and 8 digits.</summary>
    public required string RawCode { get; init; }

    /// <summary>Symbolic name; null when the code is not known.</summary>
    public string? Name { get; init; }

    /// <summary>What it means, one sentence; null when the code is not known.</summary>
    public string? Meaning { get; init; }

    /// <summary>Its four parameters.</summary>
    public required IReadOnlyList<BugCheckParameter> Parameters { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name is null
        ? FormattableString.Invariant($"0x{Code:X}")
        : FormattableString.Invariant($"0x{Code:X} {Name}");
}
