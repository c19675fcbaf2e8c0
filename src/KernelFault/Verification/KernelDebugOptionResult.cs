using KernelFault.Hosts;

namespace KernelFault.Verification;

/// <summary>What came of setting options of the kernel.</summary>
public sealed record KernelDebugOptionResult
{
    /// <summary>The machine as its user named it.</summary>
    public required string ComputerName { get; init; }

    /// <summary>Whether anything was changed.</summary>
    public required bool IsChanged { get; init; }

    /// <summary>Whether a restart has to make it true.</summary>
    public required bool NeedsRestart { get; init; }

    /// <summary>The options, as they are afterwards.</summary>
    public required IReadOnlyList<KernelDebugOption> Options { get; init; }

    /// <summary>What was done; empty when all was as wanted.</summary>
    public required IReadOnlyList<HostStep> Steps { get; init; }
}
