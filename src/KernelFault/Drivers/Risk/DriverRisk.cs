namespace KernelFault.Drivers.Risk;

/// <summary>How dangerous a driver is to its machine, why, and what to do.</summary>
public sealed record DriverRisk
{
    /// <summary>Name of the driver.</summary>
    public required string Name { get; init; }

    /// <summary>The machine it is on, or the file it was read from.</summary>
    public required string ComputerName { get; init; }

    /// <summary>How dangerous, by <see cref="Score"/>.</summary>
    public required RiskLevel Level { get; init; }

    /// <summary>0 (nothing known against it) to 100.</summary>
    public required long Score { get; init; }

    /// <summary>What speaks against it, heaviest first.</summary>
    public required IReadOnlyList<RiskFinding> Findings { get; init; }

    /// <summary>What to do, most urgent first; empty when nothing.</summary>
    public required IReadOnlyList<RiskAction> Actions { get; init; }

    /// <summary>Rules that could not be asked because a fact is missing, and which.</summary>
    public required IReadOnlyList<string> NotChecked { get; init; }

    /// <summary>The driver.</summary>
    public required KernelDriver Driver { get; init; }

    /// <summary>Crashes that were taken into account.</summary>
    public required IReadOnlyList<DriverCrash> Crashes { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Level} ({Score}) {Name}";
}
