using System.Text;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Tests.Servicing;

namespace KernelFault.Tests.Playbooks.Actions;

public sealed class UpdateActionTests
{
    private const string One = "11111111-1111-1111-1111-111111111111";
    private const string Two = "22222222-2222-2222-2222-222222222222";

    [Fact]
    public void Windows_shows_its_updates_and_installs_those_and_no_others()
    {
        using RecordedHost host = Windows(
            """{"operation":"install","kind":"all","articles":[],"ids":["11111111-1111-1111-1111-111111111111","22222222-2222-2222-2222-222222222222"]}""",
            $$"""{"updates":[{"id":"{{One}}","title":"Kumulatives Update (KB5031356)"},{"id":"{{Two}}","title":"Defender"}]}""",
            $$"""{"updates":[{"id":"{{One}}","title":"Kumulatives Update (KB5031356)","result":2},{"id":"{{Two}}","title":"Defender","result":3}],"restart":true}""");
        HostPlan<ActionResult> plan = Acting.Plan("install-updates", host);

        Assert.Equal(["Install Kumulatives Update (KB5031356)", "Install Defender"], plan.Steps);

        ActionResult result = Acting.Execute("install-updates", plan);

        Assert.Equal((2L, true, true), (result.Output<long>("count"), result.NeedsRestart, result.Changed));
        Assert.Null(result.Failure);
        Assert.Contains($"\"ids\":[\"{One}\",\"{Two}\"]", host.Calls[^1].Arguments[0]);
    }

    [Fact]
    public void An_update_that_fails_is_named_and_the_step_fails()
    {
        using RecordedHost host = Windows(
            """{"operation":"install","kind":"drivers","articles":[],"ids":["11111111-1111-1111-1111-111111111111"]}""",
            $$"""{"updates":[{"id":"{{One}}","title":"A"}]}""",
            $$"""{"updates":[{"id":"{{One}}","title":"A","result":4}],"restart":false}""");

        ActionResult result = Acting.Do("install-updates", host, ("kind", "drivers"));

        Assert.Equal(["A"], result.Texts("failed"));
        Assert.Contains("A", result.Failure);
        Assert.False(result.Changed);
    }

    [Fact]
    public void Without_updates_nothing_is_done()
    {
        using RecordedHost host = Windows("""{"updates":[]}""");

        ActionResult result = Acting.Do("install-updates", host);

        Assert.Equal((0L, false), (result.Output<long>("count"), result.Changed));
        Assert.Single(host.Calls);
    }

    [Theory]
    [InlineData("""{"error":"0x8024402C"}""", "0x8024402C")]
    [InlineData("rubbish", "no answer")]
    [InlineData("[]", "[]")]
    public void What_the_agent_says_of_a_failure_is_told(string output, string text)
    {
        using RecordedHost host = Windows(output);

        Assert.Contains(text, Assert.Throws<HostException>(() => Acting.Plan("install-updates", host)).Message);
    }

