using KernelFault.Analysis;
using KernelFault.Drivers.Windows;
using KernelFault.Hosts;
using KernelFault.Playbooks.Running;
using KernelFault.Tests.Servicing;

namespace KernelFault.Tests.Playbooks;

/// <summary>
/// <c>windows-replace-driver</c> and <c>windows-driver-user-memory</c> from their first step to their last. The crashes are real dumps
/// (a display driver's timeout, an audio driver that used a program's address); the packages are in the layout of <c>pnputil
/// /enum-drivers</c> as Microsoft's page on PnPUtil has it, registry and drivers in that of our scripts; commands and exit codes
/// (3010 asks for a restart) are those that page tells.
/// </summary>
public sealed class WindowsDriverProcedureTests
{
    private const string Display = "31.0.15.4601";
    private const string Kept = @"C:\Windows\kernelfault-packages\oem16-20261121T081500Z";
    private const string Updated = @"C:\Windows\kernelfault-packages\nv_dispi-20261121T081500Z";
    private const string AudioKey = @"HKLM\SYSTEM\CurrentControlSet\Services\IntcAzAudAddService";

    private static readonly (string, string, string, string, string, string) s_now = ("oem16.inf", "nv_dispi.inf", "NVIDIA", "Display", "02/01/2024", Display);
    private static readonly (string, string, string, string, string, string) s_before = ("oem4.inf", "nv_dispi.inf", "NVIDIA", "Display", "06/06/2023", "31.0.15.3179");

    [SkippableFact]
    public void A_display_driver_goes_back_to_the_package_before_and_comes_back_by_undo()
    {
        using StagedHost host = new(
            Machine(0, "oem16.inf", Display, RecordedWindows.Packages(s_now, s_before), Pnputil(0, "/export-driver", "oem16.inf", Kept), Pnputil(3010, "/delete-driver", "oem16.inf", "/uninstall")).Play(),
            Machine(1, "oem4.inf", "31.0.15.3179", RecordedWindows.Packages(s_before)).Play());
        using RecordedHost later = (Machine(2, "oem4.inf", "31.0.15.3179", RecordedWindows.Packages(s_before), Pnputil(0, "/add-driver", Kept + @"\nv_dispi.inf", "/install")) with
        {
            Files = [new RecordedFile(Kept + @"\nv_dispi.inf", [1]), new RecordedFile(Kept + @"\nvlddmkm.sys", [1])],
        }).Play();
        using var procedure = new ProcedureRun("windows-replace-driver", host) { Analysis = Crash("19041_116.dmp") };

        HostRun run = procedure.Do();

        run.Is(RunStatus.Succeeded);
        Assert.Equal([$"pnputil.exe | /export-driver | oem16.inf | {Kept}", "pnputil.exe | /delete-driver | oem16.inf | /uninstall"], host.Calls.Commands());
        Assert.Equal((1, TimeSpan.FromHours(1)), (host.Restarts, Assert.Single(host.Waits)));
        Assert.Equal(("oem4.inf", Kept), (run.Outputs["package"], run.Outputs["exportFolder"]));
        Assert.Equal(["update", "taken", "same-version"], run.Of(StepStatus.Skipped));
        Assert.Contains("unsaved work", Assert.Single(procedure.Person.Confirmed).Text);

        HostRun undone = procedure.Undo(run, later);

        undone.Is(RunStatus.RolledBack);
        Assert.Equal([$@"pnputil.exe | /add-driver | {Kept}\nv_dispi.inf | /install"], later.Calls.Commands());
    }

