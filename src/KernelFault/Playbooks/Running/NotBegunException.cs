namespace KernelFault.Playbooks.Running;

/// <summary>A machine was not begun: the roll-out ended before its turn.</summary>
internal sealed class NotBegunException : Exception;
