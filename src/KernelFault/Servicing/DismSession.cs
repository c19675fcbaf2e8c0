namespace KernelFault.Servicing;

/// <summary>One run of <c>dism.exe</c>, as it wrote it into dism.log.</summary>
public sealed record DismSession
{
    /// <summary>When it was begun, in the machine's local time.</summary>
    public required DateTime StartTime { get; init; }

    /// <summary>Its last line, in the machine's local time.</summary>
    public required DateTime EndTime { get; init; }

    /// <summary>Its command line; null when the log does not say.</summary>
    public required string? CommandLine { get; init; }

    /// <summary>HRESULT of its last error; null when it had none.</summary>
    public required uint? ErrorCode { get; init; }

    /// <summary>Whether a restart is required; null when the log does not say.</summary>
    public required bool? IsRestartRequired { get; init; }

    /// <summary>Whether it came to its end.</summary>
    public required bool IsComplete { get; init; }
}
