using KernelFault.Drivers.Risk.Blocklists;

namespace KernelFault.Drivers.Risk;

/// <summary>How drivers are judged.</summary>
public sealed record DriverRiskOptions
{
    /// <summary>Years after which a driver counts as old, if nothing else is said.</summary>
    public const int DefaultMaximumAge = 10;

    /// <summary>Says by its id whether a rule is asked; null asks all.</summary>
    public Func<string, bool>? Selects { get; init; }

    /// <summary>Years after which a driver counts as old.</summary>
    public int MaximumAge { get; init; } = DefaultMaximumAge;

    /// <summary>Lists of drivers that are known to be vulnerable or malicious.</summary>
    public IReadOnlyList<DriverBlocklist> Blocklists { get; init; } = [];

    /// <summary>The time drivers are judged at, UTC; null for the time of the judgement.</summary>
    public DateTime? Now { get; init; }
}
