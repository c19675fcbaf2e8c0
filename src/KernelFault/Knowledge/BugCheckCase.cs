namespace KernelFault.Knowledge;

/// <summary>What a stop code means when the parameter that chooses (<see cref="BugCheckInfo.CaseParameter"/>) has a certain value.</summary>
public sealed record BugCheckCase
{
    /// <summary>The value, or the first of a range.</summary>
    public required ulong From { get; init; }

    /// <summary>The last of the range; the same as <see cref="From"/> for a single value.</summary>
    public required ulong To { get; init; }

    /// <summary>What it means.</summary>
    public required string Meaning { get; init; }

    /// <summary>Parameters that mean something else here; the others keep what the code says.</summary>
    public IReadOnlyList<BugCheckParameterInfo> Parameters { get; init; } = [];

    /// <summary>Name of the fault class here; null for the code's own.</summary>
    public string? FaultClass { get; init; }

    /// <summary>Cause tags here; null for the code's own.</summary>
    public IReadOnlyList<string>? Causes { get; init; }

    /// <summary>Next-step tags here; null for the code's own.</summary>
    public IReadOnlyList<string>? NextSteps { get; init; }

    /// <summary>True if <paramref name="value"/> is this case.</summary>
    /// <param name="value">Value of the parameter that chooses.</param>
    /// <returns>Whether it lies in the range.</returns>
    public bool Contains(ulong value) => value >= From && value <= To;
}
