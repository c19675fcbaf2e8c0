using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>What came of a run of the System File Checker.</summary>
public sealed record SystemFileRepairResult
{
    /// <summary>The machine, as its host names it.</summary>
    public required string ComputerName { get; init; }

    /// <summary>How it ended.</summary>
    public required RepairStatus Status { get; init; }

    /// <summary>Whether it only looked.</summary>
    public required bool VerifyOnly { get; init; }

    /// <summary>The one file it looked at; null for all of them.</summary>
    public required string? Path { get; init; }

    /// <summary>The folder of the Windows it looked at; null for the machine's own.</summary>
    public required string? WindowsDirectory { get; init; }

    /// <summary>Exit code of sfc. Its values are not documented; <see cref="Status"/> does not hang on it alone.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The error that the exit code stands for; null when it stands for none.</summary>
    public required ServicingError? Error { get; init; }

    /// <summary>How many components were looked at, by the log; 0 when the log does not say.</summary>
    public required long ComponentCount { get; init; }

    /// <summary>How many files were repaired.</summary>
    public required long RepairedCount { get; init; }

    /// <summary>How many files are damaged still.</summary>
    public required long NotRepairedCount { get; init; }

    /// <summary>The files that were not as they should be, in the order of the log.</summary>
    public required IReadOnlyList<SystemFileProblem> Files { get; init; }

    /// <summary>What sfc said at last, in the machine's language; empty when nothing.</summary>
    public required string Message { get; init; }

    /// <summary>When it was begun, UTC by this machine's clock.</summary>
    public required DateTime StartTime { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>The logs that tell more, on the machine.</summary>
    public required IReadOnlyList<string> LogPaths { get; init; }

    /// <summary>What was run.</summary>
    public required IReadOnlyList<HostStep> Steps { get; init; }

    /// <summary>What to do next; empty when there is nothing to do.</summary>
    public required IReadOnlyList<string> NextSteps { get; init; }

    /// <summary>What could not be learnt.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Status}: {RepairedCount} repaired, {NotRepairedCount} not";
}
