namespace KernelFault.Playbooks.Running;

/// <summary>The work on a machine ends here, out of however many included playbooks; it may be resumed.</summary>
/// <param name="status">How it stands.</param>
/// <param name="summary">Why.</param>
internal sealed class RunBreak(RunStatus status, string summary) : Exception(summary)
{
    internal RunStatus Status { get; } = status;
}
