using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>How a Windows machine starts next.</summary>
public sealed record BootModeResult
{
    /// <summary>The machine as its user named it.</summary>
    public required string Host { get; init; }

    /// <summary>How it would have started next.</summary>
    public required SafeMode Before { get; init; }

    /// <summary>How it starts next.</summary>
    public required SafeMode After { get; init; }

    /// <summary>True when it starts so until that is taken back; false when only the next start is meant.</summary>
    public required bool IsPersistent { get; init; }

    /// <summary>What was done, in order; empty when all was as wanted.</summary>
    public required IReadOnlyList<HostStep> Steps { get; init; }
}
