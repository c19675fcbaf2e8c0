using System.Globalization;
using KernelFault.Formats;
using KernelFault.Formats.Cabinet;
using KernelFault.Hosts;

namespace KernelFault.Servicing;

// Windows begins a new CBS.log when it has grown to some 50 MB: the old one becomes CbsPersist_20230523101531.log, which is then put
// into CbsPersist_20230523101531.cab and removed. That happens in the middle of a run too.

/// <summary>The logs that a run wrote, read from a machine afterwards.</summary>
internal sealed class ServicingLogs
{
    private const long MaximumLength = 256L * 1024 * 1024;
    private const int MaximumRotated = 8;

    private readonly List<string> _paths = [];
    private readonly List<string> _warnings = [];
    private readonly List<byte[]> _contents = [];

    private ServicingLogs()
    {
    }

    /// <summary>The logs that were read.</summary>
    internal IReadOnlyList<string> Paths => _paths;

    /// <summary>What could not be read.</summary>
    internal IReadOnlyList<string> Warnings => _warnings;

    /// <summary>CBS.log, with those that were rotated away since the run began.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="mark">What was when the run began.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    internal static ServicingLogs ReadCbs(IHost host, ServicingState mark, CancellationToken cancellation)
    {
        var logs = new ServicingLogs();
        string folder = mark.System + @"\Logs\CBS";
        foreach (string rotated in Rotated(host, folder, mark.UtcTime, cancellation))
        {
            logs.Add(host, rotated, isExpected: true, cancellation);
        }

        logs.Add(host, folder + @"\CBS.log", isExpected: true, cancellation);
        return logs;
    }

    /// <summary>One log.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="path">The log.</param>
    /// <param name="isExpected">Whether it is worth a warning that it is not there.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    internal static ServicingLogs Read(IHost host, string path, bool isExpected, CancellationToken cancellation)
    {
        var logs = new ServicingLogs();
        logs.Add(host, path, isExpected, cancellation);
        return logs;
    }

    /// <summary>The lines of a run, the oldest first.</summary>
    /// <param name="before">What was when it began.</param>
    /// <param name="after">What was when it had ended.</param>
    internal IEnumerable<ServicingLogLine> Lines(ServicingState before, ServicingState after)
    {
        // A clock that was put back in the meantime leaves the end open.
        DateTime end = after.LocalTime >= before.LocalTime ? after.LocalTime : DateTime.MaxValue;
        return _contents
            .SelectMany(content => ServicingLogReader.Read(new MemoryStream(content, writable: false)))
            .Where(line => line.Time >= before.LocalTime && line.Time <= end);
    }

    // The oldest first: the name is the time. A log that is there both ways is taken as it is.
    private static string[] Rotated(IHost host, string folder, DateTime since, CancellationToken cancellation)
    {
        const string start = "CbsPersist_";
        IReadOnlyList<HostFile> files;
        try
        {
            files = host.ListFiles(folder, cancellation);
        }
        catch (HostException)
        {
            // What is not there is told when CBS.log is read.
            return [];
        }

        return
        [
            .. files
                .Where(file => !file.IsFolder && (file.LastWriteTime is null || file.LastWriteTime >= since))
                .Select(file => (file.Path, Name: file.Path.Substring(file.Path.LastIndexOf('\\') + 1)))
                .Where(file => file.Name.StartsWith(start, StringComparison.OrdinalIgnoreCase) && Extension(file.Name) is ".LOG" or ".CAB")
                .GroupBy(file => file.Name.Substring(0, file.Name.Length - 4), StringComparer.OrdinalIgnoreCase)
                .OrderByDescending(group => group.Key, StringComparer.OrdinalIgnoreCase)
                .Take(MaximumRotated)
                .Reverse()
                .Select(group => group.OrderByDescending(file => Extension(file.Name), StringComparer.Ordinal).First().Path),
        ];
    }

    private static string Extension(string name) => name.Length > 4 ? name.Substring(name.Length - 4).ToUpperInvariant() : string.Empty;

    private void Add(IHost host, string path, bool isExpected, CancellationToken cancellation)
    {
        try
        {
            byte[] content = host.ReadFile(path, MaximumLength, cancellation);
            if (Extension(path) == ".CAB")
            {
                // Windows puts one log into each.
                var cabinet = CabinetFile.Read(content, path);
                foreach (CabinetEntry entry in cabinet.Entries.Take(1))
                {
                    _contents.Add(cabinet.Extract(entry, MaximumLength, cancellation));
                }
            }
            else
            {
                _contents.Add(content);
            }

            _paths.Add(path);
        }
        catch (Exception e) when (e is HostException or DumpFormatException)
        {
            if (isExpected)
            {
                _warnings.Add(string.Format(CultureInfo.InvariantCulture, "{0} was not read: {1}", path, PrintableText.Clean(e.Message)));
            }
        }
    }
}
