namespace KernelFault.Playbooks.Loading;

/// <summary>What a playbook was given for its parameters cannot be used; every problem is told at once.</summary>
public sealed class PlaybookParameterException : PlaybookException
{
    /// <summary>An error.</summary>
    /// <param name="playbook">Name of the playbook.</param>
    /// <param name="problems">What is wrong, at least one sentence; safe to show, and without the values of secrets.</param>
    public PlaybookParameterException(string playbook, IReadOnlyList<string> problems)
        : base($"Parameters of '{playbook}': {string.Join(" ", problems ?? throw new ArgumentNullException(nameof(problems)))}") => Problems = problems;

    /// <summary>What is wrong, a sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
