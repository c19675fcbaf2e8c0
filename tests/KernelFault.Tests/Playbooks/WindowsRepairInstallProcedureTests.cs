using KernelFault.Hosts;
using KernelFault.Playbooks.Running;

namespace KernelFault.Tests.Playbooks;

/// <summary>
/// <c>windows-repair-install</c> from its first step to its last. The logs of the repair before it are built after captured ones (see the
/// recordings); the crash is a real CRITICAL_PROCESS_DIED. Setup's command line and exit codes are those of Microsoft's page on Windows
/// Setup command-line options; what the registry says during and after it is built: SystemSetupInProgress and InstallDate.
/// </summary>
public sealed class WindowsRepairInstallProcedureTests
{
    private const string Playbook = "windows-repair-install";
    private const string Setup = @"D:\setup.exe | /auto | upgrade | /quiet | /noreboot | /eula | accept | /dynamicupdate | disable";

    private static readonly (string, object?)[] s_media = [("media", @"D:\"), ("lookSeconds", 1), ("setupSeconds", 60)];

    [SkippableFact]
    public void Windows_is_installed_over_itself_and_every_file_is_sound_afterwards()
    {
        byte[] dump = File.ReadAllBytes(Corpus.WindowsDump("19041_ef.dmp"));
        HostRecording sound = RepairRecordings.Verified();
        using StagedHost host = new(
            Damaged(0, [new RecordedFile(@"D:\setup.exe", [1]), RecordedWindows.OldDump(dump)]).Play(),
            new RecordedWindows { Start = 1, IsSetupAtWork = true }.Play(),
            new RecordedWindows { Start = 2, Installed = DateTime.UtcNow.AddMinutes(5), Programs = sound.Programs, Scripts = sound.Scripts, Files = sound.Files }.Play())
        {
            // Setup restarts the machine by itself while it is looked at; it does not answer at once.
            Ends = [new StageEnd(1, "RunScript registry-read", 2, AwayFor: 2)],
        };

        HostRun run = ProcedureRun.Of(Playbook, host, parameters: s_media);

        run.Is(RunStatus.Succeeded);
        Assert.Equal(("NotRepairable", true, "Healthy"), (run.Step("repair").Outputs["status"], run.Outputs["installed"], run.Outputs["status"]));
        Assert.Contains(Setup, host.Calls.Commands());
        Assert.Equal((1, TimeSpan.FromHours(4), 2), (host.Restarts, Assert.Single(host.Waits), host.Reconnections));
        Assert.Equal(1L, run.Step("collect").Outputs["count"]);
        Assert.Empty(run.Of(StepStatus.Skipped));
    }

    [Fact]
    public void What_the_repair_mends_is_not_installed_anew()
    {
        HostRecording healthy = Servicing.ServicingRecordings.Load("image-healthy-ja");
        RecordedProgram scan = healthy.Programs.Last(program => program.Program == "sfc.exe");
        using RecordedHost host = new RecordedWindows
        {
            Programs = [.. healthy.Programs, new RecordedProgram("sfc.exe", "/verifyonly") { Output = scan.Output, ExitCode = scan.ExitCode }],
            Scripts = healthy.Scripts,
            Files = [.. healthy.Files, new RecordedFile(@"D:\setup.exe", [1])],
        }.Play();

        HostRun run = ProcedureRun.Of(Playbook, host, parameters: s_media);

        run.Is(RunStatus.Succeeded);
        Assert.Equal((false, "Healthy"), (run.Outputs["installed"], run.Outputs["status"]));
        Assert.Equal(["install", "finished", "installed"], run.Of(StepStatus.Skipped));
        Assert.DoesNotContain(Setup, host.Calls.Commands());
    }

    [Fact]
    public void Without_setup_on_the_media_nothing_is_installed()
    {
        using StagedHost host = new(Damaged(0, []).Play());

        HostRun run = ProcedureRun.Of(Playbook, host, parameters: s_media);

        Assert.True(run.Status is RunStatus.Refused or RunStatus.Failed, run.Statuses());
        Assert.Contains(@"There is no 'D:\setup.exe'", run.Summary);
        Assert.DoesNotContain(Setup, host.Calls.Commands());
        Assert.Equal(0, host.Restarts);
    }

    [Fact]
    public void A_person_who_says_no_keeps_the_Windows_that_is_there()
    {
        using StagedHost host = new(Damaged(0, [new RecordedFile(@"D:\setup.exe", [1])]).Play());
        using var procedure = new ProcedureRun(Playbook, host, disagrees: "install");

        HostRun run = procedure.Do(s_media);

        run.Is(RunStatus.NeedsPerson);
        Assert.Contains("There must be a backup", Assert.Single(procedure.Person.Confirmed).Text);
        Assert.DoesNotContain(Setup, host.Calls.Commands());
    }

    [Fact]
    public void Setup_that_something_hinders_is_told_by_its_code_and_the_machine_is_not_restarted()
    {
        using StagedHost host = new(Damaged(unchecked((int)0xC1900208), [new RecordedFile(@"D:\setup.exe", [1])]).Play());

        HostRun run = ProcedureRun.Of(Playbook, host, parameters: s_media);

        run.Is(RunStatus.Failed);
        Assert.Contains("0xC1900208", run.Summary);
        Assert.Equal(0, host.Restarts);
    }

    [Fact]
    public void Setup_that_gives_up_and_brings_the_Windows_before_back_is_a_failure()
    {
        using StagedHost host = new(Damaged(0, [new RecordedFile(@"D:\setup.exe", [1])]).Play(), new RecordedWindows { Start = 1 }.Play());

        HostRun run = ProcedureRun.Of(Playbook, host, parameters: [("media", @"D:\"), ("lookSeconds", 1), ("setupSeconds", 1)]);

        run.Is(RunStatus.Failed);
        Assert.Contains("setupact.log", run.Summary);
        Assert.Equal((false, StepStatus.Failed), (run.Step("finished").Outputs["happened"], run.Step("installed").Status));
    }

    private static RecordedWindows Damaged(int exitCode, RecordedFile[] files)
    {
        HostRecording damaged = RepairRecordings.NotRepairable([]);
        return new RecordedWindows
        {
            Programs = [.. damaged.Programs, new RecordedProgram(@"D:\setup.exe", "/auto", "upgrade", "/quiet", "/noreboot", "/eula", "accept", "/dynamicupdate", "disable") { ExitCode = exitCode }],
            Scripts = damaged.Scripts,
            Files = [.. damaged.Files, .. files],
        };
    }
}
