namespace KernelFault.Playbooks.Running;

/// <summary>The person who runs a playbook.</summary>
public interface IRunPerson
{
    /// <summary>Asks. Called on several threads at once.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Whether the person agrees; null when nobody is there.</returns>
    bool? Ask(RunQuestion question, CancellationToken cancellation);
}
