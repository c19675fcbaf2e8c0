using System.Diagnostics;
using System.Globalization;
using KernelFault.Hosts;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>Does a step: tries, journal before and after each, and what is to be done about one of which nobody knows whether it was done.</summary>
/// <param name="work">The machine.</param>
internal sealed class StepExecutor(HostWork work)
{
    // A day: longer waits are mistakes.
    private const double MaximumDelay = 86400;

    // Ctrl+C at a terminal is for a program of this machine too. It may fail of it, in a way of its own, before the stop is seen.
    private const int StopInterval = 300;

    /// <summary>How many steps of the playbook are behind, for progress.</summary>
    internal int Done { get; set; }

    /// <summary>How many steps the playbook has, for progress.</summary>
    internal int Total { get; set; }

    private bool Force => work.Options.Force;

    /// <summary>Does a step, unless the journal says that it was done.</summary>
    /// <param name="task">The step.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="RunBreak">It was stopped, the machine was lost, or a person is needed.</exception>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    internal StepOutcome Run(StepTask task)
    {
        StepHistory? known = work.History.Find(task.Id, task.Item);
        if (known?.Final is { } final)
        {
            return new StepOutcome(final, final.Outputs);
        }

        if (work.Rehearsal == RunRehearsal.Plan || (work.Rehearsal == RunRehearsal.Check && task.Changes))
        {
            return new StepRehearsal(work, this).Run(task);
        }

        if (known is { IsUnderWay: true } && task.Action.Info.Repeat != ActionRepeat.Safe)
        {
            IReadOnlyDictionary<string, object?> inputs = RunSecrets.IsMasked(known.Started!.Inputs) ? task.Inputs() : known.Started.Inputs;
            if (new StepJudgement(work).Done(task, known.Started, inputs) is { } done)
            {
                return End(task, known.Attempts, Stopwatch.StartNew(), inputs, done, []);
            }
        }

        while (true)
        {
            StepOutcome outcome = Try(task);
            if (!outcome.Ended.WillRetry)
            {
                return outcome;
            }

            Wait(task);
        }
    }

    /// <summary>Writes how a step ended that was not begun: skipped, failed, or a person is awaited.</summary>
    internal StepOutcome Note(string id, int? item, PlaybookStep step, StepStatus status, string summary)
    {
        StepEnded ended = new StepLabel(id, item, work.Secrets.Text(step.Title), step.Why, step.Call.Action)
            .Ended(work.History.Find(id, item)?.Attempts ?? 0, status, work.Secrets.Text(summary));
        work.Journal.Append(ended);
        return new StepOutcome(ended, ended.Outputs);
    }

    /// <summary>Ends the work when it is to stop.</summary>
    /// <exception cref="RunBreak">It is.</exception>
    internal void ThrowIfStopped(string id)
    {
        if (work.Cancellation.IsCancellationRequested)
        {
            throw new RunBreak(RunStatus.Stopped, $"It was stopped before the step '{id}'.");
        }
    }

