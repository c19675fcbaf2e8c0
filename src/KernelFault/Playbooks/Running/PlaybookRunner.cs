using KernelFault.Hosts;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>
/// Runs a playbook on one machine, from the beginning or on from where its journal ends: the walk is the same, and what the journal
/// says was done gives its outputs without being done.
/// </summary>
internal sealed class PlaybookRunner
{
    private const string Include = "include";

    private readonly HostWork _work;
    private readonly StepExecutor _executor;
    private readonly RollbackRunner _rollback;
    private readonly StepTasks _tasks;

    /// <summary>A runner.</summary>
    /// <param name="work">The machine.</param>
    /// <param name="soFar">What became of the machine so far, for reports.</param>
    internal PlaybookRunner(HostWork work, Func<HostRun> soFar)
    {
        _work = work;
        _tasks = new StepTasks(work, soFar);
        _executor = new StepExecutor(work);
        _rollback = new RollbackRunner(work, _executor);
    }

    private HostHistory History => _work.History;

    /// <summary>Runs it; the end is in the journal afterwards.</summary>
    /// <param name="playbook">The playbook.</param>
    /// <param name="given">Its parameters.</param>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    internal void Run(Playbook playbook, IReadOnlyDictionary<string, object?> given)
    {
        var warnings = new List<string>();
        RunStatus status;
        string summary;
        IReadOnlyDictionary<string, object?> outputs = PlaybookValue.Map();
        try
        {
            HostFacts facts = Facts();
            if (History.Steps.Count == 0 && RunFacts.Refusal(playbook.Requires, _work.Host, facts) is { } refusal)
            {
                Start(facts, null);
                throw new RunBreak(RunStatus.Refused, refusal);
            }

            RunFrame frame;
            try
            {
                frame = Frame(playbook, given, _work.Variables, string.Empty, null, allowChanges: true);
            }
            catch (PlaybookException e)
            {
                Start(facts, null);
                throw new RunBreak(RunStatus.Failed, e.Message);
            }

            Start(facts, frame.Variables);
            _executor.Total = playbook.Steps.Count;
            (status, summary) = RunFrame(frame, warnings);
            outputs = Outputs(frame, warnings);
        }
        catch (RunBreak e)
        {
            (status, summary) = (e.Status, e.Message);
        }
        catch (HostException e)
        {
            (status, summary) = (RunStatus.Unreachable, e.Message);
        }
        catch (OperationCanceledException)
        {
            (status, summary) = (RunStatus.Stopped, "It was stopped.");
        }

        _work.Journal.Append(new HostEnded
        {
            Time = DateTime.UtcNow,
            Status = _work.Rehearsal != RunRehearsal.None && status is (RunStatus.Succeeded or RunStatus.RolledBack) ? RunStatus.Planned : status,
            Summary = _work.Secrets.Text(summary),
            Facts = status == RunStatus.Unreachable ? null : FactsOrNull(),
            Outputs = _work.Secrets.Map(outputs),
            Warnings = _work.Secrets.Texts(warnings),
        });
    }

    private HostFacts Facts()
    {
        try
        {
            return _work.Host.GetFacts(_work.Cancellation);
        }
        catch (HostException e)
        {
            Start(null, null);
            throw new RunBreak(RunStatus.Unreachable, e.Message);
        }
        catch (OperationCanceledException)
        {
            throw new RunBreak(RunStatus.Stopped, "It was stopped before the machine was asked.");
        }
    }

    private HostFacts? FactsOrNull()
    {
        try
        {
            return _work.Host.GetFacts(CancellationToken.None);
        }
        catch (Exception e) when (e is HostException or OperationCanceledException)
        {
            return null;
        }
    }

    private void Start(HostFacts? facts, IReadOnlyDictionary<string, object?>? variables) =>
        _work.Journal.Append(new HostStarted { Time = DateTime.UtcNow, Facts = facts, Variables = History.Variables is null && variables is not null ? _work.Secrets.Map(variables) : null, Undo = false });

    private RunFrame Frame(Playbook playbook, IReadOnlyDictionary<string, object?> given, IReadOnlyDictionary<string, object?> host, string prefix, RunFrame? outer, bool allowChanges)
    {
        PlaybookScope scope = _work.Scope();
        var frame = new RunFrame
        {
            Playbook = playbook,
            Prefix = prefix,
            AllowChanges = allowChanges,
            Outer = outer,
            Parameters = RunParameters.Bind(playbook, given, host, scope),
        };
        _work.AddSecrets(playbook, prefix, frame.Parameters);
        frame.ResolveVariables(scope);
        if (outer is null && History.Variables is { } written && !RunSecrets.IsMasked(written))
        {
            frame.Variables = written;
        }

        return frame;
    }

