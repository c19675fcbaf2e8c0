using System.Text;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using static KernelFault.Tests.Playbooks.Actions.LinuxActing;

namespace KernelFault.Tests.Playbooks.Actions;

public sealed class EngineNearActionTests
{
    [Fact]
    public void Restarts_and_tells_both_boot_times()
    {
        using RecordedHost host = Host();
        HostPlan<ActionResult> plan = Plan("restart", host);

        Assert.Equal(["Restart db2 and wait at most 900 s until it answers with a later boot time"], plan.Steps);
        Assert.Empty(host.Calls);
        ActionResult result = Checked("restart", Do(plan));
        Assert.Equal(("2026-11-20T06:00:00.0000000Z", "2026-11-20T07:00:00.0000000Z", true, false), ((string)result.Outputs["bootTimeBefore"]!, (string)result.Outputs["bootTimeAfter"]!, result.Changed, result.NeedsRestart));
        Assert.True(PlaybookActions.BuiltIn.FindInfo("restart")!.Restarts);
    }

    [Theory]
    [InlineData(-3600, true)]
    [InlineData(-5, false)]
    [InlineData(0, false)]
    public void Whether_it_was_restarted_the_boot_time_tells(int secondsBefore, bool done)
    {
        using RecordedHost host = Host();
        IPlaybookAction restart = PlaybookActions.BuiltIn.Find("restart")!;

        ActionCheck check = restart.Check(Context("restart", host), new ActionAttempt(Boot.AddMinutes(-1), Boot.AddSeconds(secondsBefore)), default);

        Assert.Equal((done, done), (check.IsDone, check.Result is not null));
        Assert.Null(restart.Check(Context("restart", host), new ActionAttempt(Boot, BootTime: null), default).IsDone);
        Assert.DoesNotContain(host.Calls, call => call.Action == "Restart");
    }

    [Fact]
    public void This_machine_is_not_restarted()
    {
        using var host = new LocalHost();

        Assert.Contains(Plan("restart", host).Guards, guard => guard.Id is "RestartsItself" or "NotElevated");
    }

    [Theory]
    [InlineData("equals", true, true)]
    [InlineData("equals", false, false)]
    [InlineData("exists", true, true)]
    [InlineData("exists", false, false)]
    [InlineData("matches", "^t", true)]
    [InlineData("matches", "^f", false)]
    public void Asserts_by_one_operator(string name, object operand, bool holds)
    {
        using RecordedHost host = Host();

        ActionResult result = Do("assert", host, ("value", true), (name, operand), ("message", "It should."));

        Assert.Equal(holds ? null : "It should.", result.Failure);
        Assert.Empty(host.Calls);
    }

    [Fact]
    public void What_is_asserted_is_not_looked_into_again()
    {
        using RecordedHost host = Host();

        Assert.Null(Do("assert", host, ("value", "${{ parameters.x }}"), ("equals", "${{ parameters.x }}")).Failure);
        Assert.NotNull(Do("assert", host, ("greaterThan", 1)).Failure);
        Assert.Null(Do("assert", host, ("exists", false)).Failure);
        Assert.Throws<PlaybookException>(() => Plan("assert", host, ("value", 1)));
        Assert.Throws<PlaybookException>(() => Plan("assert", host, ("value", 1), ("equals", 1), ("lessThan", 2)));
        Assert.Throws<PlaybookException>(() => Do(Plan("assert", host, ("value", "a"), ("matches", "("))));
    }

    [Fact]
    public void Waits_until_something_is_so_and_fails_when_it_is_not_in_time()
    {
        using RecordedHost host = Host(
            new RecordedProgram("systemctl", "is-active", "--quiet", "sshd.service") { ExitCode = 3 },
            new RecordedProgram("systemctl", "is-active", "--quiet", "sshd.service") { Failure = HostErrorKind.Unreachable },
            Done("systemctl", "is-active", "--quiet", "sshd.service"));

        ActionResult result = Do("wait-for", host, ("service", "sshd.service"), ("interval", 0.1));
        Assert.Equal((null, 3L), (result.Failure, (long)result.Outputs["looks"]!));

        ActionResult late = Do("wait-for", host, ("file", "/run/nothing"), ("interval", 0.1), ("timeout", 0.3));
        Assert.Contains("/run/nothing", late.Failure);
        Assert.Equal(0.1, Do("wait-for", host, ("seconds", 0.1)).Outputs["waited"]);
        Assert.Throws<PlaybookException>(() => Plan("wait-for", host));
        Assert.Throws<PlaybookException>(() => Plan("wait-for", host, ("service", "-x")));
        Assert.Throws<PlaybookException>(() => Plan("wait-for", host, ("file", "relative")));
    }

