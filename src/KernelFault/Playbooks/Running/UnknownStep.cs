namespace KernelFault.Playbooks.Running;

/// <summary>What a resume does about a step that was under way when the console died, when neither its action nor the machine can tell whether it was done.</summary>
public enum UnknownStep : long
{
    /// <summary>A person is asked.</summary>
    Ask,

    /// <summary>It is done again.</summary>
    Repeat,

    /// <summary>It counts as done; it gave nothing.</summary>
    Done,
}
