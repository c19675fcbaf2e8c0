using KernelFault.Hosts;

namespace KernelFault.Health;

/// <summary>What a machine would keep of its next crash.</summary>
public sealed record CrashCapture
{
    /// <summary>The machine as its user named it.</summary>
    public required string Host { get; init; }

    /// <summary>The kernel it runs.</summary>
    public required HostPlatform Platform { get; init; }

    /// <summary>Whether a crash would leave a usable dump; null when what was read does not decide it.</summary>
    public required bool? LeavesDump { get; init; }

    /// <summary>Why, the gravest first.</summary>
    public required IReadOnlyList<CaptureFinding> Findings { get; init; }

    /// <summary>Settings of Windows; null for another system.</summary>
    public WindowsCrashCapture? Windows { get; init; }

    /// <summary>Settings of Linux; null for another system.</summary>
    public LinuxCrashCapture? Linux { get; init; }
}
