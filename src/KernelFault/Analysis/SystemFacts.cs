using KernelFault.Dumps;

namespace KernelFault.Analysis;

/// <summary>The machine that crashed, and when.</summary>
public sealed record SystemFacts
{
    /// <summary>Its processor architecture.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>Operating system as people name it, such as <c>Windows 10, version 2004 to 22H2 (build 19041)</c>, or a kernel release; null when not known.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>Windows build number; null where there is none.</summary>
    public uint? BuildNumber { get; init; }

    /// <summary>Workstation, server or domain controller; null when not known.</summary>
    public string? ProductType { get; init; }

    /// <summary>When it crashed, UTC; null when not known.</summary>
    public DateTime? CrashTime { get; init; }

    /// <summary>Seconds since start; null when not known.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>How many processors; null when not known.</summary>
    public uint? ProcessorCount { get; init; }

    /// <summary>The processor it happened on, from 0; null when not known.</summary>
    public uint? ProcessorNumber { get; init; }

    /// <summary>IRQL when it began; null when not known or not Windows.</summary>
    public int? Irql { get; init; }

    /// <summary>The process that was current; null when not known. Seldom to blame.</summary>
    public string? ProcessName { get; init; }

    /// <summary>Its id; null when not known.</summary>
    public ulong? ProcessId { get; init; }

    /// <summary>Id of the current thread; null when not known.</summary>
    public ulong? ThreadId { get; init; }
}
