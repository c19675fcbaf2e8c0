namespace KernelFault.Playbooks.Running;

/// <summary>How much of a playbook is done.</summary>
internal enum RunRehearsal : long
{
    /// <summary>All of it.</summary>
    None,

    /// <summary>Nothing: each step is planned.</summary>
    Plan,

    /// <summary>Steps that only look are done; those that change the machine are planned.</summary>
    Check,
}
