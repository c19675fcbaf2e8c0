using System.Globalization;
using System.Text;
using KernelFault.Hosts;

namespace KernelFault.Health;

/// <summary>Finds what crashes left on a Linux machine.</summary>
internal static class LinuxCrashFiles
{
    private const string SystemdPstore = "/var/lib/systemd/pstore/";
    private const string Pstore = "/sys/fs/pstore/";

    /// <summary>The command that gives the kernel's messages of the boot before this one.</summary>
    internal static ProgramCall Journal { get; } = new("journalctl", "-k", "-b", "-1", "-q", "--no-pager", "-o", "short-precise") { Timeout = TimeSpan.FromMinutes(10), MaximumOutput = 256L * 1024 * 1024 };

    /// <summary>Finds them.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    internal static IReadOnlyList<CrashFile> Find(IHost host, CancellationToken cancellation)
    {
        string? target = LinuxCrashCaptureReader.Target(host, cancellation);
        string[] folders = target is not null && target.StartsWith("/", StringComparison.Ordinal) && target.TrimEnd('/') != "/var/crash" ? [target] : [];
        ProgramResult result = host.Run(new ProgramCall("/bin/sh", ["-s", "crash-files", .. folders]) { Input = Encoding.UTF8.GetBytes(HostScript.Read("Health.linux-crash-files.sh")), MaximumOutput = 16 * 1024 * 1024 }, cancellation);
        string[] lines = ProgramText.Decode(result.Output).Split('\n');
        if (!lines.Contains("end"))
        {
            throw new HostException(host.Name, HostErrorKind.Failed, $"The machine did not list its crashes (exit code {result.ExitCode}): {ProgramText.Decode(result.Error).Trim()}");
        }

        return [.. lines.Select(line => Parse(line, folders)).OfType<CrashFile>()];
    }

    private static CrashFile? Parse(string line, string[] folders)
    {
        string[] parts = line.Split(['\t'], 4);
        if (parts.Length != 4
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || seconds > int.MaxValue * 2L)
        {
            return null;
        }

        DateTime time = DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime;
        string path = parts[3];
        if (parts[0] == "journal")
        {
            return new CrashFile(CrashFileKind.Journal, HostStepRecorder.Text(Journal), "journal", 0, time);
        }

        if (parts[0] != "file")
        {
            return null;
        }

        if (path.StartsWith(Pstore, StringComparison.Ordinal) || path.StartsWith(SystemdPstore, StringComparison.Ordinal))
        {
            return new CrashFile(CrashFileKind.Pstore, path, Folder("pstore", path, path.StartsWith(Pstore, StringComparison.Ordinal) ? Pstore : SystemdPstore), length, time);
        }

        string root = folders.FirstOrDefault(folder => path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal)) ?? "/var/crash";
        return Kind(path.Substring(path.LastIndexOf('/') + 1)) is { } kind ? new CrashFile(kind, path, Folder("crash", path, root.TrimEnd('/') + "/"), length, time) : null;
    }

    // kdump-tools: TIME/dump.TIME and TIME/dmesg.TIME; kdump: HOST-TIME/vmcore, vmcore-dmesg.txt, kexec-dmesg.log; unfinished ones say so
    // in their names and are files as good as any. Others in these folders (apport's reports, lock files) are no crashes of kernels.
    private static CrashFileKind? Kind(string name)
    {
        if (name.Contains("dmesg"))
        {
            return CrashFileKind.KernelLog;
        }

        return name.StartsWith("vmcore", StringComparison.Ordinal) || name.StartsWith("dump", StringComparison.Ordinal) ? CrashFileKind.Vmcore : null;
    }

    private static string Folder(string first, string path, string root)
    {
        string[] between = path.Substring(root.Length).Split(['/'], StringSplitOptions.RemoveEmptyEntries);
        return string.Join("/", between.Take(between.Length - 1).Select(SafeName.Of).Prepend(first));
    }
}
