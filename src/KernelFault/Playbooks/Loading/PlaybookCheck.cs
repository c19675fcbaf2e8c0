namespace KernelFault.Playbooks.Loading;

/// <summary>What was found in the file of a playbook.</summary>
public sealed record PlaybookCheck
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>Its name; null when the file does not tell.</summary>
    public required string? Name { get; init; }

    /// <summary>Whether it can be run: there is no error.</summary>
    public required bool IsValid { get; init; }

    /// <summary>How many errors there are.</summary>
    public required int ErrorCount { get; init; }

    /// <summary>How many warnings there are.</summary>
    public required int WarningCount { get; init; }

    /// <summary>Errors and warnings in the order of the file.</summary>
    public required IReadOnlyList<PlaybookProblem> Problems { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {(IsValid ? "valid" : $"{ErrorCount} errors")}, {WarningCount} warnings";
}
