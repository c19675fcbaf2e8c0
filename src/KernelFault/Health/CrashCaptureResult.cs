using KernelFault.Hosts;

namespace KernelFault.Health;

/// <summary>What was changed of how a machine keeps its next crash.</summary>
public sealed record CrashCaptureResult
{
    /// <summary>The machine as its user named it.</summary>
    public required string Host { get; init; }

    /// <summary>How it was.</summary>
    public required CrashCapture Before { get; init; }

    /// <summary>How it is.</summary>
    public required CrashCapture After { get; init; }

    /// <summary>Whether it holds only after a restart.</summary>
    public required bool NeedsRestart { get; init; }

    /// <summary>What was done, in order; empty when all was as wanted.</summary>
    public required IReadOnlyList<HostStep> Steps { get; init; }
}
