using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Playbooks.Actions;

/// <summary><c>wait-for</c> a crash or the end of setup, on a machine that goes away meanwhile, and <c>assert</c> that only tells.</summary>
public sealed class WaitForCrashActionTests
{
    private const string Look = @"FindFile C:\Windows\MEMORY.DMP";

    private static readonly string s_since = DateTime.UtcNow.AddMinutes(-1).ToString("o");

    [Fact]
    public void A_crash_is_waited_for_through_the_time_in_which_the_machine_is_away()
    {
        using StagedHost host = new(new RecordedWindows().Play(), Crashed()) { Ends = [new StageEnd(0, Look, 2, AwayFor: 3)] };

        ActionResult result = Wait(host, ("crash", s_since), ("timeout", 60.0), ("interval", 0.1));

        Assert.Equal((true, null), (result.Output<bool>("happened"), result.Failure));
        Assert.Equal((6L, 3), (result.Output<long>("looks"), host.Reconnections));
    }

    [Fact]
    public void A_dump_that_is_still_written_to_is_not_there_yet()
    {
        RecordedFile part = RecordedWindows.Dump([1, 2]);
        RecordedFile whole = RecordedWindows.Dump([1, 2, 3]) with { LastWriteTime = part.LastWriteTime };
        using StagedHost host = new((new RecordedWindows { Files = [part] }).Play(), (new RecordedWindows { Files = [whole] }).Play()) { Ends = [new StageEnd(0, Look, 2)] };

        // The time is over at once; that it is about to be so counts.
        ActionResult result = Wait(host, ("crash", s_since), ("timeout", 0.0), ("interval", 0.1));

        Assert.Equal((true, 3L), (result.Output<bool>("happened"), result.Output<long>("looks")));
    }

    [Fact]
    public void Live_reports_and_dumps_of_before_are_no_crash()
    {
        RecordedFile report = new(@"C:\Windows\LiveKernelReports\WATCHDOG\x.dmp", [1]) { LastWriteTime = DateTime.UtcNow };
        using StagedHost host = new((new RecordedWindows { Files = [report, RecordedWindows.OldDump([1])] }).Play());

        ActionResult result = Wait(host, ("crash", s_since), ("timeout", 0.0), ("required", false));

        Assert.Equal((false, 1L, null), (result.Output<bool>("happened"), result.Output<long>("looks"), result.Failure));
        Assert.NotNull(Wait(host, ("crash", s_since), ("timeout", 0.0)).Failure);
    }

    [Fact]
    public void The_time_is_counted_from_when_it_was_begun_first()
    {
        using StagedHost host = new(new RecordedWindows().Play());

        ActionResult result = Wait(host, ("crash", s_since), ("timeout", 3600.0), ("from", DateTime.UtcNow.AddHours(-2).ToString("o")), ("required", false));

        Assert.Equal((false, 1L), (result.Output<bool>("happened"), result.Output<long>("looks")));
    }

    [Fact]
    public void A_machine_that_does_not_answer_when_the_time_is_over_is_a_failure_all_the_same()
    {
        using StagedHost host = new(new RecordedWindows().Play(), Crashed()) { Ends = [new StageEnd(0, Look, 1, AwayFor: 99)] };

        ActionResult result = Wait(host, ("crash", s_since), ("timeout", 0.3), ("interval", 0.1), ("required", false));

        Assert.Contains("does not answer", result.Failure);
    }

    [Theory]
    [InlineData(true, 1, false)]
    [InlineData(false, -1, false)]
    [InlineData(false, 1, true)]
    public void Windows_is_installed_when_setup_is_over_and_its_date_is_new(bool isAtWork, int hours, bool over)
    {
        using StagedHost host = new((new RecordedWindows { IsSetupAtWork = isAtWork, Installed = DateTime.UtcNow.AddHours(hours) }).Play());

        Assert.Equal(over, Wait(host, ("installed", s_since), ("timeout", 0.0), ("required", false)).Output<bool>("happened"));
    }

    [Fact]
    public void A_time_that_is_none_is_an_error_of_the_playbook()
    {
        using StagedHost host = new(new RecordedWindows().Play());

        Assert.Throws<PlaybookException>(() => Wait(host, ("crash", "yesterday")));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(1, false)]
    public void An_assertion_that_is_not_required_only_tells(int value, bool holds)
    {
        using StagedHost host = new(new RecordedWindows().Play());
        ActionContext context = Acting.Context("assert", host, inputs: [("value", (long)value), ("equals", 2L), ("message", "It is not two."), ("required", false)]);

        ActionResult result = Acting.Execute("assert", Acting.Find("assert").Plan(context, CancellationToken.None));

        Assert.Equal((holds, null), (result.Output<bool>("holds"), result.Failure));
        Assert.Equal(holds ? [] : ["It is not two."], result.Warnings);
    }

    [Theory]
    [InlineData("get-driver-package")]
    [InlineData("roll-back-driver")]
    public void What_cannot_be_done_to_a_Windows_that_is_not_running_is_told_with_the_way_by_hand(string action)
    {
        using var windows = new OfflineWindows(Hive());
        using var host = new OfflineWindowsHost(windows.Folder);
        ActionContext context = Acting.Context(action, host, inputs: ("driver", "contosonet"));

        HostGuard guard = Assert.Single(Acting.Find(action).Plan(context, CancellationToken.None).Guards);

        Assert.Equal(("NotRunning", false), (guard.Id, guard.CanForce));
        Assert.Contains(@"dism /Image:D:\", guard.Text);
    }

    private static RecordedHost Crashed() => (new RecordedWindows { Start = 1, Files = [RecordedWindows.Dump([1, 2, 3])] }).Play();

    private static ActionResult Wait(IHost host, params (string Name, object? Value)[] inputs) =>
        Acting.Execute("wait-for", Acting.Find("wait-for").Plan(Acting.Context("wait-for", host, inputs: inputs), CancellationToken.None));

    private static byte[] Hive() => new HiveBuilder().Build(new HiveBuilder.Node(
        "ROOT",
        new HiveBuilder.Node("ControlSet001"),
        new HiveBuilder.Node("Select") { Values = [("Current", 4, [1, 0, 0, 0]), ("Default", 4, [1, 0, 0, 0]), ("Failed", 4, [0, 0, 0, 0]), ("LastKnownGood", 4, [1, 0, 0, 0])] }));
}
