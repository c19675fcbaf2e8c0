namespace KernelFault.Playbooks.Running;

/// <summary>A run of a playbook on one or many machines, as its journal tells it.</summary>
public sealed record RemediationRun
{
    /// <summary>Its id: the time it was begun and six random letters, <c>20261121-081500-k3f9qz</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the playbook.</summary>
    public required string Playbook { get; init; }

    /// <summary>Title of the playbook.</summary>
    public required string Title { get; init; }

    /// <summary>SHA-256 of the playbook's bytes that ran; a copy of them lies in the folder.</summary>
    public required string PlaybookHash { get; init; }

    /// <summary>Who signed it, the subject of the certificate; null when it was not signed.</summary>
    public required string? Signer { get; init; }

    /// <summary>Whether the playbook came with this library, and so needed no signature of its own.</summary>
    public bool IsBuiltIn { get; init; }

    /// <summary>How it stands: the worst of its machines, unless one is under way.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>When it was begun, UTC by this machine's clock.</summary>
    public required DateTime StartTime { get; init; }

    /// <summary>When it ended, UTC; null while it is under way or broken off.</summary>
    public required DateTime? EndTime { get; init; }

    /// <summary>Whether a process works on it now.</summary>
    public required bool IsActive { get; init; }

    /// <summary>What it was given; secrets are <c>***</c>.</summary>
    public required IReadOnlyDictionary<string, object?> Parameters { get; init; }

    /// <summary>Its machines, in the order in which they were named.</summary>
    public required IReadOnlyList<HostRun> Hosts { get; init; }

    /// <summary>Its folder here.</summary>
    public required string Folder { get; init; }

    /// <summary>Lines of journals that could not be read, such as one that a kill cut off.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Id}: {Status}";
}
