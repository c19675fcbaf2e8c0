using KernelFault.Drivers;

namespace KernelFault.Tests.Drivers.Risk;

/// <summary>A driver for which one rule holds, and one that differs in a fact or two and for which it does not.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Bad">The rule holds.</param>
/// <param name="Good">The rule does not hold, though something of the sort is there.</param>
internal sealed record RuleCase(string Rule, KernelDriver Bad, KernelDriver Good)
{
    /// <summary>Crashes that speak of the bad one.</summary>
    internal IReadOnlyList<DriverCrash> BadCrashes { get; init; } = [];

    /// <summary>Crashes that speak of the good one.</summary>
    internal IReadOnlyList<DriverCrash> GoodCrashes { get; init; } = [];

    /// <summary>Another driver of the bad one's machine.</summary>
    internal KernelDriver? BadNeighbour { get; init; }

    /// <summary>Another driver of the good one's machine.</summary>
    internal KernelDriver? GoodNeighbour { get; init; }

    /// <summary>A driver that lacks the fact the rule needs; null for a rule that always answers.</summary>
    internal KernelDriver? Unknown { get; init; }
}
