namespace KernelFault.Playbooks.Running;

/// <summary>How a run, or a machine's part of it, stands.</summary>
public enum RunStatus : long
{
    /// <summary>Not begun.</summary>
    Waiting,

    /// <summary>Under way, or broken off without a word: the journal has no end.</summary>
    Running,

    /// <summary>Every step was done or skipped, or failed where the playbook foresaw it and went on: a warning names such a step.</summary>
    Succeeded,

    /// <summary>A step failed and the machine's run ended there, or what was done could not be taken back.</summary>
    Failed,

    /// <summary>A step failed and what was done was taken back.</summary>
    RolledBack,

    /// <summary>It was stopped or cancelled; it can be resumed.</summary>
    Stopped,

    /// <summary>A person has to answer first; it can be resumed.</summary>
    NeedsPerson,

    /// <summary>The machine could not be reached or was lost; it can be resumed.</summary>
    Unreachable,

    /// <summary>The machine is not one that the playbook is for, or a guard spoke against the first change. Nothing was done.</summary>
    Refused,

    /// <summary>Rehearsed only.</summary>
    Planned,
}
