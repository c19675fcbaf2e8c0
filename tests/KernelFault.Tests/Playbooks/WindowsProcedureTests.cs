using System.Text;
using System.Text.Json.Nodes;
using KernelFault.Hosts;
using KernelFault.Playbooks.Running;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Playbooks.Actions;
using KernelFault.Tests.Servicing;
using Recordings = KernelFault.Tests.Verification.Recordings;

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
        HostRecording store = ServicingRecordings.Load("image-healthy-ja");
        HostRecording files = ServicingRecordings.Load("sfc-not-repairable-zh");

        // The store is sound on one day, the files cannot be repaired on the next.
        static string Next(string text) => text.Replace("2026-03-10", "2026-03-11", StringComparison.Ordinal);
        RecordedProgram sfc = files.Programs.Single();
        byte[] log =
        [
            .. store.Files.Single(file => file.Path == ServicingRecordings.CbsLog).Content,
            .. Encoding.UTF8.GetBytes(Next(Encoding.UTF8.GetString(files.Files.Single().Content).TrimStart('\uFEFF'))),
        ];
        using RecordedHost host = new("PC1", store with
        {
            Programs = [.. store.Programs.Where(program => program.Program == "dism.exe"), sfc, new RecordedProgram("sfc.exe", "/verifyonly") { Output = sfc.Output, ExitCode = sfc.ExitCode }],
            Scripts =
            [
                store.Scripts[0],
                .. store.Scripts.Skip(1).Take(4),
                .. files.Scripts.Skip(1).Select(script => new RecordedScript(script.Name, Next(script.Output)) { Json = script.Json }),
                new RecordedScript("read-events", """{"time":"2026-03-11T07:00:00Z","provider":"disk","id":7,"level":2,"text":"坏块"}"""),
            ],
            Files = [.. store.Files.Where(file => file.Path != ServicingRecordings.CbsLog), new RecordedFile(ServicingRecordings.CbsLog, log)],
        });

        HostRun run = ProcedureRun.Of("windows-repair-system-files", host);

        Assert.True(run.Status == RunStatus.Failed, run.Summary + " " + run.Statuses());
        Assert.Equal(StepStatus.Failed, run.Step("sound").Status);
        Assert.Contains("windows-repair-install", run.Step("sound").Summary);
        Assert.Equal(("NotRepairable", 1L), (run.Step("repair").Outputs["status"], run.Step("disk").Outputs["count"]));
        Assert.NotEmpty((IReadOnlyList<object?>)run.Step("verify").Outputs["notRepaired"]!);
        Assert.NotEmpty((IReadOnlyList<object?>)run.Step("repair").Outputs["nextSteps"]!);
    }

    [Fact]
    public void Verifier_caught_it()
    {
        using StagedHost host = new(Machine(0, verified: false), Machine(1, verified: true), Machine(2, verified: true, dump: true), Machine(3, verified: false, dump: true));
        int waits = 0;

        HostRun run = ProcedureRun.Of("windows-isolate-driver-with-verifier", host, () => Crash(host, ++waits), ("drivers", new[] { "contosonet" }));

        Assert.True(run.Status == RunStatus.Succeeded, run.Summary + " " + run.Statuses());
        Assert.Equal("contosonet.sys", run.Outputs["culprit"]);
        Assert.Equal((2, 1), (host.Restarts, waits));
        Assert.Equal(StepStatus.Done, run.Step("watch").Status);
        Assert.True(run.Step("disable").Changed);
        Assert.Contains(run.Changes, change => change.Contains("verifier.exe /flags 0x209BB /driver contosonet.sys", StringComparison.Ordinal));
        Assert.Contains(run.Changes, change => change.Contains("verifier.exe /reset", StringComparison.Ordinal));
    }

    [Fact]
    public void Boot_failed_under_verifier_and_the_settings_reset_themselves()
    {
        using StagedHost host = new(Machine(0, verified: false), Machine(1, verified: false, dump: true));

        HostRun run = ProcedureRun.Of("windows-isolate-driver-with-verifier", host, parameters: ("drivers", new[] { "contosonet" }));

        Assert.True(run.Status == RunStatus.Succeeded, run.Summary + " " + run.Statuses());
        Assert.Equal(false, run.Step("started").Outputs["isEnabled"]);
        Assert.Equal((StepStatus.Skipped, StepStatus.Skipped), (run.Step("watch").Status, run.Step("disable").Status));
        Assert.Equal(("contosonet.sys", 1), (run.Outputs["culprit"], host.Restarts));
        Assert.DoesNotContain(host.Calls, call => call.Arguments.Contains("/reset"));
    }

    [Fact]
    public void A_driver_that_Driver_Verifier_must_not_watch_ends_the_procedure_before_anything_is_changed()
    {
        using StagedHost host = new(Machine(0, verified: false));

        HostRun run = ProcedureRun.Of("windows-isolate-driver-with-verifier", host, parameters: ("drivers", new[] { "disk" }));

        Assert.True(run.Status is RunStatus.Refused or RunStatus.Failed, run.Statuses());
        Assert.Contains("part of Windows", run.Summary + run.Steps[^1].Summary);
        Assert.DoesNotContain(host.Calls, call => call.Action == "Run" && call.Target == "verifier.exe" && call.Arguments[0].StartsWith("/flags", StringComparison.Ordinal));
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
        using StagedHost host = new(Machine(0, false, true, programs, folder, new DateTime(2026, 11, 20, 0, 0, 0, DateTimeKind.Utc)), Machine(1, false, true, programs, folder, new DateTime(2026, 11, 20, 0, 0, 0, DateTimeKind.Utc)));

        HostRun run = ProcedureRun.Of("windows-driver-page-fault", host, parameters: ("watchSeconds", 0));

        Assert.True(run.Status == RunStatus.Succeeded, run.Summary + " " + run.Statuses());
        Assert.Equal(("contosonet.sys", 1), (run.Outputs["driver"], host.Restarts));
        Assert.Equal(("oem3.inf", Folder), (run.Step("roll-back").Outputs["removed"], run.Step("roll-back").Outputs["exportFolder"]));
        Assert.Equal(0L, run.Step("quiet").Outputs["count"]);
        Assert.Equal(StepStatus.Skipped, run.Step("windows-own").Status);
    }

    [Fact]
    public void A_boot_loop_is_ended_from_outside()
    {
        using var windows = new OfflineWindows(LoopingHive());
        Directory.CreateDirectory(Path.Combine(windows.Folder, "Windows", "Minidump"));
        File.Copy(Sample, Path.Combine(windows.Folder, "Windows", "Minidump", "112126-01.dmp"));
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
        RecordedScript found = new("read-events", $$"""{"time":"2026-11-21T07:00:00Z","provider":"Microsoft-Windows-MemoryDiagnostics-Results","id":{{result}},"level":4,"text":"Ergebnis"}""");
        using StagedHost host = new(
            new RecordedHost("PC1", new HostRecording { Facts = Facts(0), Programs = programs, Scripts = scripts }),
            new RecordedHost("PC1", new HostRecording { Facts = Facts(1), Scripts = [new RecordedScript("read-events", string.Empty), found] }));

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

    private static string Sample => Path.Combine(Corpus.RepositoryRoot, "samples", "network-driver-null-write.dmp");

    private static void Crash(StagedHost host, int wait)
    {
        // While the procedure waits, the machine crashes and comes back.
        if (wait == 1)
        {
            host.Advance();
        }
    }

    private static HostFacts Facts(int start) => Acting.Windows with { BootTime = new DateTime(2026, 11, 21, 6 + start, 0, 0, DateTimeKind.Utc) };

    private static RecordedProgram Verifying(HostRecording recording)
    {
        RecordedProgram scan = recording.Programs.Last(program => program.Program == "sfc.exe");
        return new RecordedProgram("sfc.exe", "/verifyonly") { Output = scan.Output, ExitCode = scan.ExitCode };
    }

    // A machine with the driver contosonet, between two starts; its dump is of the time of this test unless told otherwise.
    private static RecordedHost Machine(int start, bool verified, bool dump = false, RecordedProgram[]? programs = null, RecordedScript? script = null, DateTime? crashed = null)
    {
        HostRecording recording = Recordings.Load(verified ? "on-english-built" : "off-english-built");
        HostRecording off = Recordings.Load("off-english-built");
        JsonNode registry = JsonNode.Parse(recording.Scripts.Single(one => one.Name == "registry-read").Output)!;
        registry["keys"]![0]!["values"]!.AsArray().Add(JsonNode.Parse("""{"name":"PagingFiles","type":7,"data":["?:\\pagefile.sys"]}"""));
        registry["keys"]!.AsArray().Add(JsonNode.Parse("""{"key":"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion","values":[{"name":"SystemRoot","type":1,"data":"C:\\Windows"}],"subKeys":[]}"""));
        JsonNode inventory = JsonNode.Parse(off.Scripts.Single(one => one.Name == "driver-inventory").Output)!;
        inventory["devices"] = JsonNode.Parse("""[{"id":"PCI\\1","name":"Contoso Card","service":"contosonet","class":"NET","inf":"oem3.inf","provider":"Contoso","version":"9.8.7.6"}]""");
        return new RecordedHost("PC1", recording with
        {
            Facts = Facts(start),
            Programs = [.. recording.Programs, .. programs ?? []],
            Scripts =
            [
                new RecordedScript("registry-read", registry.ToJsonString()),
                new RecordedScript("driver-inventory", inventory.ToJsonString()),
                new RecordedScript("windows-crash-facts", """{"memory":17179869184,"domain":false,"free":53687091200}"""),
                .. recording.Scripts.Where(one => one.Name == "restore-points"),
                .. script is null ? Array.Empty<RecordedScript>() : [script],
            ],
            Files =
            [
                .. recording.Files,
                .. dump ? [new RecordedFile(@"C:\Windows\Minidump\112126-01.dmp", File.ReadAllBytes(Sample)) { LastWriteTime = crashed ?? DateTime.UtcNow.AddMinutes(1) }] : Array.Empty<RecordedFile>(),
            ],
        });
    }

    private static byte[] LoopingHive()
    {
        static (string, uint, byte[]) Text(string name, string value) => (name, 1, Encoding.Unicode.GetBytes(value + "\0"));
        static (string, uint, byte[]) Number(string name, int value) => (name, 4, BitConverter.GetBytes(value));
        return new HiveBuilder().Build(new HiveBuilder.Node(
            "ROOT",
            new HiveBuilder.Node(
                "ControlSet001",
                new HiveBuilder.Node("Control", new HiveBuilder.Node("CrashControl") { Values = [Number("CrashDumpEnabled", 7)] }, new HiveBuilder.Node("Session Manager", new HiveBuilder.Node("Memory Management")
                {
                    Values = [Text("VerifyDrivers", "contosonet.sys"), Number("VerifyDriverLevel", 0x209BB), Number("VerifierOptions", 0)],
                })),
                new HiveBuilder.Node("Services", new HiveBuilder.Node("contosonet")
                {
                    Values = [Number("Type", 1), Number("Start", 3), ("ImagePath", 2, Encoding.Unicode.GetBytes("System32\\drivers\\contosonet.sys\0"))],
                })),
            new HiveBuilder.Node("Select") { Values = [Number("Current", 1), Number("Default", 1), Number("Failed", 0), Number("LastKnownGood", 1)] }));
    }
}
