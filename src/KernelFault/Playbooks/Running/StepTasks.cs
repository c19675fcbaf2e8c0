using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>Makes tasks of the steps of a playbook: the action found, and whether it may be done checked.</summary>
/// <param name="work">The machine.</param>
/// <param name="soFar">What became of the machine so far, for reports.</param>
internal sealed class StepTasks(HostWork work, Func<HostRun> soFar)
{
    private const string Report = "report";

    /// <summary>A task of a step.</summary>
    /// <param name="frame">The playbook.</param>
    /// <param name="step">The step.</param>
    /// <param name="id">Its id, with those of the steps that include it.</param>
    /// <param name="item">The element of its list; null for none.</param>
    /// <param name="scope">The values, as they are at any moment.</param>
    /// <returns>The task.</returns>
    /// <exception cref="PlaybookException">There is no such action, or the step may not do it.</exception>
    internal StepTask Of(RunFrame frame, PlaybookStep step, string id, int? item, Func<PlaybookScope> scope)
    {
        IPlaybookAction action = step.Call.Action == Report ? new ReportStep(work.Services.Report, soFar)
            : work.Services.Actions.Find(step.Call.Action) ?? throw new PlaybookException($"There is no action '{step.Call.Action}'.");
        PlaybookActionInfo info = action.Info;
        bool mayChange = info.MayChange(step.Call.Inputs);
        if (mayChange && !(step.Changes && frame.AllowChanges))
        {
            throw new PlaybookException($"The action '{info.Name}' changes machines, and the step does not say 'changes: true'.");
        }

        if (info.Platform != PlaybookPlatform.Any && RunFacts.Refusal(new PlaybookRequirements { Platform = info.Platform, Elevated = false, Offline = null }, work.Host, work.Host.GetFacts(work.Cancellation)) is { } refusal)
        {
            throw new PlaybookException($"The action '{info.Name}': {refusal}");
        }

        return new StepTask
        {
            Label = new StepLabel(id, item, work.Secrets.Text(step.Title), step.Why, info.Name),
            Action = action,
            Inputs = () => ActionInputs.Resolve(info, step.Call.Inputs, scope()),
            Changes = step.Changes || mayChange,
            SaysChanges = step.Changes,
            Retry = step.Retry,
            Timeout = step.Timeout,
            Evidence = step.Evidence,
            RestartFollows = step.Restart != StepRestart.None || info.Restarts,
            PlaybookFolder = frame.Folder,
            Results = outputs => scope().With("result", outputs),
            Rollback = outputs => step.Rollback is null ? null : ResolveRollback(step, outputs, scope()),
        };
    }

    private static PlaybookCall ResolveRollback(PlaybookStep step, IReadOnlyDictionary<string, object?> outputs, PlaybookScope scope)
    {
        // The step's own outputs are not among the results yet.
        var results = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (KeyValuePair<string, object?> result in (IReadOnlyDictionary<string, object?>)scope.Find("results")!)
        {
            results[result.Key] = result.Value;
        }

        results[step.Register] = outputs;
        scope.With("results", results);
        return new PlaybookCall(step.Rollback!.Action, (IReadOnlyDictionary<string, object?>)PlaybookTemplate.Resolve(step.Rollback.Inputs, scope)!);
    }
}
