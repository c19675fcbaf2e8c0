namespace KernelFault.Analysis;

/// <summary>One crash of a <see cref="CrashSummary"/>, with what it contributes.</summary>
public sealed record CrashSummaryEntry
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>When it crashed, UTC; null when not known.</summary>
    public DateTime? CrashTime { get; init; }

    /// <summary>Windows build number; null when not known.</summary>
    public uint? BuildNumber { get; init; }

    /// <summary>The stop code as text, such as <c>0x50 PAGE_FAULT_IN_NONPAGED_AREA</c>; null when none.</summary>
    public string? StopCode { get; init; }

    /// <summary>What kind of fault it was.</summary>
    public required FaultClass FaultClass { get; init; }

    /// <summary>Who that dump alone would blame; null when nobody.</summary>
    public string? Culprit { get; init; }

    /// <summary>How sure that dump alone is, 0 to 1; null with <see cref="Culprit"/>.</summary>
    public double? Confidence { get; init; }

    /// <summary>Name of the crash.</summary>
    public required string BucketId { get; init; }

    /// <summary>What in this dump speaks for the common answer; empty when nothing.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }
}
