using System.Text.Json;
using KernelFault.Health;
using KernelFault.Hosts;

namespace KernelFault.Tests.Health;

public class WindowsCrashCaptureTests
{
    private const long MegaByte = 1024 * 1024;

    private static readonly WindowsCrashCapture s_good = new()
    {
        DumpType = WindowsDumpType.Automatic, DumpFile = @"C:\Windows\MEMORY.DMP", MinidumpFolder = @"C:\Windows\Minidump", MinidumpCount = null, Overwrites = true, DumpFileExists = false,
        RestartsAutomatically = true, WritesEvent = true, AlwaysKeeps = false, DedicatedDumpFile = null, DedicatedDumpFileBytes = null, IgnoresPageFileSize = false,
        PageFiles = [new WindowsPageFile(@"?:\pagefile.sys", 0, 0)], SystemDrive = "C:", MemoryBytes = 16384 * MegaByte, FreeBytes = 100_000 * MegaByte, IsInDomain = false,
    };

    private static readonly WindowsPageFile[] s_fixed = [new(@"C:\pagefile.sys", 1024 * MegaByte, 4096 * MegaByte)];

    public static TheoryData<string, WindowsCrashCapture, bool?, string[]> Cases => new()
    {
        { "as Windows sets it up", s_good, true, [] },
        { "off", s_good with { DumpType = WindowsDumpType.None }, false, ["DumpOff"] },
        { "a type that is not documented", s_good with { DumpType = null }, null, ["DumpTypeUnknown"] },
        { "no page file", s_good with { PageFiles = [] }, false, ["NoPageFile"] },
        { "page file on another drive only", s_good with { PageFiles = [new WindowsPageFile(@"D:\pagefile.sys", 0, 0)] }, false, ["NoPageFile"] },
        { "dedicated file instead", s_good with { PageFiles = [], DedicatedDumpFile = @"D:\dedicated.dmp" }, true, [] },
        { "dedicated file too small", s_good with { PageFiles = [], DedicatedDumpFile = @"D:\dedicated.dmp", DedicatedDumpFileBytes = 100 * MegaByte }, false, ["DedicatedFileSmall"] },
        { "page file may not do", s_good with { PageFiles = s_fixed }, true, ["PageFileSmall"] },
        { "page file is not looked at", s_good with { PageFiles = s_fixed, IgnoresPageFileSize = true }, true, [] },
        { "page file too small for all memory", s_good with { DumpType = WindowsDumpType.Complete, PageFiles = s_fixed }, false, ["PageFileSmall"] },
        { "page file of one byte less than all memory needs", s_good with { DumpType = WindowsDumpType.Complete, PageFiles = [new(@"c:\p.sys", 1, (16384 + 257) * MegaByte - 1)] }, false, ["PageFileSmall"] },
        { "page file of just enough", s_good with { DumpType = WindowsDumpType.Complete, PageFiles = [new(@"c:\p.sys", 1, (16384 + 257) * MegaByte)] }, true, [] },
        { "small dump in a small page file", s_good with { DumpType = WindowsDumpType.Small, PageFiles = [new(@"C:\p.sys", 1, 2 * MegaByte)] }, true, ["SmallOnly"] },
        { "old dump stays", s_good with { Overwrites = false, DumpFileExists = true }, false, ["OldDumpStays"] },
        { "old dump would stay", s_good with { Overwrites = false, DumpFileExists = null }, true, ["OldDumpStays"] },
        { "no old dump yet", s_good with { Overwrites = false }, true, [] },
        { "disk full", s_good with { FreeBytes = 100 * MegaByte }, false, ["DiskNearlyFull", "MayBeDeleted"] },
        { "less than 25 GB free", s_good with { FreeBytes = 25599 * MegaByte }, true, ["MayBeDeleted"] },
        { "less than 25 GB free in a domain", s_good with { FreeBytes = 25599 * MegaByte, IsInDomain = true }, true, [] },
        { "less than 25 GB free and kept", s_good with { FreeBytes = 25599 * MegaByte, AlwaysKeeps = true }, true, [] },
        { "stands still", s_good with { RestartsAutomatically = false }, true, ["StaysDown"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Judges(string what, WindowsCrashCapture capture, bool? leavesDump, string[] findings)
    {
        CrashCapture verdict = CrashCaptureReader.Of("srv1", capture);

        Assert.True(findings.SequenceEqual(verdict.Findings.Select(finding => finding.Id)), what + ": " + string.Join(", ", verdict.Findings));
        Assert.Equal(leavesDump, verdict.LeavesDump);
        Assert.All(verdict.Findings, finding => Assert.NotNull(finding.Remedy));
    }

    [Fact]
    public void Reads_what_the_registry_and_the_machine_say()
    {
        WindowsCrashCapture capture = CrashCaptureReader.Read(Host(
            """{"name":"CrashDumpEnabled","type":4,"data":1},{"name":"FilterPages","type":4,"data":1},{"name":"DumpFile","type":2,"data":"%SystemRoot%\\MEMORY.DMP"},{"name":"AutoReboot","type":4,"data":1},{"name":"Overwrite","type":4,"data":0},{"name":"DedicatedDumpFile","type":1,"data":"D:\\dd.sys"},{"name":"DumpFileSize","type":4,"data":1000}""",
            """{"name":"PagingFiles","type":7,"data":["C:\\pagefile.sys 1024 4096","D:\\page file.sys 0 0","E:\\p.sys"]}"""), default).Windows!;

        Assert.Equal(WindowsDumpType.Active, capture.DumpType);
        Assert.Equal((@"E:\WinNT\MEMORY.DMP", @"E:\WinNT\Minidump"), (capture.DumpFile, capture.MinidumpFolder));
        Assert.Equal((false, true, "E:"), (capture.Overwrites, capture.DumpFileExists!.Value, capture.SystemDrive));
        Assert.Equal((@"D:\dd.sys", 1000 * MegaByte), (capture.DedicatedDumpFile, capture.DedicatedDumpFileBytes!.Value));
        Assert.Equal([(@"C:\pagefile.sys", 1024 * MegaByte, 4096 * MegaByte), (@"D:\page file.sys", 0, 0), (@"E:\p.sys", 0, 0)], capture.PageFiles.Select(file => (file.Path, file.InitialBytes, file.MaximumBytes)));
        Assert.Equal((17179869184L, 53687091200L, false), (capture.MemoryBytes!.Value, capture.FreeBytes!.Value, capture.IsInDomain!.Value));
    }

    [Fact]
    public void Changes_by_reg_and_keeps_how_it_was()
    {
        RecordedHost host = Host(
            """{"name":"CrashDumpEnabled","type":4,"data":0},{"name":"Overwrite","type":4,"data":1}""",
            """{"name":"PagingFiles","type":7,"data":[]}""",
            new RecordedProgram("reg.exe", "add", CrashControl.Key, "/v", "CrashDumpEnabled", "/t", "REG_DWORD", "/d", "7", "/f"),
            new RecordedProgram("reg.exe", "add", CrashControl.MemoryKey, "/v", "PagingFiles", "/t", "REG_MULTI_SZ", "/d", @"?:\pagefile.sys", "/f"));
        var options = new CrashCaptureOptions { DumpType = WindowsDumpType.Automatic, Overwrite = true, PageFile = ["Automatic"] };
        HostPlan<CrashCaptureResult> plan = new CrashCaptureChange(options).Plan(host, default);

        Assert.Equal(
            [
                @"Keep how it is now in E:\WinNT\kernelfault-crash-capture.json",
                $"Run 'reg.exe add {CrashControl.Key} /v CrashDumpEnabled /t REG_DWORD /d 7 /f'",
                $@"Run 'reg.exe add ""{CrashControl.MemoryKey}"" /v PagingFiles /t REG_MULTI_SZ /d ?:\pagefile.sys /f'",
            ],
            plan.Steps);
        Assert.DoesNotContain(host.Calls, call => call.Action is "Run" or "WriteFile");

        CrashCaptureResult result = plan.Execute(new Progress<HostProgress>(), force: false, default);

        Assert.Equal(3, result.Steps.Count);
        Assert.True(result.NeedsRestart);
        Assert.False(result.Before.LeavesDump);

        // The file that keeps it makes Restore bring back just these two.
        Assert.Equal(
            [
                $"Run 'reg.exe delete \"{CrashControl.MemoryKey}\" /v PagingFiles /f'",
            ],
            new CrashCaptureChange(new CrashCaptureOptions { Restore = true }).Plan(With(host, """{"values":[{"name":"CrashDumpEnabled","type":4,"data":"AAAAAA=="},{"name":"PagingFiles"},{"name":"Evil","type":4,"data":"AQAAAA=="}]}"""), default).Steps.Where(step => step.StartsWith("Run", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_as_wanted_needs_no_step()
    {
        HostPlan<CrashCaptureResult> plan = new CrashCaptureChange(new CrashCaptureOptions { DumpType = WindowsDumpType.Kernel }).Plan(
            Host("""{"name":"CrashDumpEnabled","type":4,"data":2}""", string.Empty), default);

        Assert.Empty(plan.Steps);
        Assert.Empty(plan.Execute(new Progress<HostProgress>(), force: false, default).Steps);
    }

    private static RecordedHost With(RecordedHost host, string state)
    {
        host.WriteFile(@"E:\WinNT\kernelfault-crash-capture.json", System.Text.Encoding.UTF8.GetBytes(state), default);
        return host;
    }

    private static RecordedHost Host(string control, string memory, params RecordedProgram[] programs) => new("srv1", new HostRecording
    {
        Facts = new HostFacts
        {
            ComputerName = "SRV1", Platform = HostPlatform.Windows, OperatingSystem = "Windows Server 2022 Standard", Version = "10.0.20348", Build = "20348.1", Architecture = "x64",
            IsElevated = true, PowerShellVersion = "5.1", BootTime = null, PendingRestart = [],
        },
        Programs = programs,
        Scripts =
        [
            new RecordedScript("registry-read", $$"""
                {"format":"kernelfault-registry 1","warnings":[],"keys":[
                {"key":{{JsonSerializer.Serialize(CrashControl.Key[5..])}},"values":[{{control}}],"subKeys":[]},
                {"key":{{JsonSerializer.Serialize(CrashControl.MemoryKey[5..])}},"values":[{{memory}}],"subKeys":[]},
                {"key":"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion","values":[{"name":"SystemRoot","type":1,"data":"E:\\WinNT"}],"subKeys":[]}]}
                """),
            new RecordedScript("windows-crash-facts", """{"memory":17179869184,"domain":false,"free":53687091200}"""),
        ],
        Files = [new RecordedFile(@"E:\WinNT\MEMORY.DMP", [1, 2, 3])],
    });
}
