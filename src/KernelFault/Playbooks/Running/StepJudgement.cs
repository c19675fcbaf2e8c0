using KernelFault.Hosts;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>
/// Finds out what became of a step that was under way when its run broke off: an action that can be checked is; for any
/// other one that must not be repeated blindly the person has said what to do, or is asked.
/// </summary>
/// <param name="work">The machine.</param>
internal sealed class StepJudgement(HostWork work)
{
    /// <summary>What the step gave if it was done.</summary>
    /// <param name="task">The step.</param>
    /// <param name="started">What was written when it was begun.</param>
    /// <param name="inputs">What it was begun with.</param>
    /// <returns>What it gave; null when it is to be done (again).</returns>
    /// <exception cref="RunBreak">It was stopped, the machine was lost, or a person has to say.</exception>
    internal ActionResult? Done(StepTask task, StepStarted started, IReadOnlyDictionary<string, object?> inputs)
    {
        PlaybookActionInfo info = task.Action.Info;
        string reason = info.Idempotence;
        if (info.Repeat == ActionRepeat.Check)
        {
            ActionCheck check = Check(task, inputs, new ActionAttempt(started.Time, started.BootTime, started.ClockAheadSeconds));
            if (check.IsDone == false)
            {
                return null;
            }

            if (check.IsDone == true)
            {
                return check.Result ?? Taken(check.Reason, task);
            }

            reason = check.Reason;
        }

        switch (work.Options.UnknownStep)
        {
            case UnknownStep.Repeat:
                return null;
            case UnknownStep.Done:
                return Taken("It was said to have been done.", task);
        }

        string question = $"'{task.Title}' was begun at {started.Time:u}, and whether it was done is not known: {reason}";
        bool? answer = work.Services.Person.Ask(new RunQuestion(work.Host.Name, task.Id, RunQuestionKind.Repeat, work.Secrets.Text(question + " Do it again?"), started.Plan), work.Cancellation);
        return answer == true ? null : throw new RunBreak(RunStatus.NeedsPerson, question + " A person has to say whether it is done again.");
    }

    private ActionCheck Check(StepTask task, IReadOnlyDictionary<string, object?> inputs, ActionAttempt attempt)
    {
        try
        {
            return task.Action.Check(task.Context(work, inputs), attempt, work.Cancellation);
        }
        catch (HostException e) when (e.Kind == HostErrorKind.Unreachable)
        {
            throw new RunBreak(RunStatus.Unreachable, $"Whether the step '{task.Id}' was done could not be found out: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            throw new RunBreak(RunStatus.Stopped, $"It was stopped before it was found out whether the step '{task.Id}' was done.");
        }
        catch (Exception e) when (e is HostException or PlaybookException)
        {
            return new ActionCheck(null, e.Message, null);
        }
    }

    private static ActionResult Taken(string reason, StepTask task) => new() { Outputs = PlaybookValue.Map(), Summary = reason, Changed = task.Changes };
}
