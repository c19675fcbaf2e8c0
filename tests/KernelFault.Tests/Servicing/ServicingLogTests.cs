using System.Text;
using KernelFault.Servicing;

namespace KernelFault.Tests.Servicing;

/// <summary>Real logs of Windows' servicing; the numbers were counted by other programs.</summary>
public sealed class ServicingLogTests
{
    [SkippableFact]
    public void AScanThatFoundNothingIsCompleteAndHasNoProblems()
    {
        SystemFileScan scan = Scan("sfc-details-1.txt");

        Assert.True(scan.IsComplete);
        Assert.Empty(scan.Problems);
        Assert.Equal(17018, scan.ComponentCount);
        Assert.Equal(new DateTime(2025, 9, 17, 11, 21, 12), scan.StartTime);
        Assert.Equal(new DateTime(2025, 9, 17, 11, 23, 7), scan.EndTime);
    }

    [SkippableFact]
    public void AFileThatIsRepairedAndThenCannotBeIsNotRepaired()
    {
        SystemFileScan scan = Scan("sfc-details-cannot-repair.txt");

        Assert.Equal(17, scan.Problems.Count);
        Assert.All(scan.Problems, problem => Assert.False(problem.IsRepaired));
        SystemFileProblem ntdll = scan.Problems.Single(problem => problem.FileName == "ntdll.dll");
        Assert.Equal("Microsoft-Windows-Ntdll", ntdll.Component);
        Assert.Equal("10.0.19041.2788", ntdll.Version);
        Assert.Equal("file is missing", ntdll.Reason);
        Assert.Equal([@"C:\Windows\System32\ntdll.dll"], ntdll.Paths);
        Assert.Equal("x86", scan.Problems.Single(problem => problem.FileName == "System.Data.dll").Architecture);
        Assert.Equal("dual_netwns64.inf", scan.Problems.Single(problem => problem.FileName == "NETwNs64.sys").Component);
        Assert.Equal(14, scan.Problems.Sum(problem => problem.Paths.Count));
    }

    [SkippableFact]
    public void OnlyTheLinesOfTheRunCount()
    {
        SystemFileScan scan = Scan("sfc-details-cannot-repair.txt", new DateTime(2023, 5, 23, 13, 0, 0));

        Assert.Equal(
            ["comctl32.dll", "micaut.dll", "msyh.ttc", "ntdll.dll", "wdscore.dll", "WPTaskScheduler.dll"],
            scan.Problems.Select(problem => problem.FileName).Intersect(["msyh.ttc", "ntdll.dll", "wdscore.dll", "WPTaskScheduler.dll", "comctl32.dll", "micaut.dll", "winload.exe"]).Order(StringComparer.OrdinalIgnoreCase));
        Assert.True(scan.IsComplete);
    }

