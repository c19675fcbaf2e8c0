using System.Text;
using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Tests.Servicing;

/// <summary>Runs of DISM; those that are no real captures were built after its documented form.</summary>
public sealed class ComponentStoreRepairTests
{
    [Theory]
    [InlineData("dism-check-healthy", ComponentStoreOperation.CheckHealth, RepairStatus.Healthy, null, null)]
    [InlineData("dism-check-repairable", ComponentStoreOperation.CheckHealth, RepairStatus.Damaged, null, null)]
    [InlineData("dism-check-not-repairable", ComponentStoreOperation.CheckHealth, RepairStatus.NotRepairable, null, null)]
    [InlineData("dism-scan-damaged", ComponentStoreOperation.ScanHealth, RepairStatus.Damaged, 1L, 0L)]
    [InlineData("dism-restored", ComponentStoreOperation.RestoreHealth, RepairStatus.Repaired, 1L, 1L)]
    [InlineData("dism-half-restored", ComponentStoreOperation.RestoreHealth, RepairStatus.NotRepairable, 3L, 2L)]
    [InlineData("dism-cleanup-restart", ComponentStoreOperation.StartComponentCleanup, RepairStatus.RestartPending, null, null)]
    public void ARunIsJudgedByItsExitCodeAndItsLogs(string recording, ComponentStoreOperation operation, RepairStatus expected, long? detected, long? repaired)
    {
        ComponentStoreRepairResult result = ServicingRecordings.Do(new ComponentStoreRepair(new() { Operation = operation }), ServicingRecordings.Play(recording));

        Assert.Equal((expected, detected, repaired), (result.Status, result.DetectedCount, result.RepairedCount));
        Assert.Empty(result.Warnings);
        Assert.Equal([ServicingRecordings.CbsLog, ServicingRecordings.DismLog], result.LogPaths);
        Assert.Equal($"dism.exe /English /Online /Cleanup-Image /{operation}", Assert.Single(result.Steps).Text);
    }

    [Fact]
    public void ASourceThatIsMissingIsSaidWithWhatToDo()
    {
        ComponentStoreRepairResult result = ServicingRecordings.Do(
            new ComponentStoreRepair(new() { Source = [@"wim:E:\sources\install.wim:1"], LimitAccess = true }), ServicingRecordings.Play("dism-source-missing"));

        Assert.Equal(RepairStatus.NotRepairable, result.Status);
        Assert.Equal((0x800F081Fu, "CBS_E_SOURCE_MISSING"), (result.Error!.Code, result.Error.Name));
        Assert.Equal(-2146498529, result.ExitCode);
        Assert.Equal(result.Error.Remedy, result.NextSteps[0]);
        Assert.Equal(2, result.DetectedCount);
    }

