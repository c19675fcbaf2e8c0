using System.Text;
using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

public sealed class RecordedHostTests : IDisposable
{
    private const string Index = """
        {
          // What was typed on the machine.
          "facts": { "computerName": "WIN1", "platform": "Windows", "isElevated": true, "oemCodePage": 936 },
          "programs": [
            { "program": "fltmc.exe", "arguments": ["filters"], "output": "fltmc.txt" },
            { "program": "sc.exe", "arguments": ["query", "a b"], "exitCode": 1060 },
            { "program": "twice.exe", "output": "one" },
            { "program": "twice.exe", "output": "fltmc.txt" },
            { "program": "gone.exe", "failure": "NotFound" }
          ],
          "scripts": [ { "name": "inventory", "output": "one", "errors": ["a warning"] } ],
          "files": [ { "path": "C:\\Windows\\INF\\x.inf", "content": "one" }, { "path": "C:\\Windows\\win.ini", "content": "fltmc.txt" } ],
          "log": "calls"
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("kf-test-").FullName;

    public RecordedHostTests()
    {
        File.WriteAllText(Path.Combine(_folder, "recording.json"), Index);
        File.WriteAllText(Path.Combine(_folder, "one"), "1");
        File.WriteAllBytes(Path.Combine(_folder, "fltmc.txt"), [0xFF, 0xFE, 0x31, 0]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatWasAskedIsWrittenDownForOthers()
    {
        using (RecordedHost host = Load())
        {
            host.Run(new ProgramCall("fltmc.exe", "filters"), CancellationToken.None);
            host.WriteFile("C:\\x", [1], CancellationToken.None);
            Assert.Throws<InvalidOperationException>(() => host.Run(new ProgramCall("format.com"), CancellationToken.None));
        }

        Assert.Equal(["Run fltmc.exe filters", "WriteFile C:\\x", "Run format.com"], File.ReadAllLines(Path.Combine(_folder, "calls")));
    }

    [Fact]
    public void AProgramsOutputComesByteForByte()
    {
        using RecordedHost host = Load();

        Assert.Equal([0xFF, 0xFE, 0x31, 0], host.Run(new ProgramCall("FLTMC.exe", "filters"), CancellationToken.None).Output);
        Assert.Equal(1060, host.Run(new ProgramCall("sc.exe", "query", "a b"), CancellationToken.None).ExitCode);
        Assert.Equal(["Run FLTMC.exe filters", "Run sc.exe query a b"], host.Calls.Select(call => call.ToString()));
        Assert.Equal(936, host.GetFacts(CancellationToken.None).OemCodePage);
    }

    [Fact]
    public void ARecordingMayTellHowFarItsMachinesClockWasAhead()
    {
        using RecordedHost silent = Load();
        File.WriteAllText(Path.Combine(_folder, "recording.json"), """{ "facts": { "platform": "Linux", "clockAheadSeconds": -600.5 } }""");
        using RecordedHost behind = Load();
        DateTime noon = new(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc);

        Assert.Null(silent.GetFacts(CancellationToken.None).ClockAheadSeconds);
        Assert.Equal(noon, silent.GetFacts(CancellationToken.None).ByItsClock(noon));
        Assert.Equal(noon.AddSeconds(-600.5), behind.GetFacts(CancellationToken.None).ByItsClock(noon));
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(-1e300)]
    public void NoDifferenceOfClocksLeadsOutOfTheTimesThereAre(double ahead)
    {
        HostFacts facts = Load().GetFacts(CancellationToken.None) with { ClockAheadSeconds = ahead };

        Assert.Equal(ahead > 0 ? DateTime.MaxValue : DateTime.MinValue, facts.ByItsClock(DateTime.UtcNow));
    }

    [Fact]
    public void TheSameCallGetsItsAnswersInTurnAndTheLastOneForEver()
    {
        using RecordedHost host = Load();

        Assert.Equal([1, 4, 4], Enumerable.Range(0, 3).Select(_ => host.Run(new ProgramCall("twice.exe"), CancellationToken.None).Output.Length));
    }

    [Fact]
    public void ACallThatWasNotRecordedIsNamed()
    {
        using RecordedHost host = Load();

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => host.Run(new ProgramCall("fltmc.exe", "unload", "x"), CancellationToken.None));

        Assert.Contains("fltmc.exe unload x", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => host.RunScript(new ScriptCall("other", "x"), CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => host.Restart(TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public void AFailureIsPlayedAgain()
    {
        using RecordedHost host = Load();

        Assert.Equal(HostErrorKind.NotFound, Assert.Throws<HostException>(() => host.Run(new ProgramCall("gone.exe"), CancellationToken.None)).Kind);
    }

    [Fact]
    public void AScriptIsFoundByItsName()
    {
        using RecordedHost host = Load();

        ScriptResult result = host.RunScript(new ScriptCall("inventory", "whatever"), CancellationToken.None);

        Assert.Equal("1", result.Output);
        Assert.Equal(["a warning"], result.Errors);
    }

    [Fact]
    public void FilesAreThereWithTheirFolders()
    {
        using RecordedHost host = Load();

        Assert.Equal("1", Encoding.ASCII.GetString(host.ReadFile("c:\\windows\\inf\\X.INF", 10, CancellationToken.None)));
        Assert.Equal(["C:\\Windows\\INF", "C:\\Windows\\win.ini"], host.ListFiles("C:\\Windows\\", CancellationToken.None).Select(file => file.Path));
        Assert.True(host.FindFile("C:\\Windows", CancellationToken.None)!.IsFolder);
        Assert.Null(host.FindFile("C:\\Users", CancellationToken.None));
        Assert.Equal("6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", host.HashFile("C:\\Windows\\INF\\x.inf", CancellationToken.None));

        host.WriteFile("C:\\new", [7], CancellationToken.None);
        Assert.Equal([7], host.ReadFile("C:\\new", 1, CancellationToken.None));
        Assert.Equal(HostErrorKind.NotFound, Assert.Throws<HostException>(() => host.ReadFile("C:\\absent", 1, CancellationToken.None)).Kind);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"facts\":{},\"programms\":[]}")]
    [InlineData("{\"facts\":{},\"files\":[{\"path\":\"x\",\"content\":\"../../etc/passwd\"}]}")]
    [InlineData("no JSON")]
    public void AnIndexOfAnotherShapeIsRefused(string index)
    {
        File.WriteAllText(Path.Combine(_folder, "recording.json"), index);

        Assert.Throws<InvalidDataException>(() => HostRecording.Load(_folder));
    }

    private RecordedHost Load() => new("WIN1", HostRecording.Load(_folder));
}
