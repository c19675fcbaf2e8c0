using KernelFault.Hosts;

namespace KernelFault.Verification;

/// <summary>What was set or taken away of Driver Verifier on a machine.</summary>
public sealed record DriverVerifierChange
{
    /// <summary>The machine, as its host names it.</summary>
    public required string ComputerName { get; init; }

    /// <summary>False when all was so already and nothing was done.</summary>
    public required bool IsChanged { get; init; }

    /// <summary>File names of the drivers that are verified by it; empty after it was switched off.</summary>
    public required IReadOnlyList<string> Drivers { get; init; }

    /// <summary>The bits; 0 after it was switched off.</summary>
    public required long Level { get; init; }

    /// <summary>Names of the bits.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>How long the settings stay; null for volatile ones, and after it was switched off.</summary>
    public required DriverVerifierBootMode? BootMode { get; init; }

    /// <summary>Whether what runs now was changed, and nothing on disk.</summary>
    public required bool IsVolatile { get; init; }

    /// <summary>Whether the change counts from the next start only.</summary>
    public required bool NeedsRestart { get; init; }

    /// <summary>How to get out again.</summary>
    public required IReadOnlyList<string> WayOut { get; init; }

    /// <summary>What was done, in order.</summary>
    public required IReadOnlyList<HostStep> Steps { get; init; }
}