    [SkippableTheory]
    [InlineData(null, "no other package")]
    [InlineData(Display, "of another version than " + Display)]
    public void Without_another_version_nothing_is_taken_away(string? other, string told)
    {
        RecordedProgram packages = other is null ? RecordedWindows.Packages(s_now) : RecordedWindows.Packages(s_now, s_before with { Item6 = other });
        using RecordedHost host = Machine(0, "oem16.inf", Display, packages).Play();
        using var procedure = new ProcedureRun("windows-replace-driver", host) { Analysis = Crash("19041_116.dmp") };

        HostRun run = procedure.Do();

        run.Is(RunStatus.Refused);
        Assert.Contains(told, run.Summary);
        Assert.Empty(host.Calls.Commands());
    }

    [SkippableFact]
    public void A_package_that_cannot_be_exported_stays()
    {
        using RecordedHost host = Machine(0, "oem16.inf", Display, RecordedWindows.Packages(s_now, s_before), Pnputil(5, "/export-driver", "oem16.inf", Kept)).Play();
        using var procedure = new ProcedureRun("windows-replace-driver", host) { Analysis = Crash("19041_116.dmp") };

        HostRun run = procedure.Do();

        run.Is(RunStatus.Failed);
        Assert.Contains("ended with 5", run.Summary);
        Assert.Equal([$"pnputil.exe | /export-driver | oem16.inf | {Kept}"], host.Calls.Commands());
        Assert.Empty(run.Of(StepStatus.Skipped).Except(["update"]));
    }

    [SkippableFact]
    public void A_driver_that_Windows_does_not_take_is_told_and_undone()
    {
        const string Inf = @"D:\new\nv_dispi.inf";
        (string, string, string, string, string, string) added = ("oem45.inf", "nv_dispi.inf", "NVIDIA", "Display", "01/01/2022", "30.0.14.9000");
        RecordedWindows machine = Machine(
            0, "oem16.inf", Display, RecordedWindows.Packages(s_now), RecordedWindows.Packages(s_now), RecordedWindows.Packages(s_now, added), Pnputil(0, "/export-driver", "oem16.inf", Updated), Pnputil(0, "/add-driver", Inf, "/install"));
        using RecordedHost host = (machine with { Scripts = [new RecordedScript("package-folder", Updated)], Files = [new RecordedFile(Inf, [1])] }).Play();
        using RecordedHost later = (Machine(
            1, "oem16.inf", Display, RecordedWindows.Packages(s_now, added), Pnputil(0, "/add-driver", Updated + @"\nv_dispi.inf", "/install"), Pnputil(0, "/delete-driver", "oem45.inf", "/uninstall")) with
        {
            Files = [new RecordedFile(Updated + @"\nv_dispi.inf", [1]), new RecordedFile(Updated + @"\kernelfault.json", """{"installed":"oem45.inf"}"""u8.ToArray())],
        }).Play();
        using var procedure = new ProcedureRun("windows-replace-driver", host) { Analysis = Crash("19041_116.dmp") };

        HostRun run = procedure.Do(("inf", Inf));

        run.Is(RunStatus.Failed);
        Assert.Contains("Windows kept oem16.inf", run.Summary);
        Assert.Equal([$"pnputil.exe | /export-driver | oem16.inf | {Updated}", $"pnputil.exe | /add-driver | {Inf} | /install"], host.Calls.Commands());

        HostRun undone = procedure.Undo(run, later);

        undone.Is(RunStatus.RolledBack);
        Assert.Equal([$@"pnputil.exe | /add-driver | {Updated}\nv_dispi.inf | /install", "pnputil.exe | /delete-driver | oem45.inf | /uninstall"], later.Calls.Commands());
    }

