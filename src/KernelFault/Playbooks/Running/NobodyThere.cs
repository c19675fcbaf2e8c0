namespace KernelFault.Playbooks.Running;

/// <summary>Nobody who could be asked: changes are done as the playbook says, and what needs a person waits.</summary>
public sealed class NobodyThere : IRunPerson
{
    /// <inheritdoc/>
    public bool? Ask(RunQuestion question, CancellationToken cancellation) =>
        (question ?? throw new ArgumentNullException(nameof(question))).Kind == RunQuestionKind.Change ? true : null;
}
