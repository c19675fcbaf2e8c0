using System.Text;
using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

/// <summary>The way to a Windows server, shown with pwsh in the place of its powershell.exe: the same bootstrap, scripts and data.</summary>
public sealed class OpenSshWindowsTests : IClassFixture<SshServer>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kf-test-").FullName;
    private readonly SshServer _server;

    public OpenSshWindowsTests(SshServer server)
    {
        ExternalProgram.Require("pwsh");
        server.Require();
        _server = server;
        server.Start($"SetEnv PATH={server.In("windows")}:{Environment.GetEnvironmentVariable("PATH")}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void EveryArgumentArrivesAsItIs()
    {
        using OpenSshHost host = _server.Connect();
        ProgramCall call = QuotingTraps.Call(QuotingTraps.All);

        Assert.Equal(QuotingTraps.Expected(QuotingTraps.All), Encoding.ASCII.GetString(host.Run(call, CancellationToken.None).Output));
    }

    [SkippableFact]
    public void ExitCodeInputAndBothOutputsComeBackByteForByte()
    {
        using OpenSshHost host = _server.Connect();
        byte[] input = [.. Enumerable.Range(0, 2_000_000).Select(value => (byte)(value * 7))];

        ProgramResult result = host.Run(new ProgramCall("sh", "-c", "cat; printf '\\377\\0' >&2; exit 7") { Input = input }, CancellationToken.None);

        Assert.Equal(7, result.ExitCode);
        Assert.Equal(input, result.Output);
        Assert.Equal([0xFF, 0], result.Error);
        Assert.Equal(HostErrorKind.NotFound, Assert.Throws<HostException>(() => host.Run(new ProgramCall("no-such-program"), CancellationToken.None)).Kind);
        Assert.Equal(
            HostErrorKind.TimedOut,
            Assert.Throws<HostException>(() => host.Run(new ProgramCall("sleep", "60") { Timeout = TimeSpan.FromSeconds(0.5) }, CancellationToken.None)).Kind);
    }

    [SkippableFact]
    public void FilesAreReadAndWritten()
    {
        using OpenSshHost host = _server.Connect();

        HostFileChecks.Reading(host, Directory.CreateDirectory(Path.Combine(_folder, "r")).FullName);
        HostFileChecks.Errors(host, Directory.CreateDirectory(Path.Combine(_folder, "e")).FullName);
        host.WriteFile(Path.Combine(_folder, "w"), [1, 2, 3], CancellationToken.None);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Path.Combine(_folder, "w")));
    }
}