    [SkippableFact]
    public void A_real_driver_store_with_one_version_twice_is_told_of_when_the_device_takes_the_twin()
    {
        // The rows are those of a real machine (dism /get-drivers): eight packages of Intel's Bluetooth driver, six of one version.
        List<PackageList> real = PackageList.Read(ProgramText.Decode(File.ReadAllBytes(Corpus.File("captures/windows/dism-get-drivers-zh-CN-cp936.txt")), "936"));
        (string, string, string, string, string, string)[] rows = [.. real.Where(one => one.Published.StartsWith("oem", StringComparison.Ordinal)).Select(one => (one.Published, one.Original!, one.Provider!, one.Class!, "07/11/2023", one.Version!))];
        RecordedWindows machine = new() { Drivers = [("ibtusb", "ibtusb.sys", "Intel Corporation", "22.250.0.2", 3, true, string.Empty)] };
        const string Folder = @"C:\Windows\kernelfault-packages\oem11-20261121T081500Z";
        using StagedHost host = new(
            (machine with
            {
                Device = ("ibtusb", "oem11.inf", "22.250.0.2"),
                Scripts = [new RecordedScript("package-folder", Folder)],
                Programs = [RecordedWindows.Packages(rows), Pnputil(0, "/export-driver", "oem11.inf", Folder), Pnputil(3010, "/delete-driver", "oem11.inf", "/uninstall")],
            }).Play(),
            (machine with { Start = 1, Device = ("ibtusb", "oem8.inf", "22.250.0.2"), Programs = [RecordedWindows.Packages([.. rows.Where(row => row.Item1 != "oem11.inf")])] }).Play());

        HostRun run = ProcedureRun.Of("windows-replace-driver", host, parameters: ("driver", "ibtusb.sys"));

        run.Is(RunStatus.Failed);
        Assert.Contains("oem11.inf was taken away, and the device took oem8.inf, which is of the same version 22.250.0.2", run.Summary);
        Assert.Equal(5, run.Step("roll-back").Warnings.Count(warning => warning.Contains("of the same version", StringComparison.Ordinal)));
        Assert.Equal(7, ((IReadOnlyList<object?>)run.Step("package").Outputs["others"]!).Count);
    }

    [SkippableFact]
    public void A_driver_that_trusted_an_address_of_a_program_is_disabled_and_comes_back_by_undo()
    {
        using StagedHost host = new(
            (Audio(3, runs: true) with { Files = [RecordedWindows.OldDump(File.ReadAllBytes(Corpus.WindowsDump("9600_7e.dmp")))], Programs = [Start("KernelFaultStart", 3), Start("Start", 4)] }).Play(),
            (Audio(4, runs: false) with { Start = 1 }).Play());
        using RecordedHost later = (Audio(4, runs: false, "," + RecordedWindows.Number("KernelFaultStart", 3)) with
        {
            Start = 2, Programs = [Start("Start", 3), new RecordedProgram("reg.exe", "delete", AudioKey, "/v", "KernelFaultStart", "/f")],
        }).Play();
        using var procedure = new ProcedureRun("windows-driver-user-memory", host);

        HostRun run = procedure.Do();

        run.Is(RunStatus.Succeeded);
        Assert.Equal(("RTKVHD64.sys", "IntcAzAudAddService", "UserPointer"), (run.Outputs["driver"], run.Outputs["disabled"], run.Step("analyse").Outputs["faultClass"]));
        Assert.Equal([$"reg.exe | add | {AudioKey} | /v | KernelFaultStart | /t | REG_DWORD | /d | 3 | /f", $"reg.exe | add | {AudioKey} | /v | Start | /t | REG_DWORD | /d | 4 | /f"], host.Calls.Commands());
        Assert.Equal((1, StepStatus.Done), (host.Restarts, run.Step("off").Status));
        Assert.Equal(["windows-own", "update"], run.Of(StepStatus.Skipped));

        HostRun undone = procedure.Undo(run, later);

        undone.Is(RunStatus.RolledBack);
        Assert.Equal([$"reg.exe | add | {AudioKey} | /v | Start | /t | REG_DWORD | /d | 3 | /f", $"reg.exe | delete | {AudioKey} | /v | KernelFaultStart | /f"], later.Calls.Commands());
    }

