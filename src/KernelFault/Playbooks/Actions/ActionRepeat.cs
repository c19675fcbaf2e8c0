namespace KernelFault.Playbooks.Actions;

/// <summary>Whether an action may be done again when a console died in the middle of it.</summary>
public enum ActionRepeat : long
{
    /// <summary>Yes: a second time does no harm and comes to the same.</summary>
    Safe,

    /// <summary>It can be found out whether it was done.</summary>
    Check,

    /// <summary>A person must say.</summary>
    Ask,
}
