namespace KernelFault.Servicing;

/// <summary>A protected file of Windows that was not as it should be.</summary>
public sealed record SystemFileProblem
{
    /// <summary>Name of the file, such as <c>ntdll.dll</c>.</summary>
    public required string FileName { get; init; }

    /// <summary>Where it lies in Windows, such as <c>C:\Windows\System32\ntdll.dll</c>; several for a file in several places, empty when the log does not say.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The component it belongs to; null when the log does not say.</summary>
    public required string? Component { get; init; }

    /// <summary>Version of the component; null when the log does not say.</summary>
    public required string? Version { get; init; }

    /// <summary>Architecture of the component, such as <c>amd64</c>; null when the log does not say.</summary>
    public required string? Architecture { get; init; }

    /// <summary>What was wrong, in the log's words: <c>hash mismatch</c>, <c>file is missing</c>; null when the log does not say.</summary>
    public required string? Reason { get; init; }

    /// <summary>Whether it is whole again.</summary>
    public required bool IsRepaired { get; init; }

    /// <inheritdoc/>
    public override string ToString() => (IsRepaired ? "repaired " : "not repaired ") + FileName;
}
