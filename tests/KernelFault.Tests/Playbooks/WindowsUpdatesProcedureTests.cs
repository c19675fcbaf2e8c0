using KernelFault.Hosts;
using KernelFault.Playbooks.Running;

namespace KernelFault.Tests.Playbooks;

/// <summary>
/// <c>windows-updates</c> from its first step to its last. The answers are built in the form of our script, with the result codes of
/// Microsoft's page on OperationResultCode: 2 succeeded, 4 failed. No capture of the agent was at hand.
/// </summary>
public sealed class WindowsUpdatesProcedureTests
{
    private const string Playbook = "windows-updates";
    private const string Cumulative = "11111111-1111-1111-1111-111111111111";
    private const string Framework = "22222222-2222-2222-2222-222222222222";
    private const string Driver = "33333333-3333-3333-3333-333333333333";
    private const string Nothing = """{"updates":[]}""";

    private static readonly string s_both = Found((Cumulative, "2026-11 Cumulative Update (KB5050001)"), (Framework, "2026-11 .NET Update (KB5050002)"));

    [Fact]
    public void Updates_are_installed_the_machine_restarts_and_is_asked_for_more()
    {
        using StagedHost host = new(
            Machine(0, Find("all", s_both), Install("all", [Cumulative, Framework], restart: true, (Cumulative, "2026-11 Cumulative Update (KB5050001)", 2), (Framework, "2026-11 .NET Update (KB5050002)", 2))),
            Machine(1, Find("drivers", Found((Driver, "Contoso - Net - 9.9"))), Install("drivers", [Driver], restart: false, (Driver, "Contoso - Net - 9.9", 2)), Find("all", Nothing)));
        using var procedure = new ProcedureRun(Playbook, host);

        HostRun run = procedure.Do(("drivers", true));

        run.Is(RunStatus.Succeeded);
        Assert.Equal(["2026-11 Cumulative Update (KB5050001)", "2026-11 .NET Update (KB5050002)"], run.Step("install").Texts("installed"));
        Assert.Equal(["Contoso - Net - 9.9"], run.Step("drivers").Texts("installed"));
        Assert.Equal((1, TimeSpan.FromHours(4)), (host.Restarts, Assert.Single(host.Waits)));
        Assert.Equal((0L, false), (run.Step("again").Outputs["count"], run.Step("again").Changed));
        Assert.Equal(["between"], run.Of(StepStatus.Skipped));
        Assert.All(procedure.Person.Confirmed, question => Assert.Contains("Unsaved work", question.Text));
        Assert.Equal(["install", "drivers"], procedure.Person.Confirmed.Select(question => question.Step));
    }

    [Fact]
    public void What_fails_at_first_is_tried_again_after_a_restart()
    {
        using StagedHost host = new(
            Machine(0, Find("all", s_both), Install("all", [Cumulative, Framework], restart: true, (Cumulative, "2026-11 Cumulative Update (KB5050001)", 2), (Framework, "2026-11 .NET Update (KB5050002)", 4))),
            Machine(1, Find("all", Found((Framework, "2026-11 .NET Update (KB5050002)"))), Install("all", [Framework], restart: false, (Framework, "2026-11 .NET Update (KB5050002)", 2))));

        HostRun run = ProcedureRun.Of(Playbook, host);

        run.Is(RunStatus.Succeeded);
        Assert.Equal((StepStatus.Failed, StepStatus.Done, StepStatus.Done), (run.Step("install").Status, run.Step("between").Status, run.Step("again").Status));
        Assert.Equal(["2026-11 .NET Update (KB5050002)"], run.Step("again").Texts("installed"));
        Assert.Equal(1, host.Restarts);
        Assert.Contains(run.Warnings, warning => warning.Contains("KB5050002", StringComparison.Ordinal));
    }

    [Fact]
    public void What_fails_twice_is_named()
    {
        string found = Found((Framework, "2026-11 .NET Update (KB5050002)"));
        using StagedHost host = new(Machine(0, Find("all", found), Install("all", [Framework], restart: false, (Framework, "2026-11 .NET Update (KB5050002)", 4))));

        HostRun run = ProcedureRun.Of(Playbook, host);

        run.Is(RunStatus.Failed);
        Assert.Contains("'again' failed: Could not be installed: 2026-11 .NET Update (KB5050002)", run.Summary);
        Assert.Equal((0, StepStatus.Skipped), (host.Restarts, run.Step("between").Status));
        Assert.Equal(2, host.Calls.Count(call => call.Target == "windows-update" && call.Arguments[0].Contains("\"install\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_machine_that_does_not_reach_Windows_Update_is_a_failure_that_says_so()
    {
        using StagedHost host = new(Machine(0, Find("all", """{"error":"0x8024402C"}""")));

        HostRun run = ProcedureRun.Of(Playbook, host);

        run.Is(RunStatus.Failed);
        Assert.Contains("0x8024402C", run.Summary);
        Assert.Equal(0, host.Restarts);
    }

    [Fact]
    public void Without_the_rights_of_an_administrator_it_is_refused_before_anything_is_asked()
    {
        using RecordedHost host = (new RecordedWindows { IsElevated = false }).Play();

        HostRun run = ProcedureRun.Of(Playbook, host);

        run.Is(RunStatus.Refused);
        Assert.Empty(run.Steps);
        Assert.Empty(host.Calls);
    }

    [Fact]
    public void Nothing_is_installed_when_a_person_says_no()
    {
        using StagedHost host = new(Machine(0, Find("all", s_both)));
        using var procedure = new ProcedureRun(Playbook, host, disagrees: "install");

        HostRun run = procedure.Do();

        run.Is(RunStatus.NeedsPerson);
        Assert.Contains("restart when that is needed", Assert.Single(procedure.Person.Confirmed).Text);
        Assert.DoesNotContain(host.Calls, call => call.Target == "windows-update" && call.Arguments[0].Contains("\"install\"", StringComparison.Ordinal));
    }

    private static RecordedHost Machine(int start, params RecordedScript[] scripts) => new RecordedWindows
    {
        Start = start, Drivers = [("contosonet", "contosonet.sys", "Contoso", "1.2.3.4", 3, true, string.Empty)], Scripts = scripts,
    }.Play();

    private static string Found(params (string Id, string Title)[] updates) => "{\"updates\":[" + string.Join(",", updates.Select(one => $$"""{"id":"{{one.Id}}","title":"{{one.Title}}"}""")) + "]}";

    private static RecordedScript Find(string kind, string answer) => new("windows-update", answer) { Json = $$"""{"operation":"find","kind":"{{kind}}","articles":[],"ids":[]}""" };

    private static RecordedScript Install(string kind, string[] ids, bool restart, params (string Id, string Title, int Result)[] results) => new(
        "windows-update",
        "{\"updates\":[" + string.Join(",", results.Select(one => $$"""{"id":"{{one.Id}}","title":"{{one.Title}}","result":{{one.Result}}}""")) + "],\"restart\":" + (restart ? "true}" : "false}"))
    {
        Json = $$"""{"operation":"install","kind":"{{kind}}","articles":[],"ids":[{{string.Join(",", ids.Select(id => "\"" + id + "\""))}}]}""",
    };
}
