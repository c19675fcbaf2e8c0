using KernelFault.Formats.Registry;
using KernelFault.Hosts;
using KernelFault.Playbooks.Running;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Formats.Registry;

namespace KernelFault.Tests.Playbooks;

/// <summary>
/// <c>windows-capture-next-crash</c> from its first step to its last. The registry is that of a real Windows 10 (1709), read from its
/// SYSTEM hive: CrashControl and the page files. Where a test needs another value it says which; memory and disk are built.
/// </summary>
public sealed class WindowsCaptureProcedureTests
{
    private const string Playbook = "windows-capture-next-crash";
    private const string Control = @"HKLM\SYSTEM\CurrentControlSet\Control\CrashControl";
    private const string Memory = @"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management";
    private const string State = @"C:\Windows\kernelfault-crash-capture.json";
    private const string NoPageFile = """{"name":"PagingFiles","type":7,"data":[]}""";

    [SkippableFact]
    public void A_real_machine_that_keeps_its_crashes_is_left_alone()
    {
        using RecordedHost host = Real(0).Play();

        HostRun run = ProcedureRun.Of(Playbook, host);

        run.Is(RunStatus.Succeeded);
        Assert.Equal((true, true, "Automatic"), (run.Outputs["before"], run.Outputs["after"], run.Outputs["dumpType"]));
        Assert.Equal(["set", "page-file", "keep-old", "overwrite", "restart"], run.Of(StepStatus.Skipped));
        Assert.Empty(host.Calls.Commands());
        Assert.Empty(run.Changes);
    }

