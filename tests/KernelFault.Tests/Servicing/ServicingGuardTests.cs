using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Tests.Servicing;

/// <summary>What speaks against a repair, said before anything is started.</summary>
public sealed class ServicingGuardTests
{
    [Fact]
    public void EveryReasonIsFoundAndNothingIsRun()
    {
        using RecordedHost host = ServicingRecordings.Play("guarded-zh");

        HostPlan<SystemFileRepairResult> plan = new SystemFileRepair(new()).Plan(host, CancellationToken.None);

        Assert.Equal(["NotElevated", "ServicingRunning", "RestartPending", "DiskNearlyFull"], plan.Guards.Select(guard => guard.Id));
        Assert.Contains("TiWorker", plan.Guards[1].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("TrustedInstaller", plan.Guards[1].Text, StringComparison.Ordinal);
        Assert.Contains("100 MB", plan.Guards[3].Text, StringComparison.Ordinal);
        Assert.Contains("file rename operations", Assert.Single(plan.Warnings), StringComparison.Ordinal);
        Assert.Throws<HostGuardException>(() => plan.Execute(new ServicingRecordings.Told(), force: true, CancellationToken.None));
        Assert.Empty(ServicingRecordings.Changes(host));
    }

    [Fact]
    public void APendingRestartMayBeOverruledToLookOnly()
    {
        using RecordedHost host = ServicingRecordings.Play("guarded-zh");

        Assert.False(new SystemFileRepair(new()).Plan(host, CancellationToken.None).Guards.Single(guard => guard.Id == "RestartPending").CanForce);
        Assert.True(new SystemFileRepair(new() { VerifyOnly = true }).Plan(host, CancellationToken.None).Guards.Single(guard => guard.Id == "RestartPending").CanForce);
        Assert.True(new ComponentStoreRepair(new() { Operation = ComponentStoreOperation.ScanHealth }).Plan(host, CancellationToken.None).Guards.Single(guard => guard.Id == "RestartPending").CanForce);
    }

    [Fact]
    public void AnotherSystemIsAskedNothing()
    {
        HostFacts linux = ServicingRecordings.Load("sfc-healthy-en").Facts with { Platform = HostPlatform.Linux, OperatingSystem = "Debian GNU/Linux 12 (bookworm)" };
        using var host = new RecordedHost("db2", new HostRecording { Facts = linux });

        Assert.Equal("NotWindows", Assert.Single(new SystemFileRepair(new()).Plan(host, CancellationToken.None).Guards).Id);
        Assert.Equal("NotWindows", Assert.Single(new ComponentStoreRepair(new()).Plan(host, CancellationToken.None).Guards).Id);
        Assert.Equal("NotWindows", Assert.Single(new SystemImageRepair(new()).Plan(host, CancellationToken.None).Guards).Id);
        Assert.Empty(host.Calls);
    }

    [Fact]
    public void AServiceThatIsIdleIsNoWork()
    {
        var state = ServicingState.Parse("pc", ServicingRecordings.State("2026-03-10T10:00:00").Replace("\"processes\":[]", """
            "processes":[{"name":"TrustedInstaller","id":4,"busy":0.0},{"name":"TiWorker","id":5,"busy":null},{"name":"sfc","id":6}]
            """, StringComparison.Ordinal));

        Assert.Equal(["sfc"], state.Processes);
    }
}
