using System.Text.RegularExpressions;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Health;

// HKLM\SYSTEM\CurrentControlSet\Control\CrashControl, documented in "Overview of memory dump file options for Windows" and
// "System failure and recovery options"; DedicatedDumpFile, DumpFileSize, IgnorePagefileSize, AlwaysKeepMemoryDump and FilterPages in
// articles of their own.

/// <summary>The registry values that decide what Windows keeps of a crash, running or not.</summary>
internal sealed class CrashControl
{
    internal const string Key = @"HKLM\SYSTEM\CurrentControlSet\Control\CrashControl";
    internal const string MemoryKey = @"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management";
    internal const string LiveReportKey = Key + @"\LiveKernelReports";
    private const string VersionKey = @"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion";

    private static readonly Regex s_variable = new("%([^%]{1,64})%", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private readonly string _systemRoot;

    private CrashControl(RegistrySnapshot snapshot)
    {
        Snapshot = snapshot;
        _systemRoot = snapshot.Value(VersionKey, "SystemRoot")?.Text is { Length: > 2 } root ? root : @"C:\Windows";
    }

    /// <summary>All that was read.</summary>
    internal RegistrySnapshot Snapshot { get; }

    /// <summary>The drive of Windows with its colon: <c>C:</c>.</summary>
    internal string SystemDrive => _systemRoot.Substring(0, 2);

    internal string DumpFile => Expand(Text("DumpFile") ?? @"%SystemRoot%\MEMORY.DMP");

    internal string MinidumpFolder => Expand(Text("MinidumpDir") ?? @"%SystemRoot%\Minidump");

    internal string LiveReportFolder => Expand(Snapshot.Value(LiveReportKey, "LiveKernelReportsPath")?.Text ?? @"%SystemRoot%\LiveKernelReports");

    internal string? DedicatedDumpFile => Text("DedicatedDumpFile") is { Length: > 0 } path ? Expand(path) : null;

    internal IReadOnlyList<string> PagingFiles => Snapshot.Value(MemoryKey, "PagingFiles")?.Texts ?? [];

    /// <summary>Reads them.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    internal static CrashControl Read(IHost host, CancellationToken cancellation) => new(new HostRegistry(host).Read(
        [
            new RegistryQuery(Key),
            new RegistryQuery(LiveReportKey),
            new RegistryQuery(MemoryKey) { Values = ["PagingFiles", "ExistingPageFiles"] },
            // Of a Windows that does not run, every whole path is taken for one of its own; its SOFTWARE is a hundred megabytes to read.
            .. host.Kind == HostKind.OfflineWindows ? Array.Empty<RegistryQuery>() : [new RegistryQuery(VersionKey) { Values = ["SystemRoot"] }],
        ],
        cancellation));

    internal long? Number(string name) => Snapshot.Value(Key, name)?.Number is { } number && number <= uint.MaxValue ? (long)number : null;

    internal string? Text(string name) => Snapshot.Value(Key, name)?.Text;

    /// <summary>A path with its variables, of which only those of the machine itself can be in it.</summary>
    internal string Expand(string path) => PrintableText.Clean(s_variable.Replace(path, match => match.Groups[1].Value.ToUpperInvariant() switch
    {
        "SYSTEMROOT" or "WINDIR" => _systemRoot,
        "SYSTEMDRIVE" or "HOMEDRIVE" => SystemDrive,
        _ => match.Value,
    }));
}
