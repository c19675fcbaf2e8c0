namespace KernelFault.Playbooks.Running;

/// <summary>Does a step for each element of a list.</summary>
/// <param name="work">The machine.</param>
/// <param name="executor">Does steps.</param>
internal sealed class StepList(HostWork work, StepExecutor executor)
{
    private const int MaximumItems = 10_000;

    /// <summary>Does the step for each element.</summary>
    /// <param name="frame">The playbook.</param>
    /// <param name="step">The step.</param>
    /// <param name="id">Its id, with those of the steps that include it.</param>
    /// <param name="runOnce">Does it for one element.</param>
    /// <returns>How it ended as a whole, and the outputs for each element, null where it was not done.</returns>
    internal (StepOutcome Outcome, object? Results) Run(RunFrame frame, PlaybookStep step, string id, Func<int, object?, StepOutcome> runOnce)
    {
        if (work.History.Find(id, null)?.Final is { } known)
        {
            return (new StepOutcome(known, known.Outputs), null);
        }

        if (work.Rehearsal != RunRehearsal.None && frame.Unknown(step) is { } unknown)
        {
            return (executor.Note(id, null, step, StepStatus.Planned, $"It depends on what '{unknown}' gives."), null);
        }

        IReadOnlyList<object?> items;
        try
        {
            items = Items(frame, step, id);
        }
        catch (PlaybookException e)
        {
            return (executor.Note(id, null, step, StepStatus.Failed, e.Message), null);
        }

        if (items.Count == 0)
        {
            return (executor.Note(id, null, step, StepStatus.Skipped, "There is nothing to do it for."), null);
        }

        var results = new object?[items.Count];
        var outcomes = new List<StepOutcome>();
        for (int i = 0; i < items.Count; i++)
        {
            StepOutcome outcome = runOnce(i, items[i]);
            outcomes.Add(outcome);
            results[i] = outcome.Ended.Status == StepStatus.Done ? outcome.Outputs : null;
            if (outcome.Ended.Status == StepStatus.Failed && step.OnFailure.Kind != StepFailureKind.Continue)
            {
                break;
            }
        }

        StepOutcome worst = outcomes.Find(outcome => outcome.Ended.Status == StepStatus.Failed) ?? outcomes.Find(outcome => outcome.Ended.Status == StepStatus.Planned)
            ?? outcomes.Find(outcome => outcome.Ended.Status == StepStatus.Done) ?? outcomes[0];
        StepEnded together = worst.Ended with { Changed = outcomes.Exists(outcome => outcome.Ended.Changed), NeedsRestart = outcomes.Exists(outcome => outcome.Ended.NeedsRestart) };
        return (worst with { Ended = together }, results);
    }

    private IReadOnlyList<object?> Items(RunFrame frame, PlaybookStep step, string id)
    {
        IReadOnlyList<object?>? written = work.History.Items(id);
        if (written is not null && !written.Any(RunSecrets.IsMasked))
        {
            return written;
        }

        IReadOnlyList<object?> items = PlaybookTemplate.Resolve(step.ForEach, frame.Scope(work.Scope())) switch
        {
            null => [],
            IReadOnlyList<object?> list => list,
            _ => throw new PlaybookException("'forEach' needs a list."),
        };
        if (items.Count > MaximumItems)
        {
            throw new PlaybookException($"'forEach' has {items.Count} elements; {MaximumItems} are the most.");
        }

        if (written is null && items.Count > 0)
        {
            work.Journal.Append(new StepItems { Time = DateTime.UtcNow, Id = id, Items = [.. items.Select(work.Secrets.Value)] });
        }

        return items;
    }
}
