using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Cmdlets;

/// <summary>An error record for a machine: a stable id, a fitting category, the machine as its target.</summary>
internal static class HostError
{
    internal static ErrorRecord Of(Exception error, string host)
    {
        if (error is HostGuardException guarded)
        {
            return new ErrorRecord(new InvalidOperationException(PrintableText.Clean($"{host}: {error.Message}"), error), guarded.Guards[0].Id, ErrorCategory.InvalidOperation, host);
        }

        (string id, ErrorCategory category) = error switch
        {
            HostException { Kind: HostErrorKind.Unreachable } => ("HostUnreachable", ErrorCategory.ConnectionError),
            HostException { Kind: HostErrorKind.Refused } => ("HostRefused", ErrorCategory.AuthenticationError),
            HostException { Kind: HostErrorKind.NotFound } => ("HostNotFound", ErrorCategory.ObjectNotFound),
            HostException { Kind: HostErrorKind.AccessDenied } => ("HostAccessDenied", ErrorCategory.PermissionDenied),
            HostException { Kind: HostErrorKind.TimedOut } => ("HostTimedOut", ErrorCategory.OperationTimeout),
            HostException { Kind: HostErrorKind.TooLarge } => ("HostTooLarge", ErrorCategory.LimitsExceeded),
            HostException { Kind: HostErrorKind.NotSupported } => ("HostNotSupported", ErrorCategory.NotImplemented),
            DumpFormatException => ("HostData", ErrorCategory.InvalidData),
            ArgumentException => ("HostName", ErrorCategory.InvalidArgument),
            _ => ("HostFailed", ErrorCategory.NotSpecified),
        };

        return new ErrorRecord(Safe(error, host), id, category, host);
    }

    // PowerShell prints the message as it is, and text of another machine may be in it.
    private static Exception Safe(Exception error, string host)
    {
        string message = PrintableText.Clean(error.Message);
        return error is HostException && message == error.Message ? error : new InvalidOperationException(message.StartsWith(host, StringComparison.Ordinal) ? message : PrintableText.Clean(host) + ": " + message, error);
    }
}
