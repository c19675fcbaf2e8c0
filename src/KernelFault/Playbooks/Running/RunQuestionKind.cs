namespace KernelFault.Playbooks.Running;

/// <summary>What a person is asked in a run.</summary>
public enum RunQuestionKind : long
{
    /// <summary>What the step's <c>confirm</c> says. <see cref="RunOptions.Force"/> answers it.</summary>
    Confirm,

    /// <summary>Whether the machine is to be changed so: before each step that does. Doors answer yes unless their user wants to be asked.</summary>
    Change,

    /// <summary>Whether a step of which nobody knows whether it was done is to be done again.</summary>
    Repeat,
}