    [Fact]
    public void TheFormOfWindows7IsReadToo()
    {
        // Built after the form that Windows 7 and Server 2008 R2 write.
        const string log = """
            2016-03-01 10:00:00, Info                  CSI    00000009 [SR] Verifying 100 (0x0000000000000064) components
            2016-03-01 10:00:01, Info                  CSI    0000000b [SR] Cannot repair member file [l:24{12}]"utc.app.json" of Microsoft-Windows-Unified-Telemetry-Client, Version = 6.1.7601.18869, pA = PROCESSOR_ARCHITECTURE_AMD64 (9), Culture neutral, VersionScope = 1 nonSxS, PublicKeyToken = {l:8 b:31bf3856ad364e35}, Type neutral, TypeName neutral, PublicKey neutral in the store, hash mismatch
            2016-03-01 10:00:02, Info                  CSI    0000000c [SR] Could not reproject corrupted file [ml:520{260},l:110{55}]"\??\C:\ProgramData\Microsoft\Diagnosis\DownloadedSettings"\[l:24{12}]"utc.app.json"; source file in store is also corrupted
            2016-03-01 10:00:03, Info                  CSI    0000000d [SR] Repairing corrupted file [ml:520{260},l:46{23}]"\??\C:\Windows\System32"\[l:24{12}]"autochk.exe" from store
            2016-03-01 10:00:04, Info                  CSI    0000000e [SR] Repair complete
            """;

        SystemFileScan scan = SystemFileScanReader.Read(ServicingLogReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(log))), since: null);

        Assert.Equal(100, scan.ComponentCount);
        Assert.Equal(["not repaired utc.app.json", "repaired autochk.exe"], scan.Problems.Select(problem => problem.ToString()));
        Assert.Equal("amd64", scan.Problems[0].Architecture);
        Assert.Equal("6.1.7601.18869", scan.Problems[0].Version);
        Assert.Equal("hash mismatch", scan.Problems[0].Reason);
        Assert.Equal([@"C:\ProgramData\Microsoft\Diagnosis\DownloadedSettings\utc.app.json"], scan.Problems[0].Paths);
        Assert.Equal([@"C:\Windows\System32\autochk.exe"], scan.Problems[1].Paths);
    }

    [SkippableFact]
    public void AScanThatWasEndedIsNotComplete()
    {
        string[] lines = File.ReadAllLines(Corpus.File("captures/windows/sfc-details-1.txt"));
        byte[] cut = Encoding.UTF8.GetBytes(string.Join("\r\n", lines.Take(lines.Length - 1)));

        Assert.False(SystemFileScanReader.Read(ServicingLogReader.Read(new MemoryStream(cut)), since: null).IsComplete);
    }

    [SkippableFact]
    public void AStoreThatWasRepairedHasItsSummary()
    {
        ComponentStoreCheck check = Assert.Single(Read("cbs-2.log", lines => ComponentStoreCheckReader.Read(lines, null)));

        Assert.Equal("Detect and Repair", check.Operation);
        Assert.Equal(0u, check.Result);
        Assert.Equal((9, 9, 282L), (check.DetectedCount, check.RepairedCount, check.Seconds));
        Assert.Equal(9, check.Problems.Count);
        Assert.All(check.Problems, problem => Assert.True(problem.IsRepaired));
        Assert.Equal(
            new ComponentStoreProblem("CSI Payload Corrupt", true, "amd64_windows-defender-management-powershell_31bf3856ad364e35_10.0.18362.1_none_b620cb061e8a941c", "MSFT_MpComputerStatus.cdxml"),
            check.Problems[0]);
    }

    [SkippableFact]
    public void TheRunsOfDismAreToldApart()
    {
        IReadOnlyList<DismSession> sessions = Read("dism-1.log", lines => DismLogReader.Read(lines, null));

        Assert.Equal(15, sessions.Count);
        DismSession missing = sessions.Single(session => session.StartTime == new DateTime(2023, 5, 17, 12, 5, 3));
        Assert.Equal(@"dism  /online /cleanup-image /restorehealth /source:I:\sources\install.wim /limitaccess", missing.CommandLine);
        Assert.Equal(0x800F081Fu, missing.ErrorCode);
        Assert.Equal((true, false), (missing.IsComplete, missing.IsRestartRequired));
        Assert.Null(sessions.Single(session => session.StartTime == new DateTime(2023, 5, 17, 12, 4, 53)).CommandLine);
        Assert.Null(sessions.Single(session => session.StartTime == new DateTime(2023, 5, 17, 8, 56, 32)).ErrorCode);
        Assert.Equal(6, sessions.Count(session => !session.IsComplete));
    }

    [Fact]
    public void ALineIsNeverLongerThanItMayBe()
    {
        byte[] log = Encoding.ASCII.GetBytes("2025-09-17 11:21:12, Info                  CSI    " + new string('x', 1_000_000) + "\r\n2025-09-17 11:21:13, Info                  CSI    y");

        ServicingLogLine[] lines = [.. ServicingLogReader.Read(new MemoryStream(log))];

        Assert.Equal(2, lines.Length);
        Assert.InRange(lines[0].Text.Length, 60_000, 65_536);
        Assert.Equal("y", lines[1].Text);
    }

    private static SystemFileScan Scan(string capture, DateTime? since = null) => Read(capture, lines => SystemFileScanReader.Read(lines, since));

    private static T Read<T>(string capture, Func<IEnumerable<ServicingLogLine>, T> read)
    {
        using FileStream log = File.OpenRead(Corpus.File("captures/windows/" + capture));
        return read(ServicingLogReader.Read(log));
    }
}