    [Fact]
    public void A_port_is_looked_for_among_those_that_listen()
    {
        const string Table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
               1: 0F02000A:1F90 0202000A:C5A4 01 00000000:00000000 00:00000000 00000000     0        0 2
            """;
        using var host = new RecordedHost("db2", new HostRecording { Facts = Facts, Files = [new RecordedFile("/proc/net/tcp", Encoding.ASCII.GetBytes(Table))] });

        Assert.Null(Do("wait-for", host, ("port", 22)).Failure);
        Assert.NotNull(Do("wait-for", host, ("port", 8080), ("timeout", 0.1), ("interval", 0.1)).Failure);
    }

    [Fact]
    public void A_wait_ends_at_once_when_it_is_cancelled()
    {
        using RecordedHost host = Host();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        HostPlan<ActionResult> plan = Plan("wait-for", host, ("seconds", 3600));

        Assert.ThrowsAny<OperationCanceledException>(() => plan.Execute(new Progress<HostProgress>(), force: false, cancel.Token));
    }

    [Fact]
    public void A_pause_for_a_person_asks()
    {
        using RecordedHost host = Host();
        var pause = (IAskingAction)PlaybookActions.BuiltIn.Find("pause")!;

        Assert.Equal("Change the cable.", pause.Question(Context("pause", host, ("message", "Change the cable."))));
        Assert.Null(pause.Question(Context("pause", host, ("seconds", 1))));
        Assert.Throws<PlaybookException>(() => Plan("pause", host));
        Assert.Equal(0.1, Do("pause", host, ("seconds", 0.1)).Outputs["waited"]);
    }

    [Fact]
    public void Options_of_two_values_are_written_one_after_the_other_and_both_stay()
    {
        string Settings(params string[] lines) => string.Join("\n", lines).Replace('|', '\t') + "\nend\n";
        string[] paths = [.. KernelFault.Verification.KernelDebugOptionInfo.All.Select(option => option.Setting.LivePath).OfType<string>().Distinct()];
        RecordedProgram Read(params string[] lines) => new("/bin/sh", ["-s", .. paths]) { Output = Encoding.UTF8.GetBytes(Settings([.. lines, "loader|grub.d"])) };
        string[] before = ["now|/proc/sys/kernel/panic_on_oops|0", "now|/proc/sys/kernel/hung_task_panic|1"];
        string[] after = ["now|/proc/sys/kernel/panic_on_oops|1", "now|/proc/sys/kernel/hung_task_panic|1", "conf|/etc/sysctl.d/zz-kernelfault.conf|kernel.panic_on_oops|1"];
        using RecordedHost host = Host(
            Read(before), Read(before), Read(before), Read(before), Read(after), Read(after), Read(after),
            Done("mkdir", "-p", "-m", "755", "/var/lib/kernelfault"), Done("mkdir", "-p", "/etc/sysctl.d"), Done("tee", "/proc/sys/kernel/panic_on_oops"), Done("tee", "/proc/sys/kernel/hung_task_panic"));
        HostPlan<ActionResult> plan = Plan("set-kernel-option", host, ("options", PlaybookValue.Map(("panic_on_oops", "1"), ("hung_task_panic", 0))));

        Assert.Contains("Write 1 to /proc/sys/kernel/panic_on_oops", plan.Steps);
        Assert.Contains("Write 0 to /proc/sys/kernel/hung_task_panic", plan.Steps);
        ActionResult result = Checked("set-kernel-option", Do(plan));
        Assert.True(result.Changed);
        string file = Encoding.ASCII.GetString(host.ReadFile("/etc/sysctl.d/zz-kernelfault.conf", 10000, default));
        Assert.Contains("kernel.panic_on_oops = 1", file);
        Assert.Contains("kernel.hung_task_panic = 0", file);
        Assert.Equal("0", ((IReadOnlyDictionary<string, object?>)((IReadOnlyDictionary<string, object?>)result.Outputs["before"]!)["panic_on_oops"]!)["value"]);
        Assert.Throws<PlaybookException>(() => Plan("set-kernel-option", host, ("options", PlaybookValue.Map(("panic_on_oops", "1; reboot")))));
        Assert.Throws<PlaybookException>(() => Plan("set-kernel-option", host, ("options", PlaybookValue.Map(("no_such", "1")))));
        Assert.Throws<PlaybookException>(() => Plan("set-kernel-option", host));
    }

    [Fact]
    public void Engine_actions_are_known_and_not_planned()
    {
        Assert.All(new[] { "include", "report" }, name =>
        {
            Assert.NotNull(PlaybookActions.BuiltIn.FindInfo(name));
            Assert.Null(PlaybookActions.BuiltIn.Find(name));
        });
        Assert.Throws<PlaybookException>(() => Plan("trace-kernel-function", Host(), ("function", "a b; reboot")));
    }
}
