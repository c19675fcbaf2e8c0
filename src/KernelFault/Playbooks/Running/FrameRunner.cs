using KernelFault.Hosts;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>Walks through the steps of a playbook, and of those that it includes: which one comes next, and what a failure leads to.</summary>
internal sealed class FrameRunner
{
    private readonly HostWork _work;
    private readonly StepExecutor _executor;
    private readonly RollbackRunner _rollback;
    private readonly StepTasks _tasks;
    private readonly StepQuestion _question;
    private readonly IncludeStep _include;

    /// <summary>A runner.</summary>
    /// <param name="work">The machine.</param>
    /// <param name="soFar">What became of the machine so far, for reports.</param>
    /// <param name="total">Steps of the playbook that was asked for, for progress.</param>
    internal FrameRunner(HostWork work, Func<HostRun> soFar, int total)
    {
        _work = work;
        _tasks = new StepTasks(work, soFar);
        _executor = new StepExecutor(work) { Total = total };
        _rollback = new RollbackRunner(work, _executor);
        _question = new StepQuestion(work, _executor);
        _include = new IncludeStep(work, this);
    }

    /// <summary>Runs the steps.</summary>
    /// <param name="frame">The playbook.</param>
    /// <param name="warnings">Gets what failed without ending it.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="RunBreak">It was stopped, the machine was lost, or a person is needed.</exception>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    internal (RunStatus Status, string Summary) Run(RunFrame frame, List<string> warnings)
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
        bool changed = _work.History.Steps.Any(known => known.HasChanged);
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
        StepHistory? known = _work.History.Find(id, item);
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

                _question.Ask(step, id, item, Scope);
            }

            return step.Call.Action == IncludeAction.Name ? _include.Run(frame, step, id, item, Scope()) : _executor.Run(_tasks.Of(frame, step, id, item, Scope));
        }
        catch (Exception e) when (e is (PlaybookException and not JournalException) or IOException or UnauthorizedAccessException)
        {
            return _executor.Note(id, item, step, StepStatus.Failed, e.Message);
        }
        catch (HostException e) when (e.Kind == HostErrorKind.Unreachable)
        {
            throw new RunBreak(RunStatus.Unreachable, e.Message);
        }
    }
}
