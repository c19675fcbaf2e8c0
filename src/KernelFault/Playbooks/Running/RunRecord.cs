namespace KernelFault.Playbooks.Running;

/// <summary>What the folder of a run holds.</summary>
internal sealed class RunRecord
{
    private RunRecord(RunFolder folder, RunStarted started, JournalReading journal) => (Folder, Started, Journal) = (folder, started, journal);

    internal RunFolder Folder { get; }

    internal RunStarted Started { get; }

    internal JournalReading Journal { get; }

    /// <summary>Whether it was ordered to be taken back.</summary>
    internal bool IsUndone => Journal.Records.Any(record => record is RunResumed { Undo: true });

    /// <summary>Reads the head of a run.</summary>
    /// <param name="path">Its folder.</param>
    /// <exception cref="PlaybookException">There is no run, or its journal cannot be read.</exception>
    internal static RunRecord Read(string path)
    {
        RunFolder folder = RunFolder.At(path);
        try
        {
            JournalReading journal = JournalFile.Read(folder.JournalFile);
            return journal.Records.Count > 0 && journal.Records[0] is RunStarted { Form: RunStarted.CurrentForm } started
                ? new RunRecord(folder, started, journal)
                : throw new PlaybookException($"'{path}' holds no run: {(journal.Warnings.Count > 0 ? journal.Warnings[0] : "its journal run.jsonl is not there or does not begin with the start of a run")}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlaybookException($"The run in '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a machine's journal.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="warnings">Lines that could not be read.</param>
    internal HostHistory History(RunStartedHost host, out IReadOnlyList<string> warnings)
    {
        JournalReading read = JournalFile.Read(Folder.HostJournal(host.File));
        warnings = read.Warnings;
        return HostJournal.HistoryOf(read);
    }

    /// <summary>The whole run.</summary>
    internal RemediationRun ToRun()
    {
        bool active = Folder.IsActive();
        var warnings = new List<string>(Journal.Warnings);
        var hosts = new List<HostRun>();
        foreach (RunStartedHost host in Started.Hosts)
        {
            HostHistory history = History(host, out IReadOnlyList<string> problems);
            warnings.AddRange(problems);
            hosts.Add(history.ToHostRun(Started.RunId, Started.Playbook, host.Name, Folder.Path, []));
        }

        // What ended is not over when it went on afterwards.
        var end = Journal.Records[Journal.Records.Count - 1] as RunEnded;
        return new RemediationRun
        {
            Id = Started.RunId,
            Playbook = Started.Playbook,
            Title = Started.Title,
            PlaybookHash = Started.PlaybookHash,
            Signer = Started.Signer,

            // What comes with this library has a file's name alone.
            IsBuiltIn = !System.IO.Path.IsPathRooted(Started.Path),
            Status = active || end is null ? RunStatus.Running : RunState.Worst(hosts.Select(host => host.Status)),
            StartTime = Started.Time,
            EndTime = end?.Time,
            IsActive = active,
            Parameters = Started.Parameters,
            Hosts = hosts,
            Folder = Folder.Path,
            Warnings = warnings,
        };
    }
}
