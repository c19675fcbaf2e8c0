namespace KernelFault.Drivers;

/// <summary>What a crash says against a driver.</summary>
public sealed record DriverCrash
{
    /// <summary>The crash file.</summary>
    public required string DumpPath { get; init; }

    /// <summary>What it has to do with the crash.</summary>
    public required DriverCrashRole Role { get; init; }

    /// <summary>How sure that is, 0 to 1; for a culprit its confidence.</summary>
    public required double Confidence { get; init; }

    /// <summary>Title of the analysis.</summary>
    public required string Title { get; init; }

    /// <summary>When the machine crashed, UTC; null when the file does not say.</summary>
    public DateTime? CrashTime { get; init; }

    /// <summary><c>TimeDateStamp</c> of the image in the dump; null when not recorded.</summary>
    public uint? TimeDateStamp { get; init; }

    /// <summary>Size of the image in the dump, in bytes; null when not recorded.</summary>
    public ulong? Size { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Role} in {DumpPath}";
}
