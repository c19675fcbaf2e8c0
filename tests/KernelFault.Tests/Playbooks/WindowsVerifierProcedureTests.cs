using KernelFault.Hosts;
using KernelFault.Playbooks.Running;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Playbooks;

/// <summary>
/// <c>windows-isolate-driver-with-verifier</c> from its first step to its last. The dump by Driver Verifier is built (see
/// <see cref="SyntheticVerifierCrash"/>), since no real one was at hand; so is what verifier.exe says (see <see cref="ContosoMachine"/>).
/// </summary>
public sealed class WindowsVerifierProcedureTests
{
    private const string Playbook = "windows-isolate-driver-with-verifier";
    private const string Look = @"FindFile C:\Windows\MEMORY.DMP";
    private const string On = "verifier.exe | /flags | 0x209BB | /driver | contosonet.sys";
    private const string Mode = "verifier.exe | /bootmode | resetonbootfail";
    private const string Off = "verifier.exe | /reset";

    private static readonly (string, object?)[] s_drivers = [("drivers", new[] { "contosonet" }), ("lookSeconds", 1), ("watchSeconds", 120)];
    private static readonly byte[] s_dump = SyntheticVerifierCrash.UserAddressInSystemCall().Build();

    [Fact]
    public void Verifier_catches_the_driver_and_is_off_afterwards()
    {
        using StagedHost host = new(ContosoMachine.Play(0, false), ContosoMachine.Play(1, true), ContosoMachine.Play(2, true, dump: true, content: s_dump), ContosoMachine.Play(3, false, dump: true, content: s_dump))
        {
            // At the second look it is down, and it is not back at the third.
            Ends = [new StageEnd(1, Look, 2, AwayFor: 2)],
        };

        HostRun run = ProcedureRun.Of(Playbook, host, parameters: s_drivers);

        run.Is(RunStatus.Succeeded);
        Assert.Equal((true, true, false, "contosonet.sys"), (run.Outputs["caught"], run.Outputs["crashed"], run.Outputs["resetItself"], run.Outputs["culprit"]));
        Assert.Contains("DRIVER_VERIFIER_DETECTED_VIOLATION", (string)run.Outputs["crash"]!);
        Assert.Equal(("0xC4", "UserPointer"), (run.Step("analyse").Outputs["stopCode"], run.Step("analyse").Outputs["faultClass"]));
        Assert.Equal([On, Mode, Off], host.Calls.Commands());
        Assert.Equal((2, 2), (host.Restarts, host.Reconnections));
        Assert.All(host.Waits, wait => Assert.Equal(TimeSpan.FromHours(1), wait));
        Assert.Equal(["set-capture", "suspects"], run.Of(StepStatus.Skipped));
        Assert.Equal(1L, run.Step("collect").Outputs["count"]);
        Assert.Equal(false, run.Step("off").Outputs["isEnabled"]);
    }

    [Fact]
    public void When_nothing_is_caught_the_run_says_so_and_Verifier_is_off_all_the_same()
    {
        using StagedHost host = new(ContosoMachine.Play(0, false), ContosoMachine.Play(1, true), ContosoMachine.Play(2, false));

        HostRun run = ProcedureRun.Of(Playbook, host, parameters: [("drivers", new[] { "contosonet" }), ("watchSeconds", 0)]);

        run.Is(RunStatus.Succeeded);
        Assert.Equal((false, false, false, null), (run.Outputs["caught"], run.Outputs["crashed"], run.Outputs["resetItself"], run.Outputs["culprit"]));
        Assert.Equal([On, Mode, Off], host.Calls.Commands());
        Assert.Equal((2, StepStatus.Skipped), (host.Restarts, run.Step("analyse").Status));
        Assert.Contains("windows-memory-and-heat", Assert.Single(run.Step("caught").Warnings));
    }

    [Fact]
    public void A_crash_that_is_not_Verifiers_names_a_driver_and_is_not_called_caught()
    {
        using StagedHost host = new(ContosoMachine.Play(0, false), ContosoMachine.Play(1, true), ContosoMachine.Play(2, true, dump: true), ContosoMachine.Play(3, false, dump: true))
        {
            Ends = [new StageEnd(1, Look, 1)],
        };

        HostRun run = ProcedureRun.Of(Playbook, host, parameters: s_drivers);

        run.Is(RunStatus.Succeeded);
        Assert.Equal((false, true, "contosonet.sys"), (run.Outputs["caught"], run.Outputs["crashed"], run.Outputs["culprit"]));
        Assert.Equal("0xD1", run.Step("analyse").Outputs["stopCode"]);
    }

