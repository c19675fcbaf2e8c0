using KernelFault.Hosts;

namespace KernelFault.Health;

/// <summary>Finds what crashes left on a Windows machine, running or not.</summary>
internal static class WindowsCrashFiles
{
    // Windows keeps 50 small dumps by default and, in these folders, a handful each.
    private const int MaximumFiles = 10_000;

    /// <summary>Finds them.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    internal static IReadOnlyList<CrashFile> Find(IHost host, CancellationToken cancellation)
    {
        CrashControl control = CrashControl.Read(host, cancellation);
        var files = new List<CrashFile>();
        if (host.FindFile(control.DumpFile, cancellation) is { IsFolder: false } memory)
        {
            files.Add(new CrashFile(CrashFileKind.MemoryDump, memory.Path, string.Empty, memory.Length, memory.LastWriteTime));
        }

        Add(files, host, control.MinidumpFolder, CrashFileKind.Minidump, "Minidump", depth: 0, cancellation);
        Add(files, host, control.LiveReportFolder, CrashFileKind.LiveKernelReport, "LiveKernelReports", depth: 1, cancellation);
        return files;
    }

    private static void Add(List<CrashFile> files, IHost host, string folder, CrashFileKind kind, string below, int depth, CancellationToken cancellation)
    {
        IReadOnlyList<HostFile> entries;
        try
        {
            entries = host.ListFiles(folder, cancellation);
        }
        catch (HostException e) when (e.Kind is HostErrorKind.NotFound)
        {
            // No crash has made it yet.
            return;
        }

        foreach (HostFile entry in entries)
        {
            if (entry.IsFolder && depth > 0)
            {
                Add(files, host, entry.Path, kind, below + "/" + SafeName.Of(entry.Path.Substring(entry.Path.LastIndexOf('\\') + 1)), depth - 1, cancellation);
            }
            else if (!entry.IsFolder && entry.Path.EndsWith(".dmp", StringComparison.OrdinalIgnoreCase) && files.Count < MaximumFiles)
            {
                files.Add(new CrashFile(kind, entry.Path, below, entry.Length, entry.LastWriteTime));
            }
        }
    }
}
