using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>Takes back what was done, the last first. It needs nothing but the journal: what takes a step back was written when it was done.</summary>
/// <param name="work">The machine.</param>
/// <param name="executor">Does it.</param>
internal sealed class RollbackRunner(HostWork work, StepExecutor executor)
{
    /// <summary>Takes back steps.</summary>
    /// <param name="prefix">What their ids begin with; empty for all.</param>
    /// <param name="why">Why, for the summary.</param>
    /// <param name="retryFailed">Whether what could not be taken back before is tried again.</param>
    /// <returns>How the machine stands.</returns>
    /// <exception cref="RunBreak">It was stopped, or the machine was lost.</exception>
    internal (RunStatus Status, string Summary) Run(string prefix, string why, bool retryFailed)
    {
        int done = 0;
        var failed = new List<string>();
        foreach (StepHistory step in work.History.RollbacksOf(prefix))
        {
            StepEnded ended = Run(step, retryFailed);
            if (ended.Status is StepStatus.Done or StepStatus.Planned)
            {
                done++;
            }
            else
            {
                failed.Add($"'{step.Id}' could not be taken back: {ended.Summary}");
            }
        }

        return failed.Count > 0
            ? (RunStatus.Failed, why + " " + string.Join(" ", failed))
            : (RunStatus.RolledBack, done == 0 ? why + " There was nothing to take back." : why + " What was done was taken back.");
    }

    private StepEnded Run(StepHistory step, bool retryFailed)
    {
        string id = step.Id + HostHistory.Rollback;
        if (retryFailed && work.History.Find(id, step.Item) is { Final.Status: StepStatus.Failed } failed)
        {
            failed.Reopen();
        }

        try
        {
            return executor.Run(Task(step)).Ended;
        }
        catch (PlaybookException e) when (e is not JournalException)
        {
            StepEnded ended = Label(step).Ended(0, StepStatus.Failed, work.Secrets.Text(e.Message));
            work.Journal.Append(ended);
            return ended;
        }
    }

    private StepTask Task(StepHistory step)
    {
        PlaybookCall call = step.Final!.Rollback!;
        IPlaybookAction action = work.Services.Actions.Find(call.Action) ?? throw new PlaybookException($"There is no action '{call.Action}'.");
        return new StepTask
        {
            Label = Label(step),
            Action = action,
            Inputs = () => ActionInputs.Bind(action.Info, work.Secrets.Unmarked(call.Inputs, work.Nonce)),
            Changes = true,
            SaysChanges = true,
        };
    }

    private static StepLabel Label(StepHistory step) =>
        new(step.Id + HostHistory.Rollback, step.Item, "Take back: " + step.Final!.Title, null, step.Final.Rollback!.Action);
}
