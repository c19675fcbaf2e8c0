using System.Text;
using KernelFault.Hosts;
using KernelFault.Playbooks.Running;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Servicing;

namespace KernelFault.Tests.Playbooks;

/// <summary>The procedures for Windows from their first step to their last, on machines that play recordings.</summary>
public sealed class WindowsProcedureTests
{
    private const string Diagnostic = "{b2721d73-1db4-4c62-bf78-c548a880142d}";

    [Fact]
    public void No_fault_found()
    {
        HostRecording healthy = ServicingRecordings.Load("image-healthy-ja");
        RecordedProgram look = Verifying(healthy);
        using RecordedHost host = new("PC1", healthy with { Programs = [.. healthy.Programs, look], Scripts = [.. healthy.Scripts, new RecordedScript("read-events", string.Empty)] });

        HostRun run = ProcedureRun.Of("windows-repair-system-files", host);

        Assert.True(run.Status == RunStatus.Succeeded, run.Summary + " " + run.Statuses());
        Assert.Equal(("Healthy", 0L), (run.Outputs["status"], run.Outputs["diskErrors"]));
        Assert.Empty((IReadOnlyList<object?>)run.Outputs["notRepaired"]!);
        Assert.False(run.Step("repair").Changed);
        Assert.DoesNotContain(host.Calls, call => call.Arguments.Contains("/RestoreHealth"));
    }

    [Fact]
    public void Repair_impossible()
    {
        using RecordedHost host = new("PC1", RepairRecordings.NotRepairable([new RecordedScript("read-events", """{"time":"2026-03-11T07:00:00Z","provider":"disk","id":7,"level":2,"text":"坏块"}""")]));

        HostRun run = ProcedureRun.Of("windows-repair-system-files", host);

        Assert.True(run.Status == RunStatus.Failed, run.Summary + " " + run.Statuses());
        Assert.Equal(StepStatus.Failed, run.Step("sound").Status);
        Assert.Contains("windows-repair-install", run.Step("sound").Summary);
        Assert.Equal(("NotRepairable", 1L), (run.Step("repair").Outputs["status"], run.Step("disk").Outputs["count"]));
        Assert.NotEmpty((IReadOnlyList<object?>)run.Step("verify").Outputs["notRepaired"]!);
        Assert.NotEmpty((IReadOnlyList<object?>)run.Step("repair").Outputs["nextSteps"]!);
    }

    [Fact]
    public void The_driver_of_a_page_fault_goes_back_to_the_package_before()
    {
        const string Folder = @"C:\Windows\kernelfault-packages\oem3-20261121T081500Z";
        RecordedProgram[] programs =
        [
            new("pnputil.exe", "/enum-drivers") { Output = Encoding.UTF8.GetBytes(Packages) },
            new("pnputil.exe", "/export-driver", "oem3.inf", Folder),
            new("pnputil.exe", "/delete-driver", "oem3.inf", "/uninstall") { ExitCode = 3010 },
        ];
        RecordedScript folder = new("package-folder", Folder);
        using StagedHost host = new(ContosoMachine.Play(0, false, true, programs, folder, new DateTime(2026, 11, 20, 0, 0, 0, DateTimeKind.Utc)), ContosoMachine.Play(1, false, true, programs, folder, new DateTime(2026, 11, 20, 0, 0, 0, DateTimeKind.Utc)));

        HostRun run = ProcedureRun.Of("windows-driver-page-fault", host, parameters: ("watchSeconds", 0));

        Assert.True(run.Status == RunStatus.Succeeded, run.Summary + " " + run.Statuses());
        Assert.Equal(("contosonet.sys", 1), (run.Outputs["driver"], host.Restarts));
        Assert.Equal(("oem3.inf", Folder), (run.Step("roll-back").Outputs["removed"], run.Step("roll-back").Outputs["exportFolder"]));
        Assert.Equal(false, run.Step("settle").Outputs["happened"]);
        Assert.Equal(StepStatus.Skipped, run.Step("windows-own").Status);
    }

    [Fact]
    public void A_boot_loop_is_ended_from_outside()
    {
        using var windows = new OfflineWindows(LoopingHive());
        Directory.CreateDirectory(Path.Combine(windows.Folder, "Windows", "Minidump"));
        File.Copy(ContosoMachine.Sample, Path.Combine(windows.Folder, "Windows", "Minidump", "112126-01.dmp"));
        using var host = new OfflineWindowsHost(windows.Folder);

        HostRun run = ProcedureRun.Of("windows-boot-loop-offline", host);

        Assert.True(run.Status == RunStatus.Succeeded, run.Summary + " " + run.Statuses());
        Assert.Equal(("contosonet.sys", true), (run.Outputs["disabled"], run.Outputs["verifierWasOn"]));
        Assert.Equal("Manual", run.Step("disable").Outputs["previousStart"]);
        using var after = new OfflineWindowsHost(windows.Folder);
        const string Key = @"HKLM\SYSTEM\CurrentControlSet\Services\contosonet";
        Assert.Equal(4u, new HostRegistry(after).Read([new RegistryQuery(Key)], default).Value(Key, "Start")!.Number);
        Assert.Equal(2, Directory.GetFiles(windows.Config, "*.bak").Length);
    }

