namespace KernelFault.Servicing;

/// <summary>What Windows wrote about one check or repair of its component store into CBS.log.</summary>
public sealed record ComponentStoreCheck
{
    /// <summary>When the summary was written, in the machine's local time.</summary>
    public required DateTime Time { get; init; }

    /// <summary>What was done, in the log's words: <c>Detect only</c>, <c>Detect and Repair</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>HRESULT of it; null when the log does not say.</summary>
    public required uint? Result { get; init; }

    /// <summary>How many damaged manifests, metadata and files were found.</summary>
    public required long DetectedCount { get; init; }

    /// <summary>How many of them were repaired.</summary>
    public required long RepairedCount { get; init; }

    /// <summary>What was found, in the order of the log.</summary>
    public required IReadOnlyList<ComponentStoreProblem> Problems { get; init; }

    /// <summary>How long it took, in seconds; null when the log does not say.</summary>
    public required long? Seconds { get; init; }
}
