using System.Globalization;
using KernelFault.Hosts;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>A machine whose state lies in a folder: how often it was started, and a line for everything that was done to it.</summary>
internal sealed class SimulatedHost(string folder, string name = "srv1") : IHost
{
    private static readonly DateTime s_firstBoot = new(2026, 11, 1, 8, 0, 0, DateTimeKind.Utc);

    internal static string Executions(string folder) => Path.Combine(folder, "executions.txt");

    internal static string[] Done(string folder) => File.Exists(Executions(folder)) ? File.ReadAllLines(Executions(folder)) : [];

    public string Name => name;

    public HostKind Kind => HostKind.Recorded;

    internal bool IsGone { get; set; }

    internal bool? IsElevated { get; set; } = true;

    internal double? ClockAhead { get; set; }

    internal string Folder => folder;

    private string Boots => Path.Combine(folder, "boots.txt");

    internal void Do(string line) => File.AppendAllText(Executions(folder), line + "\n");

    public HostFacts GetFacts(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Answer();
        int boots = File.Exists(Boots) ? int.Parse(File.ReadAllText(Boots), CultureInfo.InvariantCulture) : 0;
        return new HostFacts
        {
            ComputerName = name,
            Platform = HostPlatform.Linux,
            OperatingSystem = "Debian GNU/Linux 12 (bookworm)",
            Version = "12",
            Build = "6.1.0-18-amd64",
            Architecture = "x64",
            IsElevated = IsElevated,
            PowerShellVersion = null,
            BootTime = s_firstBoot.AddHours(boots),
            PendingRestart = [],
            ClockAheadSeconds = ClockAhead,
        };
    }

    public HostFacts Restart(TimeSpan timeout, CancellationToken cancellation)
    {
        Answer();
        int boots = File.Exists(Boots) ? int.Parse(File.ReadAllText(Boots), CultureInfo.InvariantCulture) : 0;
        File.WriteAllText(Boots, (boots + 1).ToString(CultureInfo.InvariantCulture));
        Do("restart");
        return GetFacts(cancellation);
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    public ProgramResult Run(ProgramCall call, CancellationToken cancellation) => throw new NotSupportedException();

    public ScriptResult RunScript(ScriptCall call, CancellationToken cancellation) => throw new NotSupportedException();

    public HostFile? FindFile(string path, CancellationToken cancellation) => throw new NotSupportedException();

    public IReadOnlyList<HostFile> ListFiles(string path, CancellationToken cancellation) => throw new NotSupportedException();

    public byte[] ReadFile(string path, long maximumLength, CancellationToken cancellation) => throw new NotSupportedException();

    public void WriteFile(string path, byte[] content, CancellationToken cancellation) => throw new NotSupportedException();

    public void CopyFrom(string path, long offset, Stream destination, CancellationToken cancellation) => throw new NotSupportedException();

    public string HashFile(string path, CancellationToken cancellation) => throw new NotSupportedException();

    private void Answer()
    {
        if (IsGone)
        {
            throw new HostException(name, HostErrorKind.Unreachable, "It does not answer.");
        }
    }
}
