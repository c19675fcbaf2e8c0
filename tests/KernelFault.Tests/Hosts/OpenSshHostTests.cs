using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

public sealed class OpenSshHostTests(SshServer server) : IClassFixture<SshServer>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kf-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void EveryArgumentArrivesAsItIs()
    {
        using OpenSshHost host = server.Connect();

        QuotingTraps.Run(host, some: 8);
    }

    [SkippableFact]
    public void ExitCodeInputAndBothOutputsComeBackByteForByte()
    {
        using OpenSshHost host = server.Connect();
        byte[] input = [.. Enumerable.Range(0, 300_000).Select(value => (byte)(value * 7))];

        ProgramResult result = host.Run(new ProgramCall("sh", "-c", "cat; printf '\\377\\0' >&2; exit 7") { Input = input }, CancellationToken.None);

        Assert.Equal(7, result.ExitCode);
        Assert.Equal(input, result.Output);
        Assert.Equal([0xFF, 0], result.Error);
    }

    [SkippableFact]
    public void AnInputThatIsNotGivenIsEmpty()
    {
        using OpenSshHost host = server.Connect();

        Assert.Empty(host.Run(new ProgramCall("cat"), CancellationToken.None).Output);
    }

    [SkippableFact]
    public void AProgramMayLeaveItsInputUnread()
    {
        using OpenSshHost host = server.Connect();

        Assert.Equal(3, host.Run(new ProgramCall("sh", "-c", "exit 3") { Input = new byte[4 << 20] }, CancellationToken.None).ExitCode);
    }

    [SkippableFact]
    public void AProgramsOwn255IsNoLostConnection()
    {
        using OpenSshHost host = server.Connect();

        ProgramResult result = host.Run(new ProgramCall("sh", "-c", "echo why >&2; exit 255"), CancellationToken.None);

        Assert.Equal(255, result.ExitCode);
        Assert.Equal("why\n", Encoding.ASCII.GetString(result.Error));
    }

    [SkippableFact]
    public void ABuiltInOfTheShellIsNotTakenForTheProgram()
    {
        using OpenSshHost host = server.Connect();

        Assert.Equal("a\\nb\n", Encoding.ASCII.GetString(host.Run(new ProgramCall("echo", "a\\nb"), CancellationToken.None).Output));
    }

    [SkippableFact]
    public void AProgramThatIsNotThereIsSaidToBe()
    {
        using OpenSshHost host = server.Connect();

        Assert.Equal(HostErrorKind.NotFound, Assert.Throws<HostException>(() => host.Run(new ProgramCall("no-such-program"), CancellationToken.None)).Kind);
        Assert.Equal(HostErrorKind.NotFound, Assert.Throws<HostException>(() => host.Run(new ProgramCall("/no/such"), CancellationToken.None)).Kind);
        Assert.Equal(HostErrorKind.AccessDenied, Assert.Throws<HostException>(() => host.Run(new ProgramCall("/etc/passwd"), CancellationToken.None)).Kind);
    }

    [SkippableFact]
    public void OneConnectionCarriesAllCallsAndIsClosedWithTheHost()
    {
        int before = Connections();
        using (OpenSshHost host = server.Connect())
        {
            host.GetFacts(CancellationToken.None);
            host.Run(new ProgramCall("true"), CancellationToken.None);
            host.ListFiles("/", CancellationToken.None);

            Assert.Equal(before + 1, Connections());
        }

        Assert.DoesNotContain(Masters(), line => line.Contains($"-p {server.Port}", StringComparison.Ordinal) || line.Contains("[mux]", StringComparison.Ordinal) && line.Contains(server.Folder, StringComparison.Ordinal));
    }

    [SkippableFact]
    public void FiftyMegabytesComeBackWhole()
    {
        using OpenSshHost host = server.Connect();
        string path = Path.Combine(_folder, "large");
        byte[] content = RandomNumberGenerator.GetBytes(50 * 1024 * 1024);
        File.WriteAllBytes(path, content);
        using var copy = new MemoryStream();

        host.CopyFrom(path, 0, copy, CancellationToken.None);

        Assert.Equal(SHA256.HashData(content), SHA256.HashData(copy.ToArray()));
        Assert.Equal(content, host.Run(new ProgramCall("cat", path), CancellationToken.None).Output);
    }

    [SkippableFact]
    public void MoreOutputThanAllowedEndsTheProgram()
    {
        using OpenSshHost host = server.Connect();

        HostException error = Assert.Throws<HostException>(() => host.Run(new ProgramCall("yes", _folder) { MaximumOutput = 100_000 }, CancellationToken.None));

        Assert.Equal(HostErrorKind.TooLarge, error.Kind);
        AssertEnds("yes", _folder);
    }

    [SkippableFact]
    public void CancellingEndsTheProgramThereToo()
    {
        using OpenSshHost host = server.Connect();
        host.GetFacts(CancellationToken.None);
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var clock = Stopwatch.StartNew();

        Assert.ThrowsAny<OperationCanceledException>(() => host.Run(new ProgramCall("sh", "-c", "sleep 4711.5; :"), cancel.Token));

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
        AssertEnds("sleep", "4711.5");
        Assert.Equal(0, host.Run(new ProgramCall("true"), CancellationToken.None).ExitCode);
    }

    [SkippableFact]
    public void CancellingEndsAProgramThatHasReadItsInput()
    {
        using OpenSshHost host = server.Connect();
        host.GetFacts(CancellationToken.None);
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1));

        Assert.ThrowsAny<OperationCanceledException>(() => host.Run(new ProgramCall("sh", "-c", "cat > /dev/null; sleep 4712.5; :") { Input = new byte[200_000] }, cancel.Token));

        AssertEnds("sleep", "4712.5");
    }

    [SkippableFact]
    public void ATimeOutEndsTheProgramThereToo()
    {
        using OpenSshHost host = server.Connect();
        host.GetFacts(CancellationToken.None);

        HostException error = Assert.Throws<HostException>(
            () => host.Run(new ProgramCall("sleep", "4713.5") { Timeout = TimeSpan.FromSeconds(1) }, CancellationToken.None));

        Assert.Equal(HostErrorKind.TimedOut, error.Kind);
        AssertEnds("sleep", "4713.5");
    }

    [SkippableFact]
    public void AKeyThatTheServerDoesNotKnowIsRefused()
    {
        using OpenSshHost host = server.Connect("stranger.config");

        Assert.Equal(HostErrorKind.Refused, Assert.Throws<HostException>(() => host.GetFacts(CancellationToken.None)).Kind);
    }

    [SkippableFact]
    public void AServerThatKnownHostsDoesNotKnowIsRefused()
    {
        using OpenSshHost host = server.Connect("unknown");

        HostException error = Assert.Throws<HostException>(() => host.GetFacts(CancellationToken.None));

        Assert.Equal(HostErrorKind.Refused, error.Kind);
        Assert.Contains("known_hosts", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(server.In("absent")), "The unknown key was taken down.");
    }

    [SkippableFact]
    public void APortWhereNobodyListensIsUnreachable()
    {
        server.Require();
        using var host = new OpenSshHost("ssh://127.0.0.1:1", server.Options());

        Assert.Equal(HostErrorKind.Unreachable, Assert.Throws<HostException>(() => host.GetFacts(CancellationToken.None)).Kind);
    }

    [SkippableFact]
    public void AJumpHostIsTakenFromTheConfiguration()
    {
        server.Require();
        int before = Connections();
        using var host = new OpenSshHost("ssh://behind", server.Options());

        Assert.Equal("there\n", Encoding.ASCII.GetString(host.Run(new ProgramCall("echo", "there"), CancellationToken.None).Output));
        Assert.Equal(before + 2, Connections());
    }

    [SkippableFact]
    public void FactsAreThoseOfTheMachine()
    {
        using OpenSshHost host = server.Connect();
        using var local = new LocalHost();

        HostFacts expected = local.GetFacts(CancellationToken.None);

        Assert.Equal(expected with { PendingRestart = null }, host.GetFacts(CancellationToken.None) with { PendingRestart = null });
    }

    [SkippableFact]
    public void FilesAreFoundListedReadHashedAndCopied()
    {
        using OpenSshHost host = server.Connect();

        HostFileChecks.Reading(host, _folder);
    }

    [SkippableFact]
    public void AFileIsWrittenWholeAndKeepsItsPermissions()
    {
        using OpenSshHost host = server.Connect();

        HostFileChecks.Writing(host, _folder);
    }

    [SkippableFact]
    public void WhatCannotBeReadSaysWhy()
    {
        using OpenSshHost host = server.Connect();

        HostFileChecks.Errors(host, _folder);
    }

    [SkippableFact]
    public void AScriptGetsItsJsonAndGivesTextAndErrors()
    {
        ExternalProgram.Require("pwsh");
        using OpenSshHost host = server.Connect();

        ScriptResult result = host.RunScript(new ScriptCall("test", "param([string]$Json) (ConvertFrom-Json $Json).text; Write-Error 'bad'") { Json = "{\"text\":\"it's 你\"}" }, CancellationToken.None);

        Assert.Equal("it's 你", result.Output);
        Assert.Equal(["bad"], result.Errors);
    }

    [SkippableTheory]
    [InlineData("ssh://-oProxyCommand=x")]
    [InlineData("ssh://-l@host")]
    [InlineData("ssh://ho st")]
    [InlineData("ssh://host;ls")]
    [InlineData("ssh://$(ls)")]
    [InlineData("ssh://host/`ls`")]
    [InlineData("ssh://us'er@host")]
    [InlineData("ssh://host:0")]
    [InlineData("ssh://host:65536")]
    [InlineData("ssh://host:-1")]
    [InlineData("ssh://")]
    [InlineData("ssh://user%0a@host")]
    public void ANameThatIsNoneIsRefused(string name) => Assert.Throws<ArgumentException>(() => OpenSshDestination.Parse(name));

    [Theory]
    [InlineData("ssh://host", null, "host", null)]
    [InlineData("ssh://root@db2.example.org:2222/", "root", "db2.example.org", 2222)]
    [InlineData("ssh://[fe80::1%25eth0]:22", null, "fe80::1%25eth0", 22)]
    [InlineData("ssh://::1", null, "::1", null)]
    [InlineData("ssh://CORP\\admin@win", "CORP\\admin", "win", null)]
    [InlineData("ssh://admin%40corp.example@win", "admin@corp.example", "win", null)]
    public void ANameIsTakenApart(string name, string? user, string host, int? port) =>
        Assert.Equal(new OpenSshDestination(user, host, port), OpenSshDestination.Parse(name));

    private static void AssertEnds(params string[] command)
    {
        string looked = string.Join('\0', command);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(10))
        {
            if (!CommandLines().Any(line => line.Contains(looked, StringComparison.Ordinal)))
            {
                return;
            }

            Thread.Sleep(100);
        }

        Assert.Fail(string.Join(' ', command) + " goes on at the far end.");
    }

    private static IEnumerable<string> Masters() => CommandLines().Select(line => line.Replace('\0', ' '));

    private static IEnumerable<string> CommandLines()
    {
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            string line = string.Empty;
            try
            {
                line = char.IsAsciiDigit(Path.GetFileName(folder)[0]) ? File.ReadAllText(Path.Combine(folder, "cmdline")) : string.Empty;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }

            yield return line;
        }
    }

    private int Connections()
    {
        server.Require();
        return File.ReadLines(server.In("log")).Count(line => line.Contains("Accepted publickey", StringComparison.Ordinal));
    }
}