    [Fact]
    public void Apt_is_run_without_questions_and_the_list_of_packages_says_what_came()
    {
        using RecordedHost host = Linux(
            "/usr/bin/apt-get",
            List("linux-image-6.1.0-18-amd64 6.1.76-1 installed\nopenssl 3.0.1-1 installed\n"),
            List("linux-image-6.1.0-18-amd64 6.1.76-1 installed\nopenssl 3.0.1-2 installed\nhalf 1 half-configured\n"),
            new RecordedProgram("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "update"),
            new RecordedProgram("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-q", "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold", "--with-new-pkgs", "upgrade"));

        ActionResult result = Acting.Do("install-updates", host);

        Assert.Equal(["openssl 3.0.1-2"], result.Texts("installed"));
        Assert.False(result.NeedsRestart);
        Assert.Equal(2, result.Steps.Count);
    }

    [Fact]
    public void A_new_kernel_needs_a_restart()
    {
        using RecordedHost host = Linux(
            "/usr/bin/dnf",
            Rpm("kernel-core 6.1-1 installed\n"),
            Rpm("kernel-core 6.1-1 installed\nkernel-core 6.1-2 installed\n"),
            new RecordedProgram("dnf", "-y", "--refresh", "upgrade", "--security", "kernel-core"));

        ActionResult result = Acting.Do("install-updates", host, ("kind", "security"), ("packages", new[] { "kernel-core" }));

        Assert.Equal((1L, true), (result.Output<long>("count"), result.NeedsRestart));
    }

    [Fact]
    public void Zypper_asks_for_a_restart_by_its_exit_code()
    {
        using RecordedHost host = Linux("/usr/bin/zypper", Rpm("a 1 installed\n"), new RecordedProgram("zypper", "--non-interactive", "update") { ExitCode = 102 });

        Assert.True(Acting.Do("install-updates", host).NeedsRestart);
    }

    [Fact]
    public void A_program_that_fails_is_an_error_with_what_it_said()
    {
        using RecordedHost host = Linux("/usr/bin/zypper", Rpm("a 1 installed\n"), new RecordedProgram("zypper", "--non-interactive", "update") { ExitCode = 4, Error = "no repositories"u8.ToArray() });

        Assert.Contains("no repositories", Assert.Throws<HostException>(() => Acting.Do("install-updates", host)).Message);
    }

    [Theory]
    [InlineData("drivers", "NotWindows")]
    [InlineData("security", "NoSecurityOnly")]
    public void What_a_system_cannot_do_is_refused(string kind, string guard)
    {
        using RecordedHost host = Linux("/usr/bin/apt-get");

        Assert.Equal(guard, Acting.Guard(Acting.Plan("install-updates", host, ("kind", kind))));
    }

    [Theory]
    [InlineData("--purge")]
    [InlineData("a b")]
    [InlineData("$(reboot)")]
    public void A_name_that_is_no_package_is_refused(string package)
    {
        using RecordedHost linux = Linux("/usr/bin/apt-get");
        using RecordedHost windows = Windows("""{"updates":[]}""");

        Assert.Throws<PlaybookException>(() => Acting.Plan("install-updates", linux, ("packages", new[] { package })));
        Assert.Throws<PlaybookException>(() => Acting.Plan("install-updates", windows, ("packages", new[] { package })));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(unchecked((int)0xC1900208), false)]
    public void Setup_is_started_from_media_and_its_exit_code_is_kept(int exitCode, bool started)
    {
        using RecordedHost host = Setup(exitCode, new RecordedFile(@"D:\setup.exe", [1]));

        ActionResult result = Acting.Do("start-repair-install", host, ("media", @"D:\"));

        Assert.Equal((started, started, !started), (result.Output<bool>("started"), result.NeedsRestart, result.Failure is not null));
        Assert.Equal(FormattableString.Invariant($"0x{(uint)exitCode:X}"), result.Output<string>("exitCode"));
    }

    [Fact]
    public void Without_setup_nothing_is_started()
    {
        using RecordedHost host = Setup(0);

        Assert.Equal("SetupNotFound", Acting.Guard(Acting.Plan("start-repair-install", host, ("media", @"D:\"))));
        Assert.Throws<PlaybookException>(() => Acting.Plan("start-repair-install", host, ("media", "setup")));
    }

    private static RecordedHost Setup(int exitCode, params RecordedFile[] files) => new("PC1", new HostRecording
    {
        Facts = Acting.Windows,
        Programs = [new RecordedProgram(@"D:\setup.exe", "/auto", "upgrade", "/quiet", "/noreboot", "/eula", "accept", "/dynamicupdate", "disable") { ExitCode = exitCode }],
        Scripts = [new RecordedScript("servicing-state", ServicingRecordings.State("2026-11-21T08:00:00"))],
        Files = files,
    });

    private static RecordedProgram List(string output) => new("dpkg-query", "-W", "-f", "${Package} ${Version} ${db:Status-Status}\\n") { Output = Encoding.UTF8.GetBytes(output) };

    private static RecordedProgram Rpm(string output) => new("rpm", "-qa", "--qf", "%{NAME} %{VERSION}-%{RELEASE} installed\\n") { Output = Encoding.UTF8.GetBytes(output) };

    private static RecordedHost Windows(string answer) => new("PC1", new HostRecording { Facts = Acting.Windows, Scripts = [new RecordedScript("windows-update", answer)] });

    private static RecordedHost Windows(string installed, string found, string result) => new("PC1", new HostRecording
    {
        Facts = Acting.Windows, Scripts = [new RecordedScript("windows-update", result) { Json = installed }, new RecordedScript("windows-update", found)],
    });

    private static RecordedHost Linux(string program, params RecordedProgram[] programs) => new("db2", new HostRecording { Facts = Acting.Linux, Programs = programs, Files = [new RecordedFile(program, [1])] });
}
