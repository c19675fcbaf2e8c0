using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>What came of a repair from the component store to the files.</summary>
public sealed record SystemImageRepairResult
{
    /// <summary>The machine, as its host names it.</summary>
    public required string ComputerName { get; init; }

    /// <summary>How it ended: the worse of how the store and the files are now.</summary>
    public required RepairStatus Status { get; init; }

    /// <summary>The folder of the Windows that was repaired; null for the machine's own.</summary>
    public required string? WindowsDirectory { get; init; }

    /// <summary>The runs of DISM, in their order.</summary>
    public required IReadOnlyList<ComponentStoreRepairResult> ComponentStore { get; init; }

    /// <summary>The runs of the System File Checker, in their order; empty when what came before stood in the way.</summary>
    public required IReadOnlyList<SystemFileRepairResult> SystemFiles { get; init; }

    /// <summary>How many parts of the store and files were repaired in all.</summary>
    public required long RepairedCount { get; init; }

    /// <summary>How many parts of the store and files are damaged still.</summary>
    public required long NotRepairedCount { get; init; }

    /// <summary>When it was begun, UTC by this machine's clock.</summary>
    public required DateTime StartTime { get; init; }

    /// <summary>How long all of it took, in seconds.</summary>
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