    private StepOutcome Try(StepTask task)
    {
        ThrowIfStopped(task.Id);
        StepHistory? known = work.History.Find(task.Id, task.Item);
        int attempt = (known?.Attempts ?? 0) + 1;
        var clock = Stopwatch.StartNew();
        bool begun = false;
        HostPlan<ActionResult>? plan = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(work.Cancellation);
        if (task.Timeout is { } seconds)
        {
            limit.CancelAfter(TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue / 1000)));
        }

        try
        {
            IReadOnlyDictionary<string, object?> inputs = task.Inputs();
            plan = task.Action.Plan(task.Context(work, inputs), limit.Token);
            if (work.Rehearsal != RunRehearsal.None && plan.Steps.Count > 0)
            {
                // What tells others, such as a webhook, changes no machine and is shown only all the same.
                return new StepRehearsal(work, this).Run(task);
            }

            plan.Verify(Force);
            if (known?.Started is null)
            {
                Agree(task, plan.Steps);
            }

            limit.Token.ThrowIfCancellationRequested();
            work.Journal.Append(task.Label.Started(attempt, work.Secrets.Map(inputs), work.Secrets.Texts(plan.Steps), work.Host.GetFacts(limit.Token)));
            begun = true;
            var progress = new StepProgress(work.Services.Progress, work.Secrets, work.Host.Name, Done, Total, task.Id);
            progress.Report(new HostProgress(task.Title, null));
            ActionResult result = plan.Execute(progress, Force, limit.Token);
            return result.Failure is not null && IsStopped() ? throw Stopped() : End(task, attempt, clock, inputs, result, plan.Warnings);
        }
        catch (OperationCanceledException) when (work.Cancellation.IsCancellationRequested)
        {
            throw Stopped();
        }
        catch (OperationCanceledException)
        {
            return Failed($"It did not end within {task.Timeout?.ToString("0.#", CultureInfo.InvariantCulture)} s and was ended.", isGuarded: false);
        }
        catch (HostException e) when (e.Kind == HostErrorKind.Unreachable)
        {
            throw new RunBreak(RunStatus.Unreachable, $"The connection was lost in the step '{task.Id}': {e.Message}");
        }
        catch (HostGuardException e)
        {
            return Failed(e.Message, isGuarded: true);
        }
        catch (Exception e) when (e is RunBreak or JournalException)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever an action throws is how its step ended; the journal has to say so.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return IsStopped() ? throw Stopped() : Failed(e.Message, isGuarded: false);
        }

        bool IsStopped() => work.Host.Kind == HostKind.Local && work.Cancellation.WaitHandle.WaitOne(StopInterval);

        RunBreak Stopped()
        {
            if (begun)
            {
                work.Journal.Append(task.Label.Ended(attempt, StepStatus.Stopped, "It was stopped; whether it was done is not known.") with { Changed = Changed(), Seconds = clock.Elapsed.TotalSeconds });
            }

            return new RunBreak(RunStatus.Stopped, $"It was stopped in the step '{task.Id}'.");
        }

        bool Changed() => begun && task.Changes && plan!.Steps.Count > 0;

        StepOutcome Failed(string message, bool isGuarded)
        {
            bool retry = !isGuarded && CanRetry(task);

            // It may have done a part; what takes it back can be said only when that needs nothing it gave.
            StepEnded ended = task.Label.Ended(attempt, StepStatus.Failed, work.Secrets.Text(message)) with
            {
                Seconds = clock.Elapsed.TotalSeconds,
                Changed = Changed(),
                WillRetry = retry,
                Rollback = Changed() && !retry ? Rollback(task, PlaybookValue.Map(), out _) : null,
            };
            work.Journal.Append(ended);
            return new StepOutcome(ended, ended.Outputs, isGuarded);
        }
    }

    private StepOutcome End(StepTask task, int attempt, Stopwatch clock, IReadOnlyDictionary<string, object?> inputs, ActionResult result, IReadOnlyList<string> warnings)
    {
        IReadOnlyDictionary<string, object?> outputs = PlaybookValue.Map([.. result.Outputs.Select(pair => (pair.Key, pair.Value))]);
        string? failure = result.Failure;
        if (failure is null && task.Retry?.Until is { } until && !until.Holds(task.Results!(outputs)))
        {
            failure = "What is waited for is not so yet. " + result.Summary;
        }

        bool retry = failure is not null && CanRetry(task);
        var all = new List<string>([.. warnings, .. result.Warnings]);
        PlaybookCall? rollback = null;
        if (result.Changed && !retry)
        {
            rollback = Rollback(task, outputs, out string? problem);
            all.AddRange(problem is null ? [] : [problem]);
        }

        if (result.NeedsRestart && !task.RestartFollows)
        {
            all.Add("What was done counts from the next restart on.");
        }

        IReadOnlyList<EvidenceFile> evidence = StepEvidence.Keep(work, task.Label, task.Evidence, inputs, outputs, result.Files, all);
        StepEnded ended = task.Label.Ended(attempt, failure is null ? StepStatus.Done : StepStatus.Failed, work.Secrets.Text(failure ?? result.Summary)) with
        {
            Seconds = clock.Elapsed.TotalSeconds,
            WillRetry = retry,
            Changed = result.Changed,
            NeedsRestart = result.NeedsRestart,
            Outputs = work.Secrets.Map(outputs),
            Steps = [.. result.Steps.Select(step => step with { Text = work.Secrets.Text(step.Text) })],
            Evidence = evidence,
            Warnings = work.Secrets.Texts(all),
            Rollback = rollback,
        };
        work.Journal.Append(ended);
        return new StepOutcome(ended, outputs);
    }

    private void Agree(StepTask task, IReadOnlyList<string> plan)
    {
        if (!task.Changes || plan.Count == 0 || work.Options.AsksNobody)
        {
            return;
        }

        IReadOnlyList<string> shown = work.Secrets.Texts(plan);
        if (work.Services.Person.Ask(new RunQuestion(work.Host.Name, task.Id, RunQuestionKind.Change, work.Secrets.Text(task.Title), shown), work.Cancellation) != true)
        {
            throw new RunBreak(RunStatus.NeedsPerson, $"The step '{task.Id}' was not agreed to.");
        }
    }

    private PlaybookCall? Rollback(StepTask task, IReadOnlyDictionary<string, object?> outputs, out string? problem)
    {
        try
        {
            problem = null;
            return task.Rollback(outputs) is { } call ? call with { Inputs = work.Secrets.Marked(call.Inputs, work.Nonce) } : null;
        }
        catch (PlaybookException e)
        {
            problem = "It cannot be taken back: " + e.Message;
            return null;
        }
    }

    private bool CanRetry(StepTask task) => (work.History.Find(task.Id, task.Item)?.FailedTries ?? 0) < (task.Retry?.Count ?? 0);

    private void Wait(StepTask task)
    {
        int tries = work.History.Find(task.Id, task.Item)!.FailedTries;
        double seconds = Math.Min(MaximumDelay, task.Retry!.Delay * Math.Pow(Math.Max(1, task.Retry.BackOff), tries - 1));
        work.Services.Wait(TimeSpan.FromSeconds(Math.Max(0, seconds)), work.Cancellation);
    }
}
