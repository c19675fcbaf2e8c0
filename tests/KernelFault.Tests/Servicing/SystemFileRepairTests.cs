using System.Text;
using System.Text.Json;
using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Tests.Servicing;

/// <summary>Runs of sfc in seven languages; those that are no real captures were built after its documented form.</summary>
public sealed class SystemFileRepairTests
{
    [Theory]
    [InlineData("sfc-healthy-en", RepairStatus.Healthy, 0, 0)]
    [InlineData("sfc-repaired-de", RepairStatus.Repaired, 1, 0)]
    [InlineData("sfc-repaired-restart-tr", RepairStatus.RestartPending, 1, 0)]
    [InlineData("sfc-not-repairable-zh", RepairStatus.NotRepairable, 1, 1)]
    [InlineData("sfc-verify-damaged-ru", RepairStatus.Damaged, 0, 1)]
    [InlineData("sfc-refused-restart-ja", RepairStatus.RestartPending, 0, 0)]
    [InlineData("sfc-failed-fr", RepairStatus.Failed, 0, 0)]
    [InlineData("sfc-driver-repaired-en", RepairStatus.Repaired, 1, 0)]
    [InlineData("sfc-cancelled-de", RepairStatus.Cancelled, 0, 0)]
    [InlineData("sfc-rotated-log-ru", RepairStatus.Repaired, 1, 0)]
    public void ARunIsJudgedByItsLogAndItsStructureInEveryLanguage(string recording, RepairStatus expected, long repaired, long notRepaired)
    {
        SystemFileRepairResult result = ServicingRecordings.Do(new SystemFileRepair(new() { VerifyOnly = recording.Contains("verify", StringComparison.Ordinal) }), ServicingRecordings.Play(recording));

        Assert.Equal((expected, repaired, notRepaired), (result.Status, result.RepairedCount, result.NotRepairedCount));
        Assert.Empty(result.Warnings);
        Assert.Equal(expected == RepairStatus.Healthy, result.NextSteps.Count == 0);
        Assert.Equal(["sfc.exe " + (result.VerifyOnly ? "/verifyonly" : "/scannow")], result.Steps.Select(step => step.Text));
    }

    [Fact]
    public void AFileThatCannotBeRepairedHasItsComponentAndReason()
    {
        SystemFileRepairResult result = ServicingRecordings.Do(new SystemFileRepair(new()), ServicingRecordings.Play("sfc-not-repairable-zh"));

        SystemFileProblem ntdll = result.Files.Single(file => !file.IsRepaired);
        Assert.Equal(("ntdll.dll", "Microsoft-Windows-Ntdll", "file is missing"), (ntdll.FileName, ntdll.Component, ntdll.Reason));
        Assert.Equal([@"C:\Windows\System32\ntdll.dll"], ntdll.Paths);
        Assert.Equal(142, result.ComponentCount);
        Assert.StartsWith("Windows 资源保护找到了损坏文件", result.Message, StringComparison.Ordinal);
        Assert.Contains(result.NextSteps, step => step.Contains("Repair-ComponentStore", StringComparison.Ordinal));
    }

    [Fact]
    public void ADriversFileIsFoundInThePartOfTheLogThatIsNotSfcsOwn()
    {
        SystemFileProblem file = Assert.Single(ServicingRecordings.Do(new SystemFileRepair(new()), ServicingRecordings.Play("sfc-driver-repaired-en")).Files);

        Assert.Equal(("bthmodem.sys", true, "corrupt file"), (file.FileName, file.IsRepaired, file.Reason));
        Assert.Equal([@"C:\Windows\System32\drivers\bthmodem.sys"], file.Paths);
    }

    [Fact]
    public void TheLogThatWasRotatedAndPackedDuringTheRunIsReadToo()
    {
        SystemFileRepairResult result = ServicingRecordings.Do(new SystemFileRepair(new()), ServicingRecordings.Play("sfc-rotated-log-ru"));

        Assert.Equal([@"C:\Windows\Logs\CBS\CbsPersist_20260310090200.cab", ServicingRecordings.CbsLog], result.LogPaths);
        Assert.Equal("hash mismatch", Assert.Single(result.Files).Reason);
        Assert.Equal(142, result.ComponentCount);
    }

    [Fact]
    public void OneFileIsAskedForByItsPath()
    {
        SystemFileRepairResult result = ServicingRecordings.Do(
            new SystemFileRepair(new() { VerifyOnly = true, Path = @"C:\Windows\System32\kernel32.dll" }), ServicingRecordings.Play("sfc-one-file-zh"));

        Assert.Equal((RepairStatus.Healthy, 1L), (result.Status, result.ComponentCount));
        Assert.Equal(@"sfc.exe /verifyfile=C:\Windows\System32\kernel32.dll", Assert.Single(result.Steps).Text);
    }