    [SkippableFact]
    public void Dumps_and_page_file_that_somebody_switched_off_are_on_after_one_restart_and_undone()
    {
        // Of the real values CrashDumpEnabled and the page files are as after a tuning guide; AlwaysKeepMemoryDump is not there on the real machine.
        RecordedWindows off = Real(0);
        RecordedWindows written = With(off, "7", always: true);
        RecordedWindows all = written with { MemoryManagement = off.MemoryManagement };
        RecordedProgram[] programs = [Add(Control, "CrashDumpEnabled", "REG_DWORD", "7"), Add(Control, "AlwaysKeepMemoryDump", "REG_DWORD", "1"), Add(Memory, "PagingFiles", "REG_MULTI_SZ", @"?:\pagefile.sys")];
        using StagedHost host = new(
            (With(off, "0") with { MemoryManagement = NoPageFile, Programs = programs }).Play(),
            (written with { MemoryManagement = NoPageFile, Programs = programs }).Play(),
            all.Play(),
            (all with { Start = 1 }).Play())
        {
            Ends = [new StageEnd(0, "AlwaysKeepMemoryDump"), new StageEnd(1, "PagingFiles")],
        };
        using var procedure = new ProcedureRun(Playbook, host);

        HostRun run = procedure.Do();

        run.Is(RunStatus.Succeeded);
        Assert.Equal((false, true), (run.Outputs["before"], run.Outputs["after"]));
        Assert.Equal(
            [
                $"reg.exe | add | {Control} | /v | CrashDumpEnabled | /t | REG_DWORD | /d | 7 | /f",
                $"reg.exe | add | {Control} | /v | AlwaysKeepMemoryDump | /t | REG_DWORD | /d | 1 | /f",
                $@"reg.exe | add | {Memory} | /v | PagingFiles | /t | REG_MULTI_SZ | /d | ?:\pagefile.sys | /f",
            ],
            host.Calls.Commands());
        Assert.Equal((1, TimeSpan.FromHours(1)), (host.Restarts, Assert.Single(host.Waits)));
        Assert.Equal(["keep-old", "overwrite"], run.Of(StepStatus.Skipped));
        Assert.Equal(["page-file", "restart"], procedure.Person.Confirmed.Select(question => question.Step));

        // What was kept on the machine brings it all back.
        using RecordedHost later = (all with
        {
            Start = 2,
            Files = [new RecordedFile(State, host.ReadFile(State, 100_000, default))],
            Programs = [Add(Control, "CrashDumpEnabled", "REG_DWORD", "0"), Delete(Control, "AlwaysKeepMemoryDump"), Add(Memory, "PagingFiles", "REG_MULTI_SZ", string.Empty)],
        }).Play();

        HostRun undone = procedure.Undo(run, later);

        undone.Is(RunStatus.RolledBack);
        string[] back = later.Calls.Commands();
        Assert.Contains($"reg.exe | add | {Control} | /v | CrashDumpEnabled | /t | REG_DWORD | /d | 0 | /f", back);
        Assert.Contains($"reg.exe | delete | {Control} | /v | AlwaysKeepMemoryDump | /f", back);
        Assert.Contains(back, command => command.Contains("PagingFiles", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void What_cannot_be_set_is_a_failure_that_names_it()
    {
        RecordedWindows full = Real(0) with { Free = 100 * 1024 * 1024, Programs = [Add(Control, "AlwaysKeepMemoryDump", "REG_DWORD", "1")] };
        using StagedHost host = new(full.Play(), (With(full, "7", always: true) with { Start = 1 }).Play());

        HostRun run = ProcedureRun.Of(Playbook, host);

        run.Is(RunStatus.Failed);
        Assert.Contains("no dump yet", run.Summary);
        Assert.Contains("DiskNearlyFull", ((IReadOnlyList<object?>)run.Step("proof").Outputs["findings"]!).Select(finding => (string)((IReadOnlyDictionary<string, object?>)finding!)["id"]!));
        Assert.Equal(StepStatus.Skipped, run.Step("page-file").Status);
    }

    [SkippableFact]
    public void A_restart_that_is_not_wanted_is_left_to_its_owner()
    {
        using RecordedHost host = (With(Real(0), "3") with { Programs = [Add(Control, "CrashDumpEnabled", "REG_DWORD", "2"), Add(Control, "AlwaysKeepMemoryDump", "REG_DWORD", "1")] }).Play();

        HostRun run = ProcedureRun.Of(Playbook, host, parameters: [("dumpType", "Kernel"), ("restart", false)]);

        run.Is(RunStatus.Succeeded);
        Assert.Equal(2, host.Calls.Commands().Length);
        Assert.Equal(StepStatus.Skipped, run.Step("restart").Status);
        Assert.Contains(run.Step("set").Warnings, warning => warning.Contains("next restart", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void The_registry_is_not_touched_without_the_rights_for_it()
    {
        using RecordedHost host = (With(Real(0), "0") with { IsElevated = false }).Play();

        HostRun run = ProcedureRun.Of(Playbook, host);

        run.Is(RunStatus.Refused);
        Assert.Empty(run.Steps);
        Assert.Empty(host.Calls);
    }

    private static RecordedWindows Real(int start)
    {
        using TemporaryFile file = HiveAgainstHivexTests.Unpacked("corpus/hives/SYSTEM_WIN_10_1709.xz");
        using HiveFile hive = HiveFile.Open(file.Path);
        return new RecordedWindows
        {
            Start = start,
            CrashControl = RecordedWindows.Values(hive.Find(@"ControlSet001\Control\CrashControl")!, "AutoReboot", "CrashDumpEnabled", "DumpFile", "LogEvent", "MinidumpDir", "MinidumpsCount", "Overwrite"),
            MemoryManagement = RecordedWindows.Values(hive.Find(@"ControlSet001\Control\Session Manager\Memory Management")!, "PagingFiles"),
        };
    }

    private static RecordedWindows With(RecordedWindows machine, string enabled, bool always = false)
    {
        const string Automatic = """{"name":"CrashDumpEnabled","type":4,"data":7}""";
        Assert.Contains(Automatic, machine.CrashControl);
        return machine with { CrashControl = machine.CrashControl.Replace(Automatic, Automatic.Replace("7}", enabled + "}", StringComparison.Ordinal), StringComparison.Ordinal) + (always ? "," + RecordedWindows.Number("AlwaysKeepMemoryDump", 1) : string.Empty) };
    }

    private static RecordedProgram Add(string key, string name, string type, string data) => new("reg.exe", "add", key, "/v", name, "/t", type, "/d", data, "/f");

    private static RecordedProgram Delete(string key, string name) => new("reg.exe", "delete", key, "/v", name, "/f");
}
