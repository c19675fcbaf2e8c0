namespace KernelFault.Playbooks.Running;

/// <summary>A journal cannot be written, so nothing more may be done: what is not written down would be done twice.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="inner">The cause.</param>
public sealed class JournalException(string message, Exception? inner = null) : PlaybookException(message, inner);