    [Theory]
    [InlineData(unchecked((int)0x800F081F), RepairStatus.NotRepairable, "CBS_E_SOURCE_MISSING")]
    [InlineData(unchecked((int)0x800F0906), RepairStatus.NotRepairable, "CBS_E_DOWNLOAD_FAILURE")]
    [InlineData(unchecked((int)0x800F0907), RepairStatus.NotRepairable, "CBS_E_GROUPPOLICY_DISALLOWED")]
    [InlineData(unchecked((int)0x80073712), RepairStatus.NotRepairable, "ERROR_SXS_COMPONENT_STORE_CORRUPT")]
    [InlineData(14098, RepairStatus.NotRepairable, "ERROR_SXS_COMPONENT_STORE_CORRUPT")]
    [InlineData(unchecked((int)0x800F0922), RepairStatus.Failed, "CBS_E_INSTALLERS_FAILED")]
    [InlineData(1726, RepairStatus.Failed, "RPC_S_CALL_FAILED")]
    [InlineData(3017, RepairStatus.RestartPending, "ERROR_FAIL_REBOOT_REQUIRED")]
    [InlineData(3010, RepairStatus.RestartPending, "ERROR_SUCCESS_REBOOT_REQUIRED")]
    [InlineData(87, RepairStatus.Failed, "E_INVALIDARG")]
    [InlineData(50, RepairStatus.Failed, "ERROR_NOT_SUPPORTED")]
    [InlineData(11, RepairStatus.Failed, "ERROR_BAD_FORMAT")]
    [InlineData(2, RepairStatus.Failed, "ERROR_FILE_NOT_FOUND")]
    [InlineData(740, RepairStatus.Failed, "ERROR_ELEVATION_REQUIRED")]
    [InlineData(1223, RepairStatus.Cancelled, "ERROR_CANCELLED")]
    [InlineData(unchecked((int)0x800704C7), RepairStatus.Cancelled, "ERROR_CANCELLED")]
    [InlineData(unchecked((int)0xC000013A), RepairStatus.Cancelled, "STATUS_CONTROL_C_EXIT")]
    public void EveryExitCodeHasItsStatusMeaningAndRemedy(int exitCode, RepairStatus expected, string name)
    {
        // Words of three languages that say nothing: the exit code decides.
        foreach (string said in new[] { "Error: 1", "Fehler: 0", "错误: 0x0", "No component store corruption detected." })
        {
            using RecordedHost host = ServicingRecordings.Machine(
                new RecordedProgram("dism.exe", "/English", "/Online", "/Cleanup-Image", "/RestoreHealth") { ExitCode = exitCode, Output = Encoding.UTF8.GetBytes(said) },
                "2026-03-10T10:00:00",
                "2026-03-10T10:09:00");

            ComponentStoreRepairResult result = ServicingRecordings.Do(new ComponentStoreRepair(new()), host);

            Assert.Equal((expected, name), (result.Status, result.Error!.Name));
            Assert.NotEmpty(result.Error.Meaning!);
            Assert.NotEmpty(result.NextSteps);
        }
    }

    [Fact]
    public void AnExitCodeThatSaysNothingIsLookedUpInTheLog()
    {
        HostRecording recording = ServicingRecordings.Load("dism-source-missing");
        RecordedProgram program = recording.Programs[0] with { ExitCode = 1 };

        ComponentStoreRepairResult result = ServicingRecordings.Do(
            new ComponentStoreRepair(new() { Source = [@"wim:E:\sources\install.wim:1"], LimitAccess = true }), new RecordedHost("pc", recording with { Programs = [program] }));

        Assert.Equal(0x800F081Fu, result.Error!.Code);
    }

