using System.Management.Automation;
using KernelFault.Formats;

namespace KernelFault.Cmdlets;

/// <summary>An error record for a file: a stable id, a fitting category, the file as its target.</summary>
internal static class FileError
{
    internal static ErrorRecord Of(Exception error, string path)
    {
        (string id, ErrorCategory category) = error switch
        {
            DumpFormatException => ("DumpFormat", ErrorCategory.InvalidData),
            FileNotFoundException or DirectoryNotFoundException or ItemNotFoundException => ("FileNotFound", ErrorCategory.ObjectNotFound),
            System.Management.Automation.DriveNotFoundException or ProviderNotFoundException => ("FileNotFound", ErrorCategory.ObjectNotFound),
            UnauthorizedAccessException => ("FileAccess", ErrorCategory.PermissionDenied),
            IOException => ("FileRead", ErrorCategory.ReadError),
            NotSupportedException => ("NotSupported", ErrorCategory.NotImplemented),
            ArgumentException => ("FileName", ErrorCategory.InvalidArgument),
            _ => ("FileFailed", ErrorCategory.NotSpecified),
        };

        if (error is UnauthorizedAccessException && Directory.Exists(path))
        {
            (id, category) = ("NotAFile", ErrorCategory.InvalidArgument);
            error = new ArgumentException($"'{PrintableText.Clean(path)}' is a folder; name the files in it, such as '{PrintableText.Clean(Path.Combine(path, "*"))}'.", error);
        }

        return new ErrorRecord(Safe(error), id, category, path);
    }

    internal static ErrorRecord NotAFile(string path, string provider) => new(
        new NotSupportedException($"'{PrintableText.Clean(path)}' belongs to PowerShell's {provider} provider; only files can be read."),
        "NotAFile",
        ErrorCategory.InvalidArgument,
        path);

    // PowerShell prints the message as it is; a path or a damaged field in it may hold control characters.
    private static Exception Safe(Exception error)
    {
        string message = PrintableText.Clean(error.Message);
        return message == error.Message ? error : new DumpFormatException(message, error);
    }
}