    [Fact]
    public void AnOfflineWindowsIsRepairedByTheMachineThatSeesIt()
    {
        SystemFileRepairResult result = ServicingRecordings.Do(new SystemFileRepair(new() { WindowsDirectory = @"E:\Windows" }), ServicingRecordings.Play("sfc-offline-en"));

        Assert.Equal(RepairStatus.Healthy, result.Status);
        Assert.Equal([@"E:\Windows\Logs\CBS\sfc-offline.log"], result.LogPaths);
        Assert.Equal(100, result.ComponentCount);
    }

    [SkippableTheory]
    [InlineData("sfc-details-1.txt", "2025-09-17T11:21:12", "2025-09-17T11:23:08", RepairStatus.Healthy, 0)]
    [InlineData("sfc-details-cannot-repair.txt", "2023-05-23T10:15:31", "2023-05-23T10:17:00", RepairStatus.NotRepairable, 11)]
    public void RealLogsAreReadByTheTimeOfTheRun(string capture, string begin, string end, RepairStatus expected, int files)
    {
        byte[] log = File.ReadAllBytes(Corpus.File("captures/windows/" + capture));
        byte[] output = Encoding.Unicode.GetBytes("\r\nVerification 0% complete.\rVerification 100% complete.\r\n\r\n" + (files == 0 ? "" : @"C:\Windows\Logs\CBS\CBS.log") + "\r\n");
        using RecordedHost host = ServicingRecordings.Machine(new RecordedProgram("sfc.exe", "/scannow") { Output = output }, begin, end, new RecordedFile(ServicingRecordings.CbsLog, log));

        SystemFileRepairResult result = ServicingRecordings.Do(new SystemFileRepair(new()), host);

        Assert.Equal((expected, files), (result.Status, result.Files.Count));
        Assert.All(result.Files, file => Assert.NotNull(file.Component));
    }

    [Fact]
    public void ThePlanRunsNothingAndNamesTheProgram()
    {
        using RecordedHost host = ServicingRecordings.Play("sfc-healthy-en");

        HostPlan<SystemFileRepairResult> plan = new SystemFileRepair(new()).Plan(host, CancellationToken.None);

        Assert.Equal(["Run 'sfc.exe /scannow'"], plan.Steps);
        Assert.Empty(plan.Guards);
        Assert.Empty(ServicingRecordings.Changes(host));
    }

    [Fact]
    public void TheProgressIsTheProgramsOwn()
    {
        var told = new ServicingRecordings.Told();

        new SystemFileRepair(new()).Plan(ServicingRecordings.Play("sfc-repaired-restart-tr"), CancellationToken.None).Execute(told, force: false, CancellationToken.None);

        Assert.Null(told.All[0].Percentage);
        double?[] percentages = [.. told.All.Skip(1).Select(progress => progress.Percentage)];
        Assert.True(percentages.Length > 5);
        Assert.Equal(percentages.Order(), percentages);
        Assert.Equal(100, percentages[^1]);
    }

    [Fact]
    public void CancellingEndsTheRunAtOnce()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        HostPlan<SystemFileRepairResult> plan = new SystemFileRepair(new()).Plan(ServicingRecordings.Play("sfc-hour-de"), CancellationToken.None);
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.ThrowsAny<OperationCanceledException>(() => plan.Execute(new ServicingRecordings.Told(), force: false, cancellation.Token));
        Assert.InRange(clock.ElapsedMilliseconds, 200, 5000);
    }

    [Fact]
    public void ALogThatCannotBeReadLeavesAWarningAndNoGuess()
    {
        HostRecording recording = ServicingRecordings.Load("sfc-repaired-de") with { Files = [] };

        SystemFileRepairResult result = ServicingRecordings.Do(new SystemFileRepair(new()), new RecordedHost("pc", recording));

        Assert.Equal(RepairStatus.Damaged, result.Status);
        Assert.Equal(2, result.Warnings.Count);
    }

    [Fact]
    public void TheResultSurvivesJson()
    {
        using JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize(ServicingRecordings.Do(new SystemFileRepair(new()), ServicingRecordings.Play("sfc-not-repairable-zh"))));

        Assert.Equal(2, json.RootElement.GetProperty("Files").GetArrayLength());
        Assert.Equal((long)RepairStatus.NotRepairable, json.RootElement.GetProperty("Status").GetInt64());
    }

    [Theory]
    [InlineData("kernel32.dll", null, null)]
    [InlineData(@"C:\Windows\*.dll", null, null)]
    [InlineData("C:\\a\" /x", null, null)]
    [InlineData(null, @"Windows", null)]
    [InlineData(null, null, @"D:\")]
    public void APathThatIsNoneIsRefusedBeforeAnyMachineIsAsked(string? path, string? windows, string? boot) =>
        Assert.Throws<ArgumentException>(() => new SystemFileRepair(new() { Path = path, WindowsDirectory = windows, BootDirectory = boot }));
}