    [SkippableFact]
    public void TheRealLogOfARepairHasItsNumbers()
    {
        byte[] log = File.ReadAllBytes(Corpus.File("captures/windows/cbs-2.log"));
        using RecordedHost host = ServicingRecordings.Machine(
            new RecordedProgram("dism.exe", "/English", "/Online", "/Cleanup-Image", "/RestoreHealth"),
            "2019-07-29T22:34:35",
            "2019-07-29T22:39:20",
            new RecordedFile(ServicingRecordings.CbsLog, log));

        ComponentStoreRepairResult result = ServicingRecordings.Do(new ComponentStoreRepair(new()), host);

        Assert.Equal((RepairStatus.Repaired, 9L, 9L), (result.Status, result.DetectedCount!.Value, result.RepairedCount!.Value));
        Assert.Equal("MSFT_MpThreat.cdxml", result.Problems[1].FileName);
        Assert.Contains(result.Warnings, warning => warning.Contains("dism.log", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void TheRealDismLogTellsTheErrorOfThisRunAlone()
    {
        byte[] log = File.ReadAllBytes(Corpus.File("captures/windows/dism-1.log"));
        using RecordedHost host = ServicingRecordings.Machine(
            new RecordedProgram("dism.exe", "/English", "/Online", "/Cleanup-Image", "/RestoreHealth") { ExitCode = -1 },
            "2023-05-17T12:05:03",
            "2023-05-17T12:06:13",
            new RecordedFile(ServicingRecordings.DismLog, log));

        ComponentStoreRepairResult result = ServicingRecordings.Do(new ComponentStoreRepair(new()), host);

        Assert.Equal((RepairStatus.NotRepairable, 0x800F081Fu), (result.Status, result.Error!.Code));
    }

    [Theory]
    [InlineData("Es wurde keine Beschädigung des Komponentenspeichers erkannt.", """{"format":"kernelfault-component-store 1","health":0}""", RepairStatus.Healthy)]
    [InlineData("可以修复组件存储。", """{"format":"kernelfault-component-store 1","health":1}""", RepairStatus.Damaged)]
    [InlineData("Хранилище компонентов не подлежит восстановлению.", """{"format":"kernelfault-component-store 1","health":2}""", RepairStatus.NotRepairable)]
    [InlineData("?", """{"format":"kernelfault-component-store 1","health":7}""", RepairStatus.Failed)]
    [InlineData("?", """{"format":"kernelfault-component-store 1","health":"\ud800"}""", RepairStatus.Failed)]
    [InlineData("?", "[]", RepairStatus.Failed)]
    [InlineData("?", "", RepairStatus.Failed)]
    [InlineData("?", null, RepairStatus.Failed)]
    public void WordsThatAreNotUnderstoodAreAskedForAsANumber(string said, string? answer, RepairStatus expected)
    {
        HostRecording recording = ServicingRecordings.Load("dism-check-healthy");
        using var host = new RecordedHost("pc", recording with
        {
            Programs = [recording.Programs[0] with { Output = Encoding.UTF8.GetBytes(said) }],
            Scripts = [.. recording.Scripts, new RecordedScript("component-store-health", answer ?? "") { Failure = answer is null ? HostErrorKind.Failed : null }],
        });

        ComponentStoreRepairResult result = ServicingRecordings.Do(new ComponentStoreRepair(new() { Operation = ComponentStoreOperation.CheckHealth }), host);

        Assert.Equal(expected, result.Status);
        Assert.Equal(expected == RepairStatus.Failed, result.Warnings.Any(warning => warning.Contains("how the store is", StringComparison.Ordinal)));
    }

    [Fact]
    public void AnImageIsNamedByItsRoot()
    {
        using RecordedHost host = ServicingRecordings.Play("sfc-healthy-en");
        var recording = new RecordedScript("servicing-state", ServicingRecordings.State("2026-03-10T10:00:00")) { Json = """{"windows":"D:\\Windows","sample":true,"mark":false}""" };
        using var offline = new RecordedHost("pc", new HostRecording { Facts = host.GetFacts(CancellationToken.None), Scripts = [recording] });

        HostPlan<ComponentStoreRepairResult> plan = new ComponentStoreRepair(new() { Image = @"D:\", Source = [@"\\srv\Windows 11\x"] }).Plan(offline, CancellationToken.None);

        Assert.Equal([@"Run 'dism.exe /English /Image:D:\ /Cleanup-Image /RestoreHealth ""/Source:\\srv\Windows 11\x""'"], plan.Steps);
    }

    [Theory]
    [InlineData(ComponentStoreOperation.ScanHealth, @"E:\x")]
    [InlineData(ComponentStoreOperation.RestoreHealth, "")]
    [InlineData(ComponentStoreOperation.RestoreHealth, @"wim:E:\x.wim")]
    [InlineData(ComponentStoreOperation.RestoreHealth, @"wim:E:\x.wim:0")]
    [InlineData(ComponentStoreOperation.RestoreHealth, "sources\\sxs")]
    public void ASourceThatIsNoneIsRefused(ComponentStoreOperation operation, string source) =>
        Assert.Throws<ArgumentException>(() => new ComponentStoreRepair(new() { Operation = operation, Source = [source] }));
}
