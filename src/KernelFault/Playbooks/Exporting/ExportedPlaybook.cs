namespace KernelFault.Playbooks.Exporting;

/// <summary>A playbook in the words of another engine.</summary>
public sealed record ExportedPlaybook
{
    /// <summary>Name of the playbook.</summary>
    public required string Playbook { get; init; }

    /// <summary>Whose words.</summary>
    public required PlaybookExportFormat Format { get; init; }

    /// <summary>The file's content, lines ended by a line feed.</summary>
    public required string Text { get; init; }

    /// <summary>What is done otherwise there than here, and what a person has to do instead; each begins with the step's id where it belongs to one.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The file it was written to; null when it was not.</summary>
    public string? Path { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Playbook}: {Format}";
}
