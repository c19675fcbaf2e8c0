namespace KernelFault.Playbooks;

/// <summary>
/// A procedure: what is done to a machine, step by step, read from YAML and checked. Values in it (inputs, defaults, variables) are
/// what <see cref="PlaybookValue"/> says, and a text among them may hold <c>${{ … }}</c>.
/// </summary>
public sealed record Playbook
{
    /// <summary>The version of the form that this library reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the form, <c>version</c>.</summary>
    public required int Version { get; init; }

    /// <summary>Name, such as <c>windows-driver-page-fault</c>: lower-case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>One line for a person.</summary>
    public required string Title { get; init; }

    /// <summary>What it is for and what it does.</summary>
    public required string Description { get; init; }

    /// <summary>What a machine must be for it.</summary>
    public required PlaybookRequirements Requires { get; init; }

    /// <summary>For which crashes it is meant; empty lists where it is not meant for any in particular.</summary>
    public required PlaybookMatch Match { get; init; }

    /// <summary>What the one who runs it gives it, in the file's order.</summary>
    public required IReadOnlyList<PlaybookParameter> Parameters { get; init; }

    /// <summary>Names for values, each resolved when a run begins.</summary>
    public required IReadOnlyDictionary<string, object?> Variables { get; init; }

    /// <summary>The steps, in order.</summary>
    public required IReadOnlyList<PlaybookStep> Steps { get; init; }

    /// <summary>What a run gives, each resolved when it ends.</summary>
    public required IReadOnlyDictionary<string, object?> Outputs { get; init; }

    /// <summary>The file it was read from; for a built-in one, its file's name alone.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it comes with this library.</summary>
    public required bool IsBuiltIn { get; init; }

    /// <summary>SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.</summary>
    public required string Hash { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