    [SkippableFact]
    public void A_driver_that_runs_although_it_is_disabled_is_a_failure()
    {
        using StagedHost host = new(
            (Audio(3, runs: true) with { Files = [RecordedWindows.OldDump(File.ReadAllBytes(Corpus.WindowsDump("9600_7e.dmp")))], Programs = [Start("KernelFaultStart", 3), Start("Start", 4)] }).Play(),
            (Audio(4, runs: true) with { Start = 1 }).Play());

        HostRun run = ProcedureRun.Of("windows-driver-user-memory", host);

        run.Is(RunStatus.Failed);
        Assert.Contains("runs still", run.Summary);
    }

    [Fact]
    public void A_driver_that_Windows_needs_is_not_disabled()
    {
        using RecordedHost host = (Audio(3, runs: true) with { Drivers = [("disk", "disk.sys", "Microsoft Corporation", "10.0.1.1", 0, true, string.Empty)] }).Play();

        HostRun run = ProcedureRun.Of("windows-driver-user-memory", host, parameters: ("driver", "disk"));

        run.Is(RunStatus.Refused);
        Assert.Contains("part of Windows", run.Summary);
        Assert.Empty(host.Calls.Commands());
    }

    [SkippableFact]
    public void A_real_crash_that_blames_the_processor_changes_no_driver()
    {
        using RecordedHost host = (Audio(3, runs: true) with { Files = [RecordedWindows.OldDump(File.ReadAllBytes(Corpus.WindowsDump("19041_d1.dmp")))] }).Play();

        HostRun run = ProcedureRun.Of("windows-driver-user-memory", host);

        run.Is(RunStatus.Failed);
        Assert.Contains("which is no driver. Go on with windows-memory-and-heat", run.Summary);
        Assert.Empty(host.Calls.Commands());
    }

    [SkippableFact]
    public void A_real_crash_that_blames_Windows_itself_repairs_it_and_disables_nothing()
    {
        HostRecording healthy = ServicingRecordings.Load("image-healthy-ja");
        using RecordedHost host = (Audio(3, runs: true) with
        {
            Files = [.. healthy.Files, RecordedWindows.OldDump(File.ReadAllBytes(Corpus.WindowsDump("9600_50.dmp")))], Programs = healthy.Programs, Scripts = healthy.Scripts,
        }).Play();

        HostRun run = ProcedureRun.Of("windows-driver-user-memory", host);

        run.Is(RunStatus.Succeeded);
        Assert.Equal(("Healthy", "ntoskrnl.exe"), (run.Step("windows-own").Outputs["status"], run.Outputs["driver"]));
        Assert.Equal(["update", "disable", "off"], run.Of(StepStatus.Skipped));
        Assert.DoesNotContain(host.Calls, call => call.Target == "reg.exe");
    }

    private static KernelFaultAnalysis Crash(string name)
    {
        using var analyzer = new KernelFaultAnalyzer();
        return analyzer.Analyze(Corpus.WindowsDump(name), CancellationToken.None);
    }

    private static RecordedWindows Machine(int start, string inf, string version, params RecordedProgram[] programs) => new()
    {
        Start = start,
        Drivers = [("nvlddmkm", "nvlddmkm.sys", "NVIDIA Corporation", version, 3, true, string.Empty)],
        Device = ("nvlddmkm", inf, version),
        Programs = programs,
        Scripts = [new RecordedScript("package-folder", Kept)],
    };

    // Realtek's INF calls the service otherwise than the file.
    private static RecordedWindows Audio(int start, bool runs, string more = "") => new() { Drivers = [("IntcAzAudAddService", "RTKVHD64.sys", "Realtek Semiconductor Corp.", "6.0.1.7083", start, runs, more)] };

    private static RecordedProgram Pnputil(int exitCode, params string[] arguments) => new("pnputil.exe", arguments) { ExitCode = exitCode };

    private static RecordedProgram Start(string name, int value) => new("reg.exe", "add", AudioKey, "/v", name, "/t", "REG_DWORD", "/d", value.ToString(System.Globalization.CultureInfo.InvariantCulture), "/f");
}