    private (RunStatus Status, string Summary) RunFrame(RunFrame frame, List<string> warnings)
    {
        IReadOnlyList<PlaybookStep> steps = frame.Playbook.Steps;
        int index = 0;
        while (index < steps.Count)
        {
            PlaybookStep step = steps[index];
            if (frame.Outer is null)
            {
                _executor.Done = index;
            }

            StepEnded ended = RunStep(frame, step);
            index++;
            if (ended.Status != StepStatus.Failed)
            {
                continue;
            }

            if (_work.Rehearsal == RunRehearsal.Plan)
            {
                warnings.Add($"'{frame.Prefix}{step.Id}' could not be planned: {ended.Summary}");
                continue;
            }

            string why = $"The step '{frame.Prefix}{step.Id}' failed: {ended.Summary}";
            switch (step.OnFailure.Kind)
            {
                case StepFailureKind.Stop:
                    return (RunStatus.Failed, why);
                case StepFailureKind.RollBack:
                    return _rollback.Run(frame.Prefix, why, retryFailed: false);
                case StepFailureKind.GoTo:
                    int target = steps.ToList().FindIndex(index, other => other.Id == step.OnFailure.Step);
                    if (target < 0)
                    {
                        return (RunStatus.Failed, why + $" There is no later step '{step.OnFailure.Step}' to go on with.");
                    }

                    index = target;
                    break;
            }

            warnings.Add($"'{frame.Prefix}{step.Id}' failed: {ended.Summary} The playbook goes on.");
        }

        return (RunStatus.Succeeded, _work.Rehearsal == RunRehearsal.None ? "Every step was done or skipped." : "Rehearsed only; nothing was changed.");
    }

    private StepEnded RunStep(RunFrame frame, PlaybookStep step)
    {
        string id = frame.Prefix + step.Id;
        StepOutcome outcome;
        object? results;
        if (step.ForEach is null)
        {
            outcome = RunOnce(frame, step, id, null, null);
            results = outcome.Outputs;
        }
        else
        {
            (outcome, results) = new StepList(_work, _executor).Run(frame, step, id, (item, element) => RunOnce(frame, step, id, item, element));
        }

        StepEnded ended = outcome.Ended;
        bool changed = History.Steps.Any(known => known.HasChanged);
        if (ended.Status == StepStatus.Failed && outcome.IsGuarded && step.OnFailure.Kind == StepFailureKind.Stop && !changed)
        {
            throw new RunBreak(RunStatus.Refused, ended.Summary);
        }

        if (ended.Status == StepStatus.Planned)
        {
            frame.Unknowns.Add(step.Register);
            frame.Unknowns.Add(step.Id);
            if (step.Restart != StepRestart.None)
            {
                _ = new RestartStep(_work).Plan(step, id);
            }
        }
        else if (ended.Status == StepStatus.Done)
        {
            frame.Results[step.Register] = results;
            if (step.Restart == StepRestart.Required || (step.Restart == StepRestart.Allowed && ended.NeedsRestart))
            {
                StepEnded restart = new RestartStep(_work).Run(step, id);
                ended = restart.Status == StepStatus.Done ? ended : restart;
            }
        }

        frame.Steps[step.Id] = PlaybookValue.Map(("status", ended.Status), ("changed", ended.Changed), ("summary", ended.Summary));
        return ended;
    }

    private StepOutcome RunOnce(RunFrame frame, PlaybookStep step, string id, int? item, object? element)
    {
        StepHistory? known = History.Find(id, item);
        if (known?.Final is { } final)
        {
            return new StepOutcome(final, final.Outputs);
        }

        _executor.ThrowIfStopped(id);
        PlaybookScope Scope()
        {
            PlaybookScope scope = frame.Scope(_work.Scope());
            return item is null ? scope : scope.With("item", element);
        }

        try
        {
            if (_work.Rehearsal != RunRehearsal.None && frame.Unknown(step) is { } unknown)
            {
                frame.Unknowns.Add(step.Register);
                frame.Unknowns.Add(step.Id);
                return _executor.Note(id, item, step, StepStatus.Planned, $"It depends on what '{unknown}' gives.");
            }

            if (known?.Started is null)
            {
                if (step.When?.Holds(Scope()) == false)
                {
                    return _executor.Note(id, item, step, StepStatus.Skipped, "Its condition does not hold.");
                }

                Confirm(step, id, item, Scope);
            }

            return step.Call.Action == Include ? RunInclude(frame, step, id, item, Scope()) : _executor.Run(_tasks.Of(frame, step, id, item, Scope));
        }
        catch (PlaybookException e) when (e is not JournalException)
        {
            return _executor.Note(id, item, step, StepStatus.Failed, e.Message);
        }
        catch (HostException e) when (e.Kind == HostErrorKind.Unreachable)
        {
            throw new RunBreak(RunStatus.Unreachable, e.Message);
        }
    }

    private string? Question(PlaybookStep step, Func<PlaybookScope> scope) =>
        step.Confirm is not null ? PlaybookValue.Text(PlaybookTemplate.Resolve(step.Confirm, scope()))
        : _work.Services.Actions.Find(step.Call.Action) is IAskingAction asking
            ? asking.Question(new ActionContext { Host = _work.Host, Inputs = ActionInputs.Resolve(asking.Info, step.Call.Inputs, scope()), Folder = _work.Folder })
            : null;

