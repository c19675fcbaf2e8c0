namespace KernelFault.Drivers.Risk;

/// <summary>A question that is asked about every driver.</summary>
public sealed record RiskRule
{
    /// <summary>Its name in findings, <c>-Include</c> and <c>-Exclude</c>, such as <c>unsigned</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What speaks against the driver when it holds.</summary>
    public required string Title { get; init; }

    /// <summary>Why that is dangerous, how it is decided, and where it may be wrong.</summary>
    public required string Description { get; init; }

    /// <summary>How much a finding of it counts at most, 0 to 100.</summary>
    public required long Weight { get; init; }

    /// <summary>Systems whose drivers are asked: <c>Windows</c>, <c>Linux</c>.</summary>
    public required IReadOnlyList<string> Platforms { get; init; }

    /// <summary>What to do when it holds.</summary>
    public required IReadOnlyList<RiskAction> Actions { get; init; }

    /// <summary>Address of a public page that explains it; null for none.</summary>
    public string? Reference { get; init; }

    /// <summary>Every rule, in the order in which they are asked.</summary>
    public static IReadOnlyList<RiskRule> All => RiskRuleData.Rules;

    /// <inheritdoc/>
    public override string ToString() => Id;
}
