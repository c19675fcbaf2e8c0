namespace KernelFault.Hosts;

/// <summary>What is asked of every machine before anything is done to it.</summary>
public sealed record HostFacts
{
    /// <summary>The machine's own name for itself; null when it does not say.</summary>
    public required string? ComputerName { get; init; }

    /// <summary>The kernel it runs.</summary>
    public required HostPlatform Platform { get; init; }

    /// <summary>Name of the system, such as <c>Windows Server 2022 Standard</c> or <c>Debian GNU/Linux 12 (bookworm)</c>; null when unknown.</summary>
    public required string? OperatingSystem { get; init; }

    /// <summary>Version of the system, such as <c>10.0.20348</c> or <c>12</c>; null when unknown.</summary>
    public required string? Version { get; init; }

    /// <summary>Build of Windows with its revision (<c>20348.2113</c>), or release of the Linux kernel (<c>6.1.0-18-amd64</c>); null when unknown.</summary>
    public required string? Build { get; init; }

    /// <summary>Processor architecture: <c>x64</c>, <c>x86</c>, <c>arm64</c>, or as the machine calls it; null when unknown.</summary>
    public required string? Architecture { get; init; }

    /// <summary>Whether the user there is an administrator with full token, or root; null when that cannot be told.</summary>
    public required bool? IsElevated { get; init; }

    /// <summary>Version of the PowerShell that runs scripts there; null when there is none.</summary>
    public required string? PowerShellVersion { get; init; }

    /// <summary>When it was started, UTC; null when unknown and for an offline folder.</summary>
    public required DateTime? BootTime { get; init; }

    /// <summary>Why a restart is pending, such as <c>Component Based Servicing</c>; empty when none is, null when that cannot be told.</summary>
    public required IReadOnlyList<string>? PendingRestart { get; init; }

    /// <summary>Windows' code page for console programs, such as 437, 850 or 936; null when unknown and for other systems. See <see cref="ProgramText"/>.</summary>
    public int? OemCodePage { get; init; }

    /// <summary>
    /// How many seconds its clock was ahead of this machine's when the facts were read, negative when behind; 0 for no more than asking
    /// took, which cannot be told from none. Null when not known, as of an offline folder and a recording that does not say: as good as 0.
    /// </summary>
    public double? ClockAheadSeconds { get; init; }

    /// <summary>What its clock shows at a time of this machine: what its own times, such as those of its files and events, are compared with.</summary>
    /// <param name="time">The time, UTC by this machine's clock.</param>
    /// <returns>The time, UTC by its clock.</returns>
    public DateTime ByItsClock(DateTime time)
    {
        double seconds = ClockAheadSeconds ?? 0;

        // Any number can stand in a recording; no time is before the first or after the last.
        return double.IsNaN(seconds) ? time
            : seconds >= (DateTime.MaxValue - time).TotalSeconds ? DateTime.SpecifyKind(DateTime.MaxValue, time.Kind)
            : seconds <= (DateTime.MinValue - time).TotalSeconds ? DateTime.SpecifyKind(DateTime.MinValue, time.Kind)
            : time.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }
}
