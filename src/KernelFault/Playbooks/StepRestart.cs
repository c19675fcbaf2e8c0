namespace KernelFault.Playbooks;

/// <summary>Whether the machine is restarted after a step.</summary>
public enum StepRestart : long
{
    /// <summary>No. What needs a restart says so in a warning.</summary>
    None,

    /// <summary>When what was done needs it.</summary>
    Allowed,

    /// <summary>Whenever the step was done.</summary>
    Required,
}
