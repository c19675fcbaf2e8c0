using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>What came of a run of DISM on the component store.</summary>
public sealed record ComponentStoreRepairResult
{
    /// <summary>The machine, as its host names it.</summary>
    public required string ComputerName { get; init; }

    /// <summary>How it ended.</summary>
    public required RepairStatus Status { get; init; }

    /// <summary>What was done.</summary>
    public required ComponentStoreOperation Operation { get; init; }

    /// <summary>The root of the Windows it was done to; null for the machine's own.</summary>
    public required string? Image { get; init; }

    /// <summary>Exit code of DISM: 0, a number of Windows, or an HRESULT.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The error it ended with; null when it ended without one.</summary>
    public required ServicingError? Error { get; init; }

    /// <summary>How many damaged parts the store has or had, by the log; null when the log does not say.</summary>
    public required long? DetectedCount { get; init; }

    /// <summary>How many of them were repaired; null when the log does not say.</summary>
    public required long? RepairedCount { get; init; }

    /// <summary>The damaged parts, in the order of the log.</summary>
    public required IReadOnlyList<ComponentStoreProblem> Problems { get; init; }

    /// <summary>What DISM said at last; empty when nothing.</summary>
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
    public override string ToString() => $"{Operation}: {Status}";
}
