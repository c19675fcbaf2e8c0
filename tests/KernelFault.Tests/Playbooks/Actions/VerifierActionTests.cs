using KernelFault.Hosts;
using KernelFault.Playbooks.Actions;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Hosts;
using KernelFault.Tests.Verification;

namespace KernelFault.Tests.Playbooks.Actions;

public sealed class VerifierActionTests
{
    [Fact]
    public void The_settings_are_read_from_disk_and_from_what_runs()
    {
        using RecordedHost host = Recordings.Host("on-english-built");

        ActionResult result = Acting.Do("get-verifier", host);

        Assert.True(result.Output<bool>("isEnabled"));
        Assert.Equal("0x209BB", result.Output<string>("level"));
        Assert.Equal(["contosonet.sys", "fabfs64.sys"], result.Texts("drivers").Order());
        Assert.True(result.Output<bool>("isRunning"));
    }

    [Fact]
    public void Off_is_off_and_not_unknown()
    {
        using RecordedHost host = Recordings.Host("off-english-built");

        ActionResult result = Acting.Do("get-verifier", host);

        Assert.False(result.Output<bool>("isEnabled"));
        Assert.Null(result.Outputs["level"]);
        Assert.Empty(result.Texts("drivers"));
    }

    [Fact]
    public void Verifier_is_set_on_a_named_driver_and_a_restart_is_asked_for()
    {
        using RecordedHost host = Recordings.Host("off-english-built");
        HostPlan<ActionResult> plan = Acting.Plan("enable-verifier", host, ("drivers", new[] { "contosonet.sys" }));

        Assert.Equal("Run 'verifier.exe /flags 0x209BB /driver contosonet.sys'", plan.Steps[0]);
        Assert.NotEmpty(plan.Warnings);

        ActionResult result = Acting.Execute("enable-verifier", plan);

        Assert.Equal((true, true, "0x209BB"), (result.Changed, result.NeedsRestart, result.Output<string>("level")));
        Assert.Equal(["contosonet.sys"], result.Texts("drivers"));
        Assert.Equal(2, result.Steps.Count);
    }

    [Theory]
    [InlineData("*", "AllDrivers")]
    [InlineData("disk", "MicrosoftDriver")]
    [InlineData("gone.sys", "DriverNotFound")]
    [InlineData("litware", "BootCriticalDriver")]
    public void Drivers_that_must_not_be_verified_are_refused(string driver, string guard)
    {
        using RecordedHost host = Recordings.Host("off-english-built");

        Assert.Equal(guard, Acting.Guard(Acting.Plan("enable-verifier", host, ("drivers", new[] { driver }))));
    }

    [Fact]
    public void Verifier_is_taken_off_and_a_second_time_finds_nothing_to_do()
    {
        using RecordedHost on = Recordings.Host("on-english-built");
        using RecordedHost off = Recordings.Host("off-english-built");

        ActionResult first = Acting.Do("disable-verifier", on);
        ActionResult second = Acting.Do("disable-verifier", off);

        Assert.Equal((true, true, true), (first.Changed, first.Output<bool>("wasEnabled"), first.NeedsRestart));
        Assert.Equal((false, false, false), (second.Changed, second.Output<bool>("wasEnabled"), second.NeedsRestart));
    }

    [Fact]
    public void Verifier_is_taken_out_of_the_hive_of_a_Windows_that_does_not_run()
    {
        using var windows = new OfflineWindows(HostRegistryTests.VerifiedHive());
        using var host = new OfflineWindowsHost(windows.Folder);

        Assert.Equal(true, Offline("get-verifier", host).Outputs["isEnabled"]);
        ActionResult result = Offline("disable-verifier", host);

        Assert.Equal((true, false), (result.Changed, result.NeedsRestart));
        Assert.Equal(false, Offline("get-verifier", host).Outputs["isEnabled"]);
        Assert.False(Offline("disable-verifier", host).Changed);
        Assert.Single(Directory.GetFiles(windows.Config, "*.bak"));
    }

    [Fact]
    public void Verifier_is_not_switched_on_where_nothing_runs()
    {
        using var windows = new OfflineWindows(HostRegistryTests.VerifiedHive());
        using var host = new OfflineWindowsHost(windows.Folder);

        HostPlan<ActionResult> plan = Acting.Find("enable-verifier").Plan(Acting.Context("enable-verifier", host, inputs: ("drivers", new[] { "contosonet" })), CancellationToken.None);

        Assert.Equal("NotRunning", Acting.Guard(plan));
    }

    private static ActionResult Offline(string name, OfflineWindowsHost host) =>
        Acting.Execute(name, Acting.Find(name).Plan(Acting.Context(name, host), CancellationToken.None));
}
