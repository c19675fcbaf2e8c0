using System.Security.Cryptography;
using KernelFault.Hosts;

namespace KernelFault.Tests.Drivers;

/// <summary>A host whose files lie in a folder of this machine and whose programs are functions of the test.</summary>
internal sealed class FakeHost(HostPlatform platform, HostKind kind) : IHost
{
    /// <summary>What stands for the root of the file system, or for drive C.</summary>
    internal string? Root { get; init; }

    internal Func<ProgramCall, ProgramResult>? Program { get; init; }

    internal Func<ScriptCall, ScriptResult>? Script { get; init; }

    internal int? OemCodePage { get; init; }

    internal List<string> Calls { get; } = [];

    public string Name => "test";

    public HostKind Kind => kind;

    public HostFacts GetFacts(CancellationToken cancellation) => new()
    {
        ComputerName = "TEST",
        Platform = platform,
        OperatingSystem = null,
        Version = null,
        Build = null,
        Architecture = null,
        IsElevated = null,
        PowerShellVersion = null,
        BootTime = null,
        PendingRestart = null,
        OemCodePage = OemCodePage,
    };

    public ProgramResult Run(ProgramCall call, CancellationToken cancellation)
    {
        Calls.Add(call.Program + " " + string.Join(' ', call.Arguments));
        return Program?.Invoke(call) ?? throw new HostException(Name, HostErrorKind.NotSupported, "no programs");
    }

    public ScriptResult RunScript(ScriptCall call, CancellationToken cancellation)
    {
        Calls.Add(call.Name);
        return Script?.Invoke(call) ?? throw new HostException(Name, HostErrorKind.NotSupported, "no scripts");
    }

    public HostFile? FindFile(string path, CancellationToken cancellation) => Find(path) is not { } found ? null
        : Directory.Exists(found) ? new HostFile(path, true, 0, null)
        : new HostFile(path, false, new FileInfo(found).Length, File.GetLastWriteTimeUtc(found));

    public IReadOnlyList<HostFile> ListFiles(string path, CancellationToken cancellation) =>
        [.. Directory.GetFiles(Find(path) ?? throw Missing(path)).Order(StringComparer.Ordinal).Select(file => new HostFile(path + "\\" + Path.GetFileName(file), false, new FileInfo(file).Length, null))];

    public byte[] ReadFile(string path, long maximumLength, CancellationToken cancellation) => File.ReadAllBytes(Find(path) ?? throw Missing(path));

    public void WriteFile(string path, byte[] content, CancellationToken cancellation) => throw new NotSupportedException();

    public void CopyFrom(string path, long offset, Stream destination, CancellationToken cancellation) => throw new NotSupportedException();

    public string HashFile(string path, CancellationToken cancellation) => Convert.ToHexStringLower(SHA256.HashData(ReadFile(path, long.MaxValue, cancellation)));

    public HostFacts Restart(TimeSpan timeout, CancellationToken cancellation) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private HostException Missing(string path) => new(Name, HostErrorKind.NotFound, path + " is not there");

    private string? Find(string path)
    {
        string? at = Root;
        foreach (string part in path.Substring(path.StartsWith(@"C:\", StringComparison.OrdinalIgnoreCase) ? 3 : 0).Split('\\', '/'))
        {
            at = at is null || !Directory.Exists(at) ? null : Directory.EnumerateFileSystemEntries(at).FirstOrDefault(entry => string.Equals(Path.GetFileName(entry), part, StringComparison.OrdinalIgnoreCase));
        }

        return at;
    }
}
