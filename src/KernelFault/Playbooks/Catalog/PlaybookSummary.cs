namespace KernelFault.Playbooks.Catalog;

/// <summary>What a playbook is, and how well it fits what was asked for. Its texts come from the file.</summary>
public sealed record PlaybookSummary
{
    /// <summary>How well it fits: 100 where the analysis of a crash names it first, 1 for a word in its description; null when only a name was asked for.</summary>
    public required long? Score { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>One line for a person.</summary>
    public required string Title { get; init; }

    /// <summary>Why it fits; null when only a name was asked for.</summary>
    public required string? Reason { get; init; }

    /// <summary>What it is for and what it does.</summary>
    public required string Description { get; init; }

    /// <summary>The system it is for.</summary>
    public required PlaybookPlatform Platform { get; init; }

    /// <summary>Whether an administrator or root is needed.</summary>
    public required bool Elevated { get; init; }

    /// <summary>True for a Windows folder that is not running, false for a machine that runs; null for both.</summary>
    public required bool? Offline { get; init; }

    /// <summary>Whether a step of it may change the machine.</summary>
    public required bool Changes { get; init; }

    /// <summary>Whether a step of it may restart the machine.</summary>
    public required bool Restarts { get; init; }

    /// <summary>What it can be given.</summary>
    public required IReadOnlyList<PlaybookParameter> Parameters { get; init; }

    /// <summary>Titles of its steps, in order.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>For which crashes it is meant.</summary>
    public required PlaybookMatch Match { get; init; }

    /// <summary>Whether it comes with this library.</summary>
    public required bool IsBuiltIn { get; init; }

    /// <summary>The file; for a built-in one its file's name alone.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 of the file, 64 lower-case hexadecimal digits.</summary>
    public required string Hash { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
