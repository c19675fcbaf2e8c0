namespace KernelFault.Playbooks.Running;

/// <summary>The first line of a run's journal: all that a resume needs but secrets and connections.</summary>
internal sealed record RunStarted : JournalRecord
{
    /// <summary>The version of the form of journals.</summary>
    internal const int CurrentForm = 1;

    public required int Form { get; init; }

    public required string RunId { get; init; }

    public required string Playbook { get; init; }

    public required string Title { get; init; }

    public required string PlaybookHash { get; init; }

    /// <summary>SHA-256 over the playbook's hash, the parameters without secrets, and the machines.</summary>
    public required string PlanHash { get; init; }

    public required string Path { get; init; }

    public required string? Signer { get; init; }

    /// <summary>Hashes of the certificates whose signatures count, none for whoever the machine trusts; null when no signature is needed.</summary>
    public IReadOnlyList<string>? TrustedSigners { get; init; }

    /// <summary>The files beside the playbook that its steps name: when it goes on they have to be the same.</summary>
    public IReadOnlyList<RunStartedFile> Files { get; init; } = [];

    public required IReadOnlyDictionary<string, object?> Parameters { get; init; }

    /// <summary>Names of the secret parameters that were given, to all machines or to one.</summary>
    public required IReadOnlyList<string> SecretNames { get; init; }

    /// <summary>Random letters: around the name of a secret in the inputs of a rollback they stand for its value.</summary>
    public required string Nonce { get; init; }

    /// <summary>What the analysis that was piped in says; null without one.</summary>
    public required IReadOnlyDictionary<string, object?>? Analysis { get; init; }

    public required IReadOnlyList<RunStartedHost> Hosts { get; init; }

    public required RunOptions Options { get; init; }
}
