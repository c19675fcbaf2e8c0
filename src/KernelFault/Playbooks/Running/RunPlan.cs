using KernelFault.Analysis;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>The work of a run, the same for all its machines.</summary>
internal sealed class RunPlan
{
    internal required RunFolder Folder { get; init; }

    internal required RunStarted Started { get; init; }

    /// <summary>The playbook; null for an undo, which needs none.</summary>
    internal required Playbook? Playbook { get; init; }

    /// <summary>What is given to all machines, with secrets.</summary>
    internal required IReadOnlyDictionary<string, object?> Parameters { get; init; }

    internal required RunServices Services { get; init; }

    internal required RunOptions Options { get; init; }

    internal required KernelFaultAnalysis? Analysis { get; init; }

    internal RunRehearsal Rehearsal { get; init; }

    /// <summary>Whether what was done is taken back.</summary>
    internal bool IsUndo { get; init; }

    /// <summary>Does the work on one machine.</summary>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    internal HostRun Work(RunStartedHost entry, RunTarget target, IHost host, CancellationToken cancellation)
    {
        using HostJournal journal = Rehearsal == RunRehearsal.None ? HostJournal.Open(Folder.HostJournal(entry.File), Services.JournalWrite) : HostJournal.InMemory(Folder.HostJournal(entry.File));
        Dictionary<string, object?> secrets = Secrets(target);
        var work = new HostWork
        {
            RunId = Started.RunId,
            RunStart = Started.Time,
            Nonce = Started.Nonce,
            Host = host,
            Services = Services,
            Options = Options,
            Journal = journal,
            Run = Folder,
            Folder = Folder.HostFolder(entry.File),
            Secrets = new RunSecrets(secrets),
            SecretValues = secrets,
            Variables = target.Variables,
            Analysis = Analysis,
            AnalysisValues = Started.Analysis,
            Cancellation = cancellation,
            NeedsHash = Started.TrustedSigners is not null,
            Rehearsal = Rehearsal,
        };
        HostRun SoFar() => journal.History.ToHostRun(Started.RunId, Started.Playbook, entry.Name, Rehearsal == RunRehearsal.None ? Folder.Path : null, journal.Warnings);
        if (IsUndo)
        {
            new UndoRunner(work).Run();
        }
        else
        {
            new PlaybookRunner(work, SoFar).Run(Playbook!, Parameters);
        }

        return SoFar();
    }

    /// <summary>Writes that a machine could not be reached.</summary>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    internal HostRun Unreachable(RunStartedHost entry, RunTarget target, Exception error)
    {
        using HostJournal journal = Rehearsal == RunRehearsal.None ? HostJournal.Open(Folder.HostJournal(entry.File), Services.JournalWrite) : HostJournal.InMemory(Folder.HostJournal(entry.File));
        journal.Append(new HostStarted { Time = DateTime.UtcNow, Facts = null, Variables = null, Undo = IsUndo });
        journal.Append(new HostEnded
        {
            Time = DateTime.UtcNow,
            Status = error is OperationCanceledException ? RunStatus.Stopped : RunStatus.Unreachable,
            Summary = new RunSecrets(Secrets(target)).Text(error is OperationCanceledException ? "It was stopped before the machine was reached." : error.Message),
            Facts = null,
            Outputs = PlaybookValue.Map(),
            Warnings = [],
        });
        return journal.History.ToHostRun(Started.RunId, Started.Playbook, entry.Name, Rehearsal == RunRehearsal.None ? Folder.Path : null, journal.Warnings);
    }

    private Dictionary<string, object?> Secrets(RunTarget target)
    {
        var secrets = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in Started.SecretNames)
        {
            if (target.Variables.TryGetValue(name, out object? value) || Parameters.TryGetValue(name, out value))
            {
                secrets[name] = value;
            }
        }

        return secrets;
    }
}
