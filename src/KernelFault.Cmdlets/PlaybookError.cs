using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Loading;

namespace KernelFault.Cmdlets;

/// <summary>An error record for the file of a playbook.</summary>
internal static class PlaybookError
{
    internal static ErrorRecord Of(Exception error, string path) => error switch
    {
        // Its message has a line for each problem, each of them clean already.
        PlaybookFormatException => new ErrorRecord(error, "PlaybookFormat", ErrorCategory.InvalidData, path),
        PlaybookException => new ErrorRecord(new PlaybookException(PrintableText.Clean(error.Message), error), "Playbook", ErrorCategory.InvalidData, path),
        _ => FileError.Of(error, path),
    };
}
