namespace KernelFault.Playbooks.Actions;

/// <summary>An action that waits for a person: the engine asks before it executes it, in the same way as for a step's <c>confirm</c>.</summary>
public interface IAskingAction : IPlaybookAction
{
    /// <summary>What a person is asked.</summary>
    /// <param name="context">The machine and the inputs.</param>
    /// <returns>The question; null for none.</returns>
    string? Question(ActionContext context);
}
