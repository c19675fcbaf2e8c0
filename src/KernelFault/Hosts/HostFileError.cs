namespace KernelFault.Hosts;

/// <summary>Says of a file that could not be read or written what a host's user has to know.</summary>
internal static class HostFileError
{
    /// <summary>True for what the file system throws.</summary>
    internal static bool Is(Exception error) => error is IOException or UnauthorizedAccessException or System.Security.SecurityException or NotSupportedException or ArgumentException;

    internal static HostException Of(string host, string path, Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => new HostException(host, HostErrorKind.NotFound, $"There is no '{path}'.", error),
        UnauthorizedAccessException or System.Security.SecurityException => new HostException(host, HostErrorKind.AccessDenied, $"This user may not use '{path}' that way.", error),
        _ => new HostException(host, HostErrorKind.Failed, $"'{path}': {error.Message}", error),
    };

    internal static HostException TooLarge(string host, string path, long maximumLength) =>
        new(host, HostErrorKind.TooLarge, $"'{path}' is longer than {maximumLength} bytes.");

    internal static HostException NotWhole(string host, string path) =>
        new(host, HostErrorKind.Failed, $"'{path}' is not a whole path.");
}
