namespace KernelFault.Kernels.Windows;

/// <summary>What a dump says of Driver Verifier.</summary>
public sealed record VerifierFacts
{
    /// <summary><c>MmVerifierData.Level</c>: the flags in force; null when not recorded.</summary>
    public uint? Flags { get; init; }

    /// <summary>The flags by name.</summary>
    public required IReadOnlyList<string> FlagNames { get; init; }

    /// <summary>Drivers under verification by name; empty when the dump does not list them.</summary>
    public required IReadOnlyList<string> Drivers { get; init; }
}
