using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary>Something a step can do. Without state: one object serves all machines at once.</summary>
public interface IPlaybookAction
{
    /// <summary>What it is, what it takes and what it gives.</summary>
    PlaybookActionInfo Info { get; }

    /// <summary>
    /// Looks at the machine and says what would be done: the dry run. Nothing is changed, here or there. An action that only looks
    /// has a plan without steps, and does its looking when the plan is executed.
    /// </summary>
    /// <param name="context">The machine and the inputs.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="HostException">The machine cannot be asked.</exception>
    /// <exception cref="PlaybookException">An input cannot be used.</exception>
    HostPlan<ActionResult> Plan(ActionContext context, CancellationToken cancellation);

    /// <summary>
    /// After a console died in the middle of the action: finds out whether it was done. Called only where
    /// <see cref="PlaybookActionInfo.Repeat"/> is <see cref="ActionRepeat.Check"/>.
    /// </summary>
    /// <param name="context">The machine and the inputs, as they were.</param>
    /// <param name="attempt">What is known of the time before it was begun.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>What was found.</returns>
    ActionCheck Check(ActionContext context, ActionAttempt attempt, CancellationToken cancellation);
}
