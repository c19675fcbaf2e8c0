using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Hosts;
using KernelFault.Tests.Servicing;

namespace KernelFault.Tests.Playbooks.Actions;

public sealed class RepairActionTests
{
    [Theory]
    [InlineData("sfc-healthy-en", "Healthy", true, false)]
    [InlineData("sfc-repaired-de", "Repaired", true, true)]
    [InlineData("sfc-not-repairable-zh", "NotRepairable", false, true)]
    public void The_status_of_sfc_is_an_answer_and_no_failure(string recording, string status, bool healthy, bool changed)
    {
        using RecordedHost host = ServicingRecordings.Play(recording);

        ActionResult result = Acting.Do("repair-system-file", host);

        Assert.Equal((status, healthy), (result.Output<string>("status"), result.Output<bool>("healthy")));
        Assert.Null(result.Failure);
        Assert.Equal(changed, result.Changed);
        Assert.Equal(changed, result.Texts("repaired").Length > 0);
        Assert.Equal("sfc.exe /scannow", Assert.Single(result.Steps).Text);
    }

    [Theory]
    [InlineData("sfc-cancelled-de", "Cancelled")]
    [InlineData("sfc-failed-fr", "Failed")]
    public void What_does_not_come_to_its_end_is_a_failure(string recording, string status)
    {
        using RecordedHost host = ServicingRecordings.Play(recording);

        ActionResult result = Acting.Do("repair-system-file", host);

        Assert.Equal((status, false), (result.Output<string>("status"), result.Output<bool>("healthy")));
        Assert.False(string.IsNullOrEmpty(result.Failure));
    }

    [Fact]
    public void Looking_alone_repairs_nothing_and_says_what_is_damaged()
    {
        using RecordedHost host = ServicingRecordings.Play("sfc-verify-damaged-ru");

        ActionResult result = Acting.Do("repair-system-file", host, ("verifyOnly", true));

        Assert.Equal(("Damaged", false, false), (result.Output<string>("status"), result.Output<bool>("healthy"), result.Changed));
        Assert.NotEmpty(result.Texts("notRepaired"));
    }

    [Fact]
    public void A_store_whose_source_is_missing_is_not_repairable()
    {
        using RecordedHost host = ServicingRecordings.Play("dism-source-missing");

        ActionResult result = Acting.Do("repair-component-store", host, ("source", new[] { @"wim:E:\sources\install.wim:1" }), ("limitAccess", true));

        Assert.Equal("NotRepairable", result.Output<string>("status"));
        Assert.NotEmpty(result.Texts("nextSteps"));
    }

    [Fact]
    public void A_healthy_image_is_looked_at_and_left_alone()
    {
        using RecordedHost host = ServicingRecordings.Play("image-healthy-ja");

        ActionResult result = Acting.Do("repair-system-image", host);

        Assert.Equal(("Healthy", false), (result.Output<string>("status"), result.Changed));
    }

    [Fact]
    public void A_repaired_image_says_what_was_repaired()
    {
        using RecordedHost host = ServicingRecordings.Play("image-repaired-de");

        ActionResult result = Acting.Do("repair-system-image", host);

        Assert.Equal(("Repaired", true, true), (result.Output<string>("status"), result.Output<bool>("healthy"), result.Changed));
        Assert.NotEmpty(result.Texts("repaired"));
        Assert.Empty(result.Texts("notRepaired"));
    }

    [Fact]
    public void Guards_of_the_repair_are_those_of_the_action()
    {
        using RecordedHost host = ServicingRecordings.Play("guarded-zh");

        HostPlan<ActionResult> plan = Acting.Plan("repair-system-file", host);

        Assert.NotEmpty(plan.Guards);
        Assert.Throws<HostGuardException>(() => plan.Execute(new Progress<HostProgress>(), force: false, CancellationToken.None));
    }

    [Theory]
    [InlineData("repair-system-file", "path", "kernel32.dll")]
    [InlineData("repair-component-store", "source", "sxs")]
    [InlineData("repair-component-store", "operation", "Explode")]
    public void An_input_that_cannot_be_used_is_an_error_of_the_playbook(string action, string input, string value)
    {
        using RecordedHost host = ServicingRecordings.Play("sfc-healthy-en");

        Assert.Throws<PlaybookException>(() => Acting.Plan(action, host, (input, value)));
    }

    [SkippableFact]
    public void A_Windows_that_does_not_run_is_repaired_by_this_machine()
    {
        Skip.If(OperatingSystem.IsWindows(), "This would start a repair here.");
        using var folder = new OfflineWindows(HostRegistryTests.VerifiedHive());
        using var host = new OfflineWindowsHost(folder.Folder);

        HostPlan<ActionResult> plan = Acting.Find("repair-system-file").Plan(Acting.Context("repair-system-file", host), CancellationToken.None);

        Assert.Equal("NotWindows", Acting.Guard(plan));
        Assert.Empty(plan.Steps);
    }
}
