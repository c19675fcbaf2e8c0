using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Cmdlets;

/// <summary>An error record for a playbook or a run.</summary>
internal static class RunError
{
    internal static ErrorRecord Of(Exception error, string? target)
    {
        (string id, ErrorCategory category) = error switch
        {
            JournalException => ("RunJournal", ErrorCategory.WriteError),
            PlaybookException => ("Playbook", ErrorCategory.InvalidData),
            ArgumentException => ("PlaybookParameter", ErrorCategory.InvalidArgument),
            _ => ("RunFailed", ErrorCategory.NotSpecified),
        };
        string message = string.Join(Environment.NewLine, error.Message.Split('\n').Select(line => PrintableText.Clean(line.TrimEnd('\r'))));
        return new ErrorRecord(message == error.Message ? error : new PlaybookException(message, error), id, category, target);
    }

    /// <summary>The error of a machine whose part did not succeed; null when it did.</summary>
    internal static ErrorRecord? Of(HostRun run)
    {
        (string id, ErrorCategory category) = run.Status switch
        {
            RunStatus.Failed or RunStatus.RolledBack => ("RunFailed", ErrorCategory.OperationStopped),
            RunStatus.Unreachable => ("HostUnreachable", ErrorCategory.ConnectionError),
            RunStatus.Refused => ("RunRefused", ErrorCategory.InvalidOperation),
            RunStatus.NeedsPerson => ("RunNeedsPerson", ErrorCategory.InvalidOperation),
            RunStatus.Stopped => ("RunStopped", ErrorCategory.OperationStopped),
            _ => (string.Empty, ErrorCategory.NotSpecified),
        };
        return id.Length == 0 ? null : new ErrorRecord(new PlaybookException(PrintableText.Clean(run.Summary.StartsWith(run.Host + ":", StringComparison.Ordinal) ? run.Summary : $"{run.Host}: {run.Summary}")), id, category, run.Host);
    }
}
