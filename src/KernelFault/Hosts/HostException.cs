namespace KernelFault.Hosts;

/// <summary>A host could not do what it was asked; the message says which host, what was asked, and what to do about it.</summary>
/// <param name="host">Name of the host, as <see cref="IHost.Name"/> has it.</param>
/// <param name="kind">Why.</param>
/// <param name="message">What was asked and what went wrong. May hold text of the other machine: clean it before a terminal sees it.</param>
/// <param name="inner">The cause; null when there is none.</param>
public sealed class HostException(string host, HostErrorKind kind, string message, Exception? inner = null) : Exception(host + ": " + message, inner)
{
    /// <summary>Name of the host.</summary>
    public string Host { get; } = host;

    /// <summary>Why.</summary>
    public HostErrorKind Kind { get; } = kind;
}
