namespace KernelFault.Playbooks;

/// <summary>What happens when a step fails.</summary>
public enum StepFailureKind : long
{
    /// <summary>The machine's run ends.</summary>
    Stop,

    /// <summary>The next step follows.</summary>
    Continue,

    /// <summary>What was done is taken back, the last first, and the machine's run ends.</summary>
    RollBack,

    /// <summary>A later step follows.</summary>
    GoTo,
}
