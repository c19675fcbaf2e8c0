namespace KernelFault.Playbooks.Running;

/// <summary>How a step ended.</summary>
public enum StepStatus : long
{
    /// <summary>It was begun and its end is not known.</summary>
    Running,

    /// <summary>It was done.</summary>
    Done,

    /// <summary>Its condition does not hold, or there was nothing to do it for.</summary>
    Skipped,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was stopped or cancelled.</summary>
    Stopped,

    /// <summary>A person was needed and there was none, or said no.</summary>
    NeedsPerson,

    /// <summary>Shown only, not done.</summary>
    Planned,
}
