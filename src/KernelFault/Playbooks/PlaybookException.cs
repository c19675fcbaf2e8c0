namespace KernelFault.Playbooks;

/// <summary>A playbook cannot be read or run; the message says what is wrong and where.</summary>
public class PlaybookException : Exception
{
    /// <summary>An error.</summary>
    /// <param name="message">What is wrong. May hold text of the playbook or of a machine: clean it before a terminal sees it.</param>
    /// <param name="inner">The cause; null when there is none.</param>
    public PlaybookException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
