using KernelFault.Hosts;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>Shows what a step would do: the same way as a run, up to the plan.</summary>
/// <param name="work">The machine.</param>
/// <param name="executor">Says when it is to stop.</param>
internal sealed class StepRehearsal(HostWork work, StepExecutor executor)
{
    /// <summary>Shows it.</summary>
    /// <param name="task">The step.</param>
    /// <returns>How it ended: planned, or failed when it could not even be planned.</returns>
    /// <exception cref="RunBreak">It was stopped, or the machine was lost.</exception>
    internal StepOutcome Run(StepTask task)
    {
        executor.ThrowIfStopped(task.Id);
        StepEnded ended = task.Label.Ended(0, StepStatus.Planned, string.Empty);
        try
        {
            IReadOnlyDictionary<string, object?> inputs = task.Inputs();
            HostPlan<ActionResult> plan = task.Action.Plan(task.Context(work, inputs), work.Cancellation);
            work.Journal.Append(task.Label.Started(0, work.Secrets.Map(inputs), work.Secrets.Texts(plan.Steps), null));
            ended = ended with
            {
                Summary = plan.Guards.Count > 0 ? work.Secrets.Text(string.Join(" ", plan.Guards.Select(guard => guard.Text)))
                    : plan.Steps.Count == 0 ? "It only looks, or has nothing to do." : "Shown only.",
                Changed = plan.Steps.Count > 0,
                Warnings = work.Secrets.Texts([.. plan.Guards.Select(Guard), .. plan.Warnings]),
            };
        }
        catch (OperationCanceledException)
        {
            throw new RunBreak(RunStatus.Stopped, $"It was stopped in the step '{task.Id}'.");
        }
        catch (HostException e) when (e.Kind == HostErrorKind.Unreachable)
        {
            throw new RunBreak(RunStatus.Unreachable, e.Message);
        }
        catch (Exception e) when (e is HostException or PlaybookException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            ended = ended with { Status = StepStatus.Failed, Summary = work.Secrets.Text(e.Message) };
        }

        work.Journal.Append(ended);
        return new StepOutcome(ended, ended.Outputs);
    }

    // A plan beside it would be shown alone, as if nothing stood against it.
    private string Guard(HostGuard guard) => !guard.CanForce ? "It would be refused: " + guard.Text
        : work.Options.Force ? "Overruled by force: " + guard.Text
        : "It would be refused, except by force: " + guard.Text;
}
