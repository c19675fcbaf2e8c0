namespace KernelFault.Kernels.Linux.Tasks;

/// <summary>What a kernel knows of the machine it runs on. What the dump does not hold is null.</summary>
public sealed record LinuxSystem
{
    /// <summary>The release, as <c>uname -r</c> prints it.</summary>
    public string? Release { get; init; }

    /// <summary>The build, as <c>uname -v</c> prints it.</summary>
    public string? Version { get; init; }

    /// <summary>The architecture, as <c>uname -m</c> prints it.</summary>
    public string? Machine { get; init; }

    /// <summary>The name of the machine.</summary>
    public string? NodeName { get; init; }

    /// <summary>What the boot loader told the kernel.</summary>
    public string? CommandLine { get; init; }

    /// <summary>The machine's clock when it stopped.</summary>
    public DateTime? CrashTime { get; init; }

    /// <summary>Seconds from boot until it stopped, without time asleep.</summary>
    public double? UptimeSeconds { get; init; }

    /// <summary>Processors the kernel could use.</summary>
    public int? ProcessorCount { get; init; }

    /// <summary>Processors that were not stopped. In a panic the others are stopped first.</summary>
    public int? OnlineProcessorCount { get; init; }

    /// <summary>Bytes of memory the kernel managed, its own image and reserved memory not counted.</summary>
    public ulong? MemoryBytes { get; init; }

    /// <summary>How many tasks were running or waiting for a disk, on average over 1, 5 and 15 minutes; null when not known.</summary>
    public IReadOnlyList<double>? LoadAverages { get; init; }

    /// <summary>Letters of what taints it, such as <c>OE</c>; empty for nothing, null when not known. A crash itself taints, with <c>D</c>.</summary>
    public string? Taint { get; init; }

    /// <summary>The processor that panicked; null when none did.</summary>
    public int? PanicProcessor { get; init; }

    /// <summary>The task that panicked: what its processor was executing.</summary>
    public LinuxTask? PanicTask { get; init; }
}
