using KernelFault.Analysis;
using KernelFault.Playbooks.Signing;

namespace KernelFault.Playbooks.Running;

/// <summary>What is to be run, and where.</summary>
public sealed record RunRequest
{
    /// <summary>The playbook.</summary>
    public required Playbook Playbook { get; init; }

    /// <summary>The bytes of its file: kept with the run.</summary>
    public required ReadOnlyMemory<byte> PlaybookBytes { get; init; }

    /// <summary>The machines, at least one.</summary>
    public required IReadOnlyList<RunTarget> Targets { get; init; }

    /// <summary>Its parameters, values as <see cref="PlaybookValue"/> says.</summary>
    public IReadOnlyDictionary<string, object?> Parameters { get; init; } = PlaybookValue.Map();

    /// <summary>Who signed it; null when it was not signed.</summary>
    public string? Signer { get; init; }

    /// <summary>Whose signature a file needs that the playbook includes, when the run goes on too; null when it needs none.</summary>
    public PlaybookTrust? Trust { get; init; }

    /// <summary>The crash it is about; null for none.</summary>
    public KernelFaultAnalysis? Analysis { get; init; }

    /// <summary>How it is run.</summary>
    public RunOptions Options { get; init; } = new();
}
