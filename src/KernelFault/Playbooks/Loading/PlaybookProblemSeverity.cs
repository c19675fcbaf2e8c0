namespace KernelFault.Playbooks.Loading;

/// <summary>How much a problem of a playbook matters.</summary>
public enum PlaybookProblemSeverity : long
{
    /// <summary>The playbook is refused.</summary>
    Error,

    /// <summary>It is read; a person should look.</summary>
    Warning,
}