    [SkippableFact]
    public void A_boot_loop_of_which_nothing_is_known_ends_with_the_way_by_hand()
    {
        Skip.If(OperatingSystem.IsWindows(), "There the files would be repaired.");
        using var windows = new OfflineWindows(LoopingHive(verified: false));
        using var host = new OfflineWindowsHost(windows.Folder);

        HostRun run = ProcedureRun.Of("windows-boot-loop-offline", host);

        run.Is(RunStatus.Failed);
        Assert.Contains(@"dism /Image:D:\ /Cleanup-Image /RevertPendingActions", run.Summary);
        Assert.Contains(@"/Remove-Driver /Driver:oemN.inf", run.Summary);
        Assert.Equal((StepStatus.Skipped, StepStatus.Skipped, StepStatus.Failed), (run.Step("verifier-off").Status, run.Step("disable").Status, run.Step("repair").Status));
        Assert.Empty(Directory.GetFiles(windows.Config, "*.bak"));
    }

    [Fact]
    public void A_driver_that_Windows_needs_to_start_is_not_disabled_from_outside()
    {
        using var windows = new OfflineWindows(LoopingHive(start: 0));
        using var host = new OfflineWindowsHost(windows.Folder);

        HostRun run = ProcedureRun.Of("windows-boot-loop-offline", host, parameters: ("driver", "contosonet"));

        // Driver Verifier was switched off before: that stays, and the run did not end well.
        run.Is(RunStatus.Failed);
        Assert.Contains("is started by the boot loader", run.Summary);
        Assert.Single(Directory.GetFiles(windows.Config, "*.bak"));
    }

    [Theory]
    [InlineData(1201, true)]
    [InlineData(1202, false)]
    public void Memory_is_tested_at_a_restart_and_its_result_read_afterwards(int result, bool passed)
    {
        RecordedScript[] scripts = [new("temperatures", "zone\t3232"), new("read-events", string.Empty)];
        RecordedProgram[] programs =
        [
            new("bcdedit.exe", "/enum", Diagnostic, "/v") { Output = Encoding.UTF8.GetBytes($"Test\n-----\nid   {Diagnostic}\n") },
            new("bcdedit.exe", "/enum", "{bootmgr}", "/v") { Output = "Manager\n-----\nid   {9dea862c-5cdd-4e70-acc1-f32b344d4795}\n"u8.ToArray() },
            new("bcdedit.exe", "/bootsequence", Diagnostic),
        ];
        static string Result(DateTime time, int id) => $$"""{"time":"{{time:o}}","provider":"Microsoft-Windows-MemoryDiagnostics-Results","id":{{id}},"level":4,"text":"Ergebnis"}""";

        // The result of a test of yesterday says the opposite.
        RecordedScript old = new("read-events", Result(DateTime.UtcNow.AddDays(-1), result == 1201 ? 1202 : 1201));
        RecordedScript found = new("read-events", Result(DateTime.UtcNow.AddMinutes(5), result));
        using StagedHost host = new(
            new RecordedHost("PC1", new HostRecording { Facts = ContosoMachine.Facts(0), Programs = programs, Scripts = scripts }),
            new RecordedHost("PC1", new HostRecording { Facts = ContosoMachine.Facts(1), Scripts = [old, found] }));

        HostRun run = ProcedureRun.Of("windows-memory-and-heat", host);

        Assert.Equal(passed ? RunStatus.Succeeded : RunStatus.Failed, run.Status);
        Assert.Equal((passed, 2), (run.Step("result").Outputs["passed"], run.Step("result").Attempts));
        Assert.Equal(passed, run.Step("sound").Status == StepStatus.Done);
        Assert.Equal(1, host.Restarts);
    }

    private const string Packages = """
        Microsoft PnP Utility

        Published Name:     oem3.inf
        Original Name:      contosonet.inf
        Provider Name:      Contoso
        Class Name:         Network adapters
        Class GUID:         {4d36e972-e325-11ce-bfc1-08002be10318}
        Driver Version:     02/29/2024 9.8.7.6
        Signer Name:        Contoso

        Published Name:     oem2.inf
        Original Name:      contosonet.inf
        Provider Name:      Contoso
        Class Name:         Network adapters
        Class GUID:         {4d36e972-e325-11ce-bfc1-08002be10318}
        Driver Version:     03/01/2023 9.1.0.0
        Signer Name:        Contoso

        """;

    private static RecordedProgram Verifying(HostRecording recording)
    {
        RecordedProgram scan = recording.Programs.Last(program => program.Program == "sfc.exe");
        return new RecordedProgram("sfc.exe", "/verifyonly") { Output = scan.Output, ExitCode = scan.ExitCode };
    }

    private static byte[] LoopingHive(bool verified = true, int start = 3)
    {
        static (string, uint, byte[]) Text(string name, string value) => (name, 1, Encoding.Unicode.GetBytes(value + "\0"));
        static (string, uint, byte[]) Number(string name, int value) => (name, 4, BitConverter.GetBytes(value));
        return new HiveBuilder().Build(new HiveBuilder.Node(
            "ROOT",
            new HiveBuilder.Node(
                "ControlSet001",
                new HiveBuilder.Node("Control", new HiveBuilder.Node("CrashControl") { Values = [Number("CrashDumpEnabled", 7)] }, new HiveBuilder.Node("Session Manager", new HiveBuilder.Node("Memory Management")
                {
                    Values = verified ? [Text("VerifyDrivers", "contosonet.sys"), Number("VerifyDriverLevel", 0x209BB), Number("VerifierOptions", 0)] : [],
                })),
                new HiveBuilder.Node("Services", new HiveBuilder.Node("contosonet")
                {
                    Values = [Number("Type", 1), Number("Start", start), ("ImagePath", 2, Encoding.Unicode.GetBytes("System32\\drivers\\contosonet.sys\0"))],
                })),
            new HiveBuilder.Node("Select") { Values = [Number("Current", 1), Number("Default", 1), Number("Failed", 0), Number("LastKnownGood", 1)] }));
    }
}
