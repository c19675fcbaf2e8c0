namespace KernelFault.Playbooks.Loading;

/// <summary>Something wrong with the file of a playbook. Its texts are safe to show.</summary>
public sealed record PlaybookProblem
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>Line, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Column, from 1, in UTF-16 units.</summary>
    public required int Column { get; init; }

    /// <summary>Whether the playbook is refused for it.</summary>
    public required PlaybookProblemSeverity Severity { get; init; }

    /// <summary>What kind of problem, one word that stays the same: <c>UnknownKey</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Text { get; init; }

    /// <summary>What is expected in its place; null where that is in the text.</summary>
    public required string? Expected { get; init; }

    /// <summary>One line in the layout that editors and build servers make links of.</summary>
    /// <returns><c>file:line:column: error UnknownKey: text Expected: …</c></returns>
    public override string ToString() =>
        $"{Path}:{Line}:{Column}: {(Severity == PlaybookProblemSeverity.Error ? "error" : "warning")} {Id}: {Text}{(Expected is null ? string.Empty : " Expected: " + Expected)}";
}
