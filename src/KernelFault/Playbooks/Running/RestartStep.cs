using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>
/// The restart that belongs to a step: a step of its own, <c>ID/restart</c>. After a console died in the middle of it, the machine's
/// boot time says whether it happened.
/// </summary>
/// <param name="work">The machine.</param>
internal sealed class RestartStep(HostWork work)
{
    private const string Title = "Restart the machine";
    private const string Action = "restart";

    /// <summary>Says in a rehearsal that the machine would be restarted, or may be.</summary>
    /// <param name="step">The step it belongs to.</param>
    /// <param name="stepId">Its id, with those of the steps that include it.</param>
    /// <returns>What was said.</returns>
    internal StepEnded Plan(PlaybookStep step, string stepId)
    {
        string id = stepId + HostHistory.Restart;
        bool isRequired = step.Restart == StepRestart.Required;

        // Whether a step is done at all is not known where it depends on what others give.
        bool isSure = isRequired && work.History.Find(stepId, null) is not { Started: null };
        string title = isSure ? Title : "Perhaps restart the machine";
        string why = isRequired ? $"'{step.Title}' needs it." : $"'{step.Title}' may need it.";
        string plan = isSure ? Title : $"May restart the machine: when '{step.Title}' {(isRequired ? "is done" : "turns out to need it")}";
        var label = new StepLabel(id, null, title, why, Action);
        StepEnded planned = label.Ended(0, StepStatus.Planned, "Shown only.") with { Changed = true };

        // What has nothing to do needs no restart after it.
        if (isRequired || work.History.Find(stepId, null)?.Started is not { Plan.Count: 0 })
        {
            work.Journal.Append(label.Started(0, PlaybookValue.Map(), [work.Secrets.Text(plan)], null));
            work.Journal.Append(planned);
        }

        return planned;
    }

    /// <summary>Restarts the machine, unless that was done.</summary>
    /// <param name="step">The step it belongs to.</param>
    /// <param name="stepId">Its id, with those of the steps that include it.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="RunBreak">It was stopped, or the machine did not come back.</exception>
    internal StepEnded Run(PlaybookStep step, string stepId)
    {
        string id = stepId + HostHistory.Restart;
        var label = new StepLabel(id, null, Title, $"'{step.Title}' needs it.", Action);
        StepHistory? known = work.History.Find(id, null);
        if (known?.Final is { } final)
        {
            return final;
        }

        if (work.Rehearsal != RunRehearsal.None)
        {
            return Plan(step, stepId);
        }

        try
        {
            HostFacts before = work.Host.GetFacts(work.Cancellation);
            if (known is { IsUnderWay: true } && HostRestart.IsLater(before, known.Started!.BootTime, known.Started.ClockAheadSeconds))
            {
                return End(known.Attempts, known.Started.BootTime, before.BootTime, StepStatus.Done, $"It was restarted: it runs since {before.BootTime:u}.");
            }

            if (work.Cancellation.IsCancellationRequested)
            {
                throw new RunBreak(RunStatus.Stopped, $"It was stopped before the step '{id}'.");
            }

            int attempt = (known?.Attempts ?? 0) + 1;
            work.Journal.Append(label.Started(attempt, PlaybookValue.Map(), [Title], before));
            work.Services.Progress?.Report(new RunProgress(work.Host.Name, 0, 0, id, Title, null));
            try
            {
                HostFacts after = work.Host.Restart(TimeSpan.FromSeconds(step.Timeout ?? work.Options.RestartTimeout), work.Cancellation);
                return End(attempt, before.BootTime, after.BootTime, StepStatus.Done, $"It runs since {after.BootTime:u}.");
            }
            catch (HostException e) when (e.Kind == HostErrorKind.NotSupported && work.Host.Kind == HostKind.Local)
            {
                // The step stays begun: once the machine was restarted, its boot time says so, and the run goes on.
                throw new RunBreak(RunStatus.NeedsPerson, $"'{step.Title}' needs a restart, and the machine that the run is on cannot be restarted and waited for by it. Restart it by hand, then resume the run.");
            }
            catch (HostException e) when (e.Kind is not (HostErrorKind.Unreachable or HostErrorKind.TimedOut))
            {
                return End(attempt, before.BootTime, null, StepStatus.Failed, work.Secrets.Text(e.Message));
            }
        }
        catch (HostException e)
        {
            throw new RunBreak(RunStatus.Unreachable, $"It did not come back from the restart after '{stepId}': {e.Message}");
        }
        catch (OperationCanceledException)
        {
            // Nothing is written: the boot time tells what became of it.
            throw new RunBreak(RunStatus.Stopped, $"It was stopped in the restart after '{stepId}'; a restart under way goes on.");
        }

        StepEnded End(int attempt, DateTime? from, DateTime? to, StepStatus status, string summary)
        {
            StepEnded ended = label.Ended(attempt, status, summary) with
            {
                Changed = status == StepStatus.Done,
                Seconds = (DateTime.UtcNow - work.History.Find(id, null)!.Started!.Time).TotalSeconds,
                Outputs = PlaybookValue.Map(("bootTimeBefore", from), ("bootTimeAfter", to)),
            };
            work.Journal.Append(ended);
            return ended;
        }
    }
}
