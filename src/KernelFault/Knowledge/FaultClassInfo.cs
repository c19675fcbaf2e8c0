namespace KernelFault.Knowledge;

/// <summary>What usually causes a class of faults, and what to do.</summary>
public sealed record FaultClassInfo
{
    /// <summary>Name, as the analysis names it, such as <c>NullDereference</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The class in a phrase that fits a title: <c>use of a NULL pointer</c>.</summary>
    public required string Phrase { get; init; }

    /// <summary>Cause tags, the likeliest first.</summary>
    public required IReadOnlyList<string> Causes { get; init; }

    /// <summary>Next-step tags on Windows, in order.</summary>
    public required IReadOnlyList<string> NextSteps { get; init; }

    /// <summary>Next-step tags on Linux, in order; empty where the class does not occur there.</summary>
    public IReadOnlyList<string> LinuxNextSteps { get; init; } = [];
}
