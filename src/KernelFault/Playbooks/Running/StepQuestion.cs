using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>Asks a person before a step that wants one to agree.</summary>
/// <param name="work">The machine.</param>
/// <param name="executor">Writes down that nobody agreed.</param>
internal sealed class StepQuestion(HostWork work, StepExecutor executor)
{
    /// <summary>Asks, where the step or its action asks and nobody said to go on without.</summary>
    /// <param name="step">The step.</param>
    /// <param name="id">Its id, with those of the steps that include it.</param>
    /// <param name="item">The element of its list; null for none.</param>
    /// <param name="scope">The values, as they are at any moment.</param>
    /// <exception cref="RunBreak">The person did not agree, was not there, or it was stopped.</exception>
    /// <exception cref="PlaybookException">The question cannot be told.</exception>
    internal void Ask(PlaybookStep step, string id, int? item, Func<PlaybookScope> scope)
    {
        if (work.Options.AsksNobody || work.Rehearsal != RunRehearsal.None || Text(step, scope) is not { } text)
        {
            return;
        }

        bool? answer;
        try
        {
            answer = work.Services.Person.Ask(new RunQuestion(work.Host.Name, id, RunQuestionKind.Confirm, work.Secrets.Text(text), []), work.Cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new RunBreak(RunStatus.Stopped, $"It was stopped before the step '{id}'.");
        }

        if (answer != true)
        {
            string summary = answer is null ? $"A person has to agree, and nobody was there: {text}" : $"A person did not agree: {text}";
            executor.Note(id, item, step, StepStatus.NeedsPerson, summary);
            throw new RunBreak(RunStatus.NeedsPerson, summary);
        }
    }

    private string? Text(PlaybookStep step, Func<PlaybookScope> scope) =>
        step.Confirm is not null ? PlaybookValue.Text(PlaybookTemplate.Resolve(step.Confirm, scope()))
        : work.Services.Actions.Find(step.Call.Action) is IAskingAction asking
            ? asking.Question(new ActionContext { Host = work.Host, Inputs = ActionInputs.Resolve(asking.Info, step.Call.Inputs, scope()), Folder = work.Folder })
            : null;
}