    private void Confirm(PlaybookStep step, string id, int? item, Func<PlaybookScope> scope)
    {
        if (_work.Options.Force || _work.Rehearsal != RunRehearsal.None || Question(step, scope) is not { } text)
        {
            return;
        }

        bool? answer;
        try
        {
            answer = _work.Services.Person.Ask(new RunQuestion(_work.Host.Name, id, RunQuestionKind.Confirm, _work.Secrets.Text(text), []), _work.Cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new RunBreak(RunStatus.Stopped, $"It was stopped before the step '{id}'.");
        }

        if (answer != true)
        {
            string summary = answer is null ? $"A person has to agree, and nobody was there: {text}" : $"A person did not agree: {text}";
            _executor.Note(id, item, step, StepStatus.NeedsPerson, summary);
            throw new RunBreak(RunStatus.NeedsPerson, summary);
        }
    }

    private StepOutcome RunInclude(RunFrame frame, PlaybookStep step, string id, int? item, PlaybookScope scope)
    {
        var inputs = (IReadOnlyDictionary<string, object?>)PlaybookTemplate.Resolve(step.Call.Inputs, scope)!;
        string name = inputs.TryGetValue("playbook", out object? named) ? PlaybookValue.Text(named) : throw new PlaybookException("'include' needs the input 'playbook'.");
        var given = inputs.TryGetValue("parameters", out object? parameters) && parameters is not null
            ? parameters as IReadOnlyDictionary<string, object?> ?? throw new PlaybookException("The input 'parameters' of 'include' is to be names with values.")
            : PlaybookValue.Map();
        Playbook nested = _work.Services.Playbooks?.Find(name, frame.Playbook) ?? throw new PlaybookException($"There is no playbook '{name}' to include.");
        if (frame.Includes(nested))
        {
            throw new PlaybookException($"The playbook '{name}' includes itself.");
        }

        if (frame.Depth >= KernelFault.Playbooks.Running.RunFrame.MaximumDepth)
        {
            throw new PlaybookException($"Playbooks include each other more than {KernelFault.Playbooks.Running.RunFrame.MaximumDepth} deep.");
        }

        if (RunFacts.Refusal(nested.Requires, _work.Host, _work.Host.GetFacts(_work.Cancellation)) is { } refusal)
        {
            throw new PlaybookException($"The playbook '{name}': {refusal}");
        }

        RunParameters.Verify(nested, given);
        string prefix = id + (item is null ? string.Empty : "[" + PlaybookValue.Text((long)item) + "]") + "/";
        RunFrame inner = Frame(nested, given, PlaybookValue.Map(), prefix, frame, frame.AllowChanges && step.Changes);
        string[] plan = [$"Run the playbook '{nested.Name}' ({nested.Hash})"];
        if (History.Find(id, item)?.Started is { } begun)
        {
            if (!begun.Plan.SequenceEqual(plan))
            {
                throw new PlaybookException($"The playbook '{name}' was changed since the run began with it.");
            }
        }
        else
        {
            _work.Journal.Append(new StepStarted
            {
                Time = DateTime.UtcNow,
                Id = id,
                Item = item,
                Attempt = 1,
                Title = _work.Secrets.Text(step.Title),
                Why = step.Why,
                Action = Include,
                Inputs = _work.Secrets.Map(inputs),
                Plan = plan,
                BootTime = null,
            });
        }

        var warnings = new List<string>();
        (RunStatus status, string summary) = RunFrame(inner, warnings);
        bool planned = _work.Rehearsal != RunRehearsal.None && inner.Unknowns.Count > 0;
        IReadOnlyDictionary<string, object?> outputs = PlaybookValue.Map(("outputs", Outputs(inner, warnings)), ("status", status));
        var ended = new StepEnded
        {
            Time = DateTime.UtcNow,
            Id = id,
            Item = item,
            Attempt = 1,
            Title = _work.Secrets.Text(step.Title),
            Why = step.Why,
            Action = Include,
            Status = status != RunStatus.Succeeded ? StepStatus.Failed : planned ? StepStatus.Planned : StepStatus.Done,
            Summary = _work.Secrets.Text(planned ? "Rehearsed only." : summary),
            Changed = History.Steps.Any(known => known.Id.StartsWith(prefix, StringComparison.Ordinal) && known.HasChanged),
            Seconds = (DateTime.UtcNow - History.Find(id, item)!.Started!.Time).TotalSeconds,
            Outputs = _work.Secrets.Map(outputs),
            Warnings = _work.Secrets.Texts(warnings),
        };
        _work.Journal.Append(ended);
        return new StepOutcome(ended, outputs);
    }

    private Dictionary<string, object?> Outputs(RunFrame frame, List<string> warnings)
    {
        var outputs = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (KeyValuePair<string, object?> output in frame.Playbook.Outputs)
        {
            try
            {
                outputs[output.Key] = PlaybookTemplate.Resolve(output.Value, frame.Scope(_work.Scope()));
            }
            catch (Exception e) when (e is PlaybookException or HostException)
            {
                warnings.Add($"The output '{output.Key}' cannot be told: {e.Message}");
            }
        }

        return outputs;
    }
}