    [Fact]
    public void Boot_failed_under_verifier_and_the_settings_reset_themselves()
    {
        using StagedHost host = new(ContosoMachine.Play(0, false), ContosoMachine.Play(1, false, dump: true, content: s_dump));

        HostRun run = ProcedureRun.Of(Playbook, host, parameters: s_drivers);

        run.Is(RunStatus.Succeeded);
        Assert.Equal((true, true, "contosonet.sys", 1), (run.Outputs["resetItself"], run.Outputs["caught"], run.Outputs["culprit"], host.Restarts));
        Assert.Equal((StepStatus.Skipped, StepStatus.Skipped), (run.Step("watch").Status, run.Step("disable").Status));
        Assert.Equal([On, Mode], host.Calls.Commands());
    }

    [Fact]
    public void A_driver_that_Driver_Verifier_must_not_watch_ends_the_procedure_before_anything_is_changed()
    {
        using StagedHost host = new(ContosoMachine.Play(0, false));

        HostRun run = ProcedureRun.Of(Playbook, host, parameters: ("drivers", new[] { "disk" }));

        run.Is(RunStatus.Refused);
        Assert.Contains("part of Windows", run.Summary);
        Assert.Empty(host.Calls.Commands());
    }

    [Fact]
    public void Verifier_that_cannot_be_switched_off_is_a_failure_that_says_how_and_is_undone()
    {
        RecordedProgram refused = new("verifier.exe", "/reset") { ExitCode = 5, Error = "Access is denied."u8.ToArray() };
        using StagedHost host = new(ContosoMachine.Play(0, false), ContosoMachine.Play(1, true, dump: true, programs: [refused], content: s_dump));
        using StagedHost later = new(ContosoMachine.Play(2, true));
        using var procedure = new ProcedureRun(Playbook, host);

        HostRun run = procedure.Do(s_drivers);

        run.Is(RunStatus.Failed);
        Assert.Contains("verifier /reset", run.Summary);
        Assert.Equal((StepStatus.Failed, StepStatus.Failed), (run.Step("disable").Status, run.Step("way-back").Status));
        Assert.Equal("contosonet.sys", run.Step("analyse").Outputs["culprit"]);

        HostRun undone = procedure.Undo(run, later);

        undone.Is(RunStatus.RolledBack);
        Assert.Equal([Off], later.Calls.Commands());
    }

    [Fact]
    public void On_the_machine_of_the_run_itself_a_person_restarts_and_the_run_goes_on()
    {
        using StagedHost host = new(ContosoMachine.Play(0, false)) { Kind = HostKind.Local };
        using StagedHost restarted = new(ContosoMachine.Play(1, false, dump: true, content: s_dump)) { Kind = HostKind.Local };
        using var procedure = new ProcedureRun(Playbook, host);

        HostRun run = procedure.Do(s_drivers);

        run.Is(RunStatus.NeedsPerson);
        Assert.Contains("Restart it by hand", run.Summary);

        HostRun resumed = procedure.Resume(run, restarted);

        resumed.Is(RunStatus.Succeeded);
        Assert.Equal(true, resumed.Outputs["caught"]);
        Assert.Empty(restarted.Calls.Commands());
    }

    [Fact]
    public void What_a_person_is_asked_tells_what_it_costs()
    {
        using StagedHost host = new(ContosoMachine.Play(0, false));
        using var procedure = new ProcedureRun(Playbook, host, disagrees: "enable");

        HostRun run = procedure.Do(s_drivers);

        run.Is(RunStatus.NeedsPerson);
        Assert.Contains("Unsaved work", Assert.Single(procedure.Person.Confirmed).Text);
        Assert.Empty(host.Calls.Commands());
    }

    [Fact]
    public void A_rehearsal_that_looks_does_not_wait_for_a_crash()
    {
        // Driver Verifier is on already: a run would wait, and twelve hours unless told otherwise.
        using StagedHost host = new(ContosoMachine.Play(0, true));
        using var procedure = new ProcedureRun(Playbook, host);

        HostRun run = procedure.Check(("drivers", new[] { "contosonet" }), ("watchSeconds", 0));

        run.Is(RunStatus.Planned);
        Assert.Equal((StepStatus.Planned, StepStatus.Done), (run.Step("watch").Status, run.Step("started").Status));
        Assert.Equal((0, 0), (host.Restarts, host.Calls.Commands().Length));
    }
}
