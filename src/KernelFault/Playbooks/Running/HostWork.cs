using KernelFault.Analysis;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>All that belongs to the work on one machine.</summary>
internal sealed class HostWork
{
    private HostFacts? _lastFacts;
    private IReadOnlyDictionary<string, object?> _factValues = PlaybookValue.Map();

    internal required string RunId { get; init; }

    internal required DateTime RunStart { get; init; }

    internal required string Nonce { get; init; }

    internal required IHost Host { get; init; }

    internal required RunServices Services { get; init; }

    internal required RunOptions Options { get; init; }

    internal required HostJournal Journal { get; init; }

    internal required RunFolder Run { get; init; }

    /// <summary>Folder of what the steps keep.</summary>
    internal required string Folder { get; init; }

    internal required RunSecrets Secrets { get; set; }

    /// <summary>The secret values that <see cref="Secrets"/> was made of.</summary>
    internal required Dictionary<string, object?> SecretValues { get; init; }

    internal required IReadOnlyDictionary<string, object?> Variables { get; init; }

    internal required KernelFaultAnalysis? Analysis { get; init; }

    internal required IReadOnlyDictionary<string, object?>? AnalysisValues { get; init; }

    internal required CancellationToken Cancellation { get; init; }

    /// <summary>Whether files beside a playbook count only with their hashes in it.</summary>
    internal required bool NeedsHash { get; init; }

    /// <summary>Whether it is only rehearsed.</summary>
    internal RunRehearsal Rehearsal { get; init; }

    internal HostHistory History => Journal.History;

    /// <summary>The values that every playbook sees.</summary>
    internal PlaybookScope Scope() => new PlaybookScope()
        .With("facts", Facts())
        .With("host", Variables)
        .With("analysis", AnalysisValues)
        .With("run", PlaybookValue.Map(("id", RunId), ("startTime", RunStart)));

    /// <summary>Adds the secrets of a playbook.</summary>
    internal void AddSecrets(Playbook playbook, string prefix, IReadOnlyDictionary<string, object?> parameters)
    {
        foreach (PlaybookParameter parameter in playbook.Parameters.Where(parameter => parameter.Secret && parameters[parameter.Name] is not null))
        {
            SecretValues[prefix + parameter.Name] = parameters[parameter.Name];
        }

        Secrets = new RunSecrets(SecretValues);
    }

    // The host keeps its facts until a restart, and so do we.
    private IReadOnlyDictionary<string, object?> Facts()
    {
        HostFacts facts = Host.GetFacts(Cancellation);
        if (!ReferenceEquals(facts, _lastFacts))
        {
            (_lastFacts, _factValues) = (facts, RunFacts.Of(Host, facts));
        }

        return _factValues;
    }
}
