namespace KernelFault.Verification;

/// <summary>How Driver Verifier is set on a machine, and what it does there now.</summary>
public sealed record DriverVerifierSettings
{
    /// <summary>The machine, as its host names it.</summary>
    public required string ComputerName { get; init; }

    /// <summary>Whether drivers are to be verified from the next start on; null when that cannot be read.</summary>
    public required bool? IsConfigured { get; init; }

    /// <summary>The bits on disk (<c>VerifyDriverLevel</c>); null when none are set and when they cannot be read.</summary>
    public required long? Level { get; init; }

    /// <summary>Names of these bits; empty when none are set.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>File names of the drivers on disk (<c>VerifyDrivers</c>); <c>*</c> stands for all.</summary>
    public required IReadOnlyList<string> Drivers { get; init; }

    /// <summary>How long the settings stay; null when that cannot be read.</summary>
    public required DriverVerifierBootMode? BootMode { get; init; }

    /// <summary>The same as <c>verifier /querysettings</c> says it, in the machine's language; null when that was not asked.</summary>
    public required string? BootModeText { get; init; }

    /// <summary>The bits of <c>VerifierOptions</c>; null when there is no such value.</summary>
    public required long? Options { get; init; }

    /// <summary>Whether drivers are verified now; null when that cannot be read, and for a Windows that is not running.</summary>
    public required bool? IsRunning { get; init; }

    /// <summary>The bits in force now; null when none are and when they cannot be read.</summary>
    public required long? RunningLevel { get; init; }

    /// <summary>Names of the bits in force now.</summary>
    public required IReadOnlyList<string> RunningFlags { get; init; }

    /// <summary>The drivers that are verified now, with their counts.</summary>
    public required IReadOnlyList<VerifiedDriver> RunningDrivers { get; init; }

    /// <summary>What could not be read, and why; where sources differ.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
