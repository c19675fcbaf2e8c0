namespace KernelFault.Playbooks;

/// <summary>What a machine must be for a playbook.</summary>
public sealed record PlaybookRequirements
{
    /// <summary>The system.</summary>
    public required PlaybookPlatform Platform { get; init; }

    /// <summary>Whether an administrator or root is needed.</summary>
    public required bool Elevated { get; init; }

    /// <summary>True for a Windows folder that is not running, false for a machine that runs; null for both.</summary>
    public required bool? Offline { get; init; }
}
