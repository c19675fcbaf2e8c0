using KernelFault.Hosts;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>Checks what a run is begun, rehearsed or continued with, and makes its folder.</summary>
internal static class RolloutStart
{
    internal static PlaybookRollout Begin(RunRequest request, RunServices services, RunStore store, CancellationToken cancellation)
    {
        RunStarted started = Start(request, services);
        RunFolder folder = RunFolder.Create(Path.Combine(store.Path, started.RunId));
        IDisposable held = folder.Lock();
        JournalFile? journal = null;
        try
        {
            File.WriteAllBytes(folder.PlaybookFile, request.PlaybookBytes.ToArray());
            journal = JournalFile.Append(folder.JournalFile, 0, services.JournalWrite);
            journal.Append(started);
            RunPlan plan = Plan(request, services, started, folder, RunRehearsal.None);
            return new PlaybookRollout(plan, [.. started.Hosts.Zip(request.Targets, (entry, target) => (entry, target))], journal, held, null, cancellation);
        }
        catch (Exception e)
        {
            journal?.Dispose();
            held.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new JournalException($"The folder of the run cannot be written: {e.Message}", e);
            }

            throw;
        }
    }

    internal static PlaybookRollout Rehearse(RunRequest request, RunServices services, bool check, CancellationToken cancellation)
    {
        RunStarted started = Start(request, services);
        string temporary = PrivateFolder.Create();
        RunPlan plan = Plan(request, services, started, RunFolder.At(temporary), check ? RunRehearsal.Check : RunRehearsal.Plan);
        return new PlaybookRollout(plan, [.. started.Hosts.Zip(request.Targets, (entry, target) => (entry, target))], null, null, temporary, cancellation);
    }

    internal static PlaybookRollout Continue(RunContinuation continuation, Playbook? playbook, RunServices services, bool rehearse, CancellationToken cancellation)
    {
        RunRecord record = RunRecord.Read((continuation ?? throw new ArgumentNullException(nameof(continuation))).Folder);
        IDisposable? held = rehearse ? null : record.Folder.Lock();
        try
        {
            bool undo = playbook is null;
            Verify(record, playbook, continuation);
            var machines = new List<(RunStartedHost, RunTarget)>();
            foreach (RunStartedHost entry in record.Started.Hosts)
            {
                HostHistory history = record.History(entry, out _);
                if (undo ? history.RollbacksOf(string.Empty).Any(step => !IsTakenBack(history, step)) : history.End is not { } end || !RunState.IsFinal(end.Status))
                {
                    RunTarget target = continuation.Connect(new RunMachine(entry.Name, entry.Connection, entry.Variables));
                    machines.Add((entry, target with { Variables = Merge(entry.Variables, target.Variables) }));
                }
            }

            IReadOnlyDictionary<string, object?> parameters = Merge(record.Started.Parameters, continuation.Secrets);
            if (!undo)
            {
                VerifySecrets(record.Started, parameters, machines);
            }

            RunOptions options = record.Started.Options with
            {
                Force = continuation.Force ?? record.Started.Options.Force,
                Confirm = continuation.Confirm,
                UnknownStep = continuation.UnknownStep,
                ThrottleLimit = continuation.ThrottleLimit ?? record.Started.Options.ThrottleLimit,
            };
            var plan = new RunPlan
            {
                Folder = record.Folder,
                Started = record.Started,
                Playbook = playbook,
                Parameters = parameters,
                Services = services,
                Options = options,
                Analysis = continuation.Analysis,
                Rehearsal = rehearse ? RunRehearsal.Plan : RunRehearsal.None,
                IsUndo = undo,
            };
            JournalFile? journal = null;

            // A run that is over stays as it is. One that was killed before its end was written gets its end.
            bool isOver = machines.Count == 0 && record.Journal.Records[record.Journal.Records.Count - 1] is RunEnded;
            if (isOver)
            {
                held?.Dispose();
                held = null;
            }
            else if (!rehearse)
            {
                journal = JournalFile.Append(record.Folder.JournalFile, record.Journal.Length, services.JournalWrite);
                File.Delete(record.Folder.StopFile);
                journal.Append(new RunResumed { Time = DateTime.UtcNow, Undo = undo });
            }

            return new PlaybookRollout(plan, machines, journal, held, null, cancellation);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    private static RunStarted Start(RunRequest request, RunServices services)
    {
        if (request is null)
        {
            throw new ArgumentNullException(nameof(request));
        }

        _ = services ?? throw new ArgumentNullException(nameof(services));
        Playbook playbook = request.Playbook;
        if (request.Targets.Count == 0)
        {
            throw new PlaybookException("There is no machine to run the playbook on.");
        }

        RunParameters.Verify(playbook, request.Parameters);
        foreach (RunTarget target in request.Targets)
        {
            IReadOnlyList<string> missing = RunParameters.Missing(playbook, request.Parameters, target.Variables);
            if (missing.Count > 0)
            {
                throw new PlaybookException($"The playbook '{playbook.Name}' needs for '{target.Name}': {string.Join(", ", missing)}.");
            }
        }

        if (PlanHash.Of(request.PlaybookBytes.Span) != playbook.Hash)
        {
            throw new PlaybookException($"The bytes of the playbook '{playbook.Name}' are not those that were read.");
        }

        _ = RunCount.Batches(request.Options.Serial, request.Targets.Count);
        _ = request.Options.MaxFailure is { } maximum ? RunCount.Of(maximum, request.Targets.Count) : 0;
        string[] secrets = [.. playbook.Parameters.Where(parameter => parameter.Secret).Select(parameter => parameter.Name)
            .Where(name => IsGiven(request.Parameters, name) || request.Targets.Any(target => IsGiven(target.Variables, name)))];
        RunStartedHost[] hosts = [.. request.Targets.Select((target, i) => new RunStartedHost(target.Name, RunFolder.HostFile(i, target.Name), Masked(target.Variables, secrets), target.Connection))];
        IReadOnlyDictionary<string, object?> parameters = Masked(request.Parameters, secrets);
        DateTime now = DateTime.UtcNow;
        return new RunStarted
        {
            Time = now,
            Form = RunStarted.CurrentForm,
            RunId = RunFolder.NewId(now),
            Playbook = playbook.Name,
            Title = playbook.Title,
            PlaybookHash = playbook.Hash,
            PlanHash = PlanHash.Of(playbook.Hash, parameters, secrets, hosts),
            Path = playbook.Path,
            Signer = request.Signer,
            TrustedSigners = request.Trust is { } trust ? [.. trust.Signers.Select(signer => signer.Hash)] : null,
            Files = RunFiles.Of(playbook, services),
            Parameters = parameters,
            SecretNames = secrets,
            Nonce = RunFolder.RandomLetters(20),
            Analysis = request.Analysis is null ? null : AnalysisOutputs.Of(request.Analysis),
            Hosts = hosts,
            Options = request.Options,
        };
    }

    private static RunPlan Plan(RunRequest request, RunServices services, RunStarted started, RunFolder folder, RunRehearsal rehearsal) => new()
    {
        Folder = folder,
        Started = started,
        Playbook = request.Playbook,
        Parameters = request.Parameters,
        Services = services,
        Options = request.Options,
        Analysis = request.Analysis,
        Rehearsal = rehearsal,
    };

    private static void Verify(RunRecord record, Playbook? playbook, RunContinuation continuation)
    {
        RunStarted started = record.Started;
        if (record.Journal.IsDamaged)
        {
            throw new JournalException("The journal of the run is damaged, so nothing more is done: " + string.Join(" ", record.Journal.Warnings));
        }

        if (PlanHash.Of(started.PlaybookHash, started.Parameters, started.SecretNames, started.Hosts) != started.PlanHash)
        {
            throw new PlaybookException($"The journal of the run '{started.RunId}' was changed: its parameters or machines are not those it was begun with.");
        }

        string[] others = [.. continuation.Secrets.Keys.Where(name => !started.SecretNames.Contains(name, StringComparer.OrdinalIgnoreCase))];
        if (others.Length > 0)
        {
            throw new PlaybookException($"Only secrets are given again to a run that was begun; {string.Join(", ", others)} cannot be changed.");
        }

        if (playbook is null)
        {
            return;
        }

        if (record.IsUndone)
        {
            throw new PlaybookException($"The run '{started.RunId}' was taken back; it cannot go on.");
        }

        if (playbook.Hash != started.PlaybookHash || !File.Exists(record.Folder.PlaybookFile) || PlanHash.Of(File.ReadAllBytes(record.Folder.PlaybookFile)) != started.PlaybookHash)
        {
            throw new PlaybookException($"The playbook of the run '{started.RunId}' was changed since it was begun; begin a new run.");
        }

        if (RunFiles.FindChanged(started.Files) is { } file)
        {
            throw new PlaybookException($"'{file.Path}', which the playbook of the run '{started.RunId}' names, {(file.Hash is null ? "was not there when it was begun" : "was changed since it was begun")}; begin a new run.");
        }
    }

    private static void VerifySecrets(RunStarted started, IReadOnlyDictionary<string, object?> parameters, List<(RunStartedHost Entry, RunTarget Target)> machines)
    {
        string[] missing = [.. started.SecretNames.Where(name =>
            IsMasked(parameters, name) || machines.Exists(machine => IsMasked(machine.Target.Variables, name)))];
        if (missing.Length > 0)
        {
            throw new PlaybookException($"Secrets are in no journal. To go on with the run '{started.RunId}', give again: {string.Join(", ", missing)}.");
        }
    }

    private static bool IsTakenBack(HostHistory history, StepHistory step) => history.Find(step.Id + HostHistory.Rollback, step.Item)?.Final is { Status: StepStatus.Done };

    private static bool IsGiven(IReadOnlyDictionary<string, object?> values, string name) => values.TryGetValue(name, out object? value) && value is not null;

    private static bool IsMasked(IReadOnlyDictionary<string, object?> values, string name) => values.TryGetValue(name, out object? value) && value is RunSecrets.Mask;

    private static IReadOnlyDictionary<string, object?> Masked(IReadOnlyDictionary<string, object?> values, string[] secrets)
    {
        var secretValues = new RunSecrets(values.Where(pair => secrets.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)));
        return PlaybookValue.Map([.. values.Select(pair => (pair.Key, secrets.Contains(pair.Key, StringComparer.OrdinalIgnoreCase) && pair.Value is not null ? RunSecrets.Mask : secretValues.Value(pair.Value)))]);
    }

    private static IReadOnlyDictionary<string, object?> Merge(IReadOnlyDictionary<string, object?> first, IReadOnlyDictionary<string, object?> second) =>
        PlaybookValue.Map([.. first.Select(pair => (pair.Key, pair.Value)), .. second.Select(pair => (pair.Key, pair.Value))]);
}
