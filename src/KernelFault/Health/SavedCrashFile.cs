namespace KernelFault.Health;

/// <summary>A file of a crash that was copied from a machine. The source stays where it is.</summary>
public sealed record SavedCrashFile
{
    /// <summary>The machine as its user named it.</summary>
    public required string Host { get; init; }

    /// <summary>What it is.</summary>
    public required CrashFileKind Kind { get; init; }

    /// <summary>Where it is on the machine; for the journal the command that gives it.</summary>
    public required string SourcePath { get; init; }

    /// <summary>Where it is here, a whole path; null when it could not be saved.</summary>
    public required string? Path { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>When it was last written on the machine, UTC; null when the machine does not say.</summary>
    public required DateTime? LastWriteTime { get; init; }

    /// <summary>SHA-256, 64 lower-case hexadecimal digits, the same there and here; null when it could not be saved.</summary>
    public required string? Sha256 { get; init; }

    /// <summary>What became of it.</summary>
    public required SavedCrashStatus Status { get; init; }

    /// <summary>Why it could not be saved; null when it was.</summary>
    public required string? Error { get; init; }
}
