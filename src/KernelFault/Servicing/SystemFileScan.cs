namespace KernelFault.Servicing;

/// <summary>What the System File Checker wrote about one run into CBS.log.</summary>
public sealed record SystemFileScan
{
    /// <summary>First line of the run, in the machine's local time; null when the log has none.</summary>
    public required DateTime? StartTime { get; init; }

    /// <summary>Last line of the run, in the machine's local time; null when the log has none.</summary>
    public required DateTime? EndTime { get; init; }

    /// <summary>How many components were looked at.</summary>
    public required long ComponentCount { get; init; }

    /// <summary>Whether all components that it began to look at were looked at. A run that only looks ends so.</summary>
    public required bool IsVerified { get; init; }

    /// <summary>Whether the run came to its end, with its repairs.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The files that were not as they should be, repaired or not, in the order of the log.</summary>
    public required IReadOnlyList<SystemFileProblem> Problems { get; init; }
}
