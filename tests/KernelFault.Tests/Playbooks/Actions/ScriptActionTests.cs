using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using static KernelFault.Tests.Playbooks.Actions.LinuxActing;

namespace KernelFault.Tests.Playbooks.Actions;

public sealed class ScriptActionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kf-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Runs_a_script_beside_the_playbook_with_arguments_as_they_are()
    {
        Skip.If(OperatingSystem.IsWindows(), "sh");
        Write("check.sh", "for a; do echo \"<$a>\"; done\r\necho said >&2\r\nexit 3\r\n");
        using var host = new LocalHost();
        HostPlan<ActionResult> plan = Plan("run-script", Context(host, ("shell", "sh"), ("file", "check.sh"), ("arguments", new[] { "a b", "$(id)", "", "'\"*" }), ("exitCodes", new object[] { 0, 3 })));

        Assert.Contains("SHA-256 " + new LocalHost().HashFile(Path.Combine(_folder, "check.sh"), default), Assert.Single(plan.Steps));
        ActionResult result = Checked("run-script", Do(plan));

        Assert.Equal(("<a b>\n<$(id)>\n<>\n<'\"*>\n", "said\n", 3L, null), ((string)result.Outputs["output"]!, (string)result.Outputs["error"]!, (long)result.Outputs["exitCode"]!, result.Failure));
        Assert.Equal(64, ((string)result.Outputs["hash"]!).Length);
        Assert.True(result.Changed);
    }

    [SkippableFact]
    public void A_program_gives_json_and_an_exit_code_that_counts()
    {
        Skip.If(OperatingSystem.IsWindows(), "printf");
        using var host = new LocalHost();

        ActionResult result = Do(Plan("run-script", Context(host, ("program", "printf"), ("arguments", new[] { "%s", "{\"a\":[1,true]}" }), ("json", true)) with { Changes = false }));
        Assert.Equal(1L, ((IReadOnlyList<object?>)((IReadOnlyDictionary<string, object?>)result.Outputs["value"]!)["a"]!)[0]);
        Assert.False(result.Changed);
        Assert.Contains("no JSON", Do(Plan("run-script", Context(host, ("program", "printf"), ("arguments", new[] { "x" }), ("json", true)))).Failure);
        Assert.Contains("ended with 1", Do(Plan("run-script", Context(host, ("program", "false")))).Failure);
    }

    [SkippableFact]
    public void Output_that_is_too_long_is_cut_and_it_says_so()
    {
        Skip.If(OperatingSystem.IsWindows(), "head");
        using var host = new LocalHost();

        ActionResult result = Do(Plan("run-script", Context(host, ("program", "head"), ("arguments", new[] { "-c", "3000000", "/dev/zero" }))));

        Assert.Equal(1024 * 1024, ((string)result.Outputs["output"]!).Length);
        Assert.Contains("3000000", Assert.Single(result.Warnings));
    }

    [Theory]
    [InlineData("../secret.sh")]
    [InlineData("a/../../secret.sh")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\secret.sh")]
    [InlineData("C:\\x.sh")]
    [InlineData("link.sh")]
    [InlineData("linked/inner.sh")]
    [InlineData("missing.sh")]
    [InlineData("folder")]
    [InlineData("a\0b")]
    public void A_file_outside_of_the_playbooks_folder_is_not_read(string file)
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "link.sh"), "/etc/passwd");
        string outside = Directory.CreateTempSubdirectory("kf-test-").FullName;
        File.WriteAllText(Path.Combine(outside, "inner.sh"), "id");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "linked"), outside);
        Directory.CreateDirectory(Path.Combine(_folder, "folder"));
        using RecordedHost host = Host();

        Assert.Throws<PlaybookException>(() => Plan("run-script", Context(host, ("shell", "sh"), ("file", file))));
        Assert.Throws<PlaybookException>(() => Plan("copy-file", Context(host, ("source", file), ("destination", "/tmp/x"))));
        Assert.Throws<PlaybookException>(() => Plan("run-script", Context(host, ("shell", "sh"), ("file", "x.sh")) with { PlaybookFolder = null }));
        Assert.DoesNotContain(host.Calls, call => call.Action == "WriteFile");
        Directory.Delete(outside, recursive: true);
    }

    [Fact]
    public void Whether_it_may_be_repeated_the_step_says()
    {
        using RecordedHost host = Host();
        IPlaybookAction action = PlaybookActions.BuiltIn.Find("run-script")!;
        var attempt = new ActionAttempt(Boot, Boot);

        Assert.Null(action.Check(Context(host, ("program", "x")), attempt, default).IsDone);
        Assert.False(action.Check(Context(host, ("program", "x"), ("repeatable", true)), attempt, default).IsDone);
        Assert.False(action.Check(Context(host, ("program", "x")) with { Changes = false }, attempt, default).IsDone);
    }

    [Theory]
    [InlineData("program", "x", "shell", "sh")]
    [InlineData("file", "x", "arguments", "y")]
    [InlineData("program", "-x", "json", true)]
    [InlineData("program", "x\ny", "json", true)]
    [InlineData("program", "x", "exitCodes", "zero")]
    public void Inputs_that_do_not_go_together_are_refused(string first, object one, string second, object two)
    {
        using RecordedHost host = Host();

        Assert.Throws<PlaybookException>(() => Plan("run-script", Context(host, (first, one), (second, two))));
    }

    [Fact]
    public void A_script_of_PowerShell_goes_as_data()
    {
        Write("look.ps1", "param($a) \"got $a\"");
        using var host = new RecordedHost("pc", new HostRecording
        {
            Facts = Facts,
            Scripts = [new RecordedScript("run-script", "got x; y") { Json = """{"script":"param($a) \u0022got $a\u0022","arguments":["x; y"]}""" }],
        });

        ActionResult result = Do(Plan("run-script", Context(host, ("shell", "powershell"), ("file", "look.ps1"), ("arguments", new[] { "x; y" }))));

        Assert.Equal(("got x; y", 0L), ((string)result.Outputs["output"]!, (long)result.Outputs["exitCode"]!));
    }

    [Fact]
    public void Sends_a_file_once_and_compares_hashes()
    {
        Write("agent.conf", "a = 1\n");
        using RecordedHost host = Host();
        HostPlan<ActionResult> plan = Plan("copy-file", Context(host, ("source", "agent.conf"), ("destination", "/etc/agent.conf")));

        Assert.StartsWith("Write /etc/agent.conf (6 bytes, SHA-256 ", Assert.Single(plan.Steps), StringComparison.Ordinal);
        ActionResult result = Checked("copy-file", Do(plan));
        Assert.Equal((true, 6L, host.HashFile("/etc/agent.conf", default)), (result.Changed, (long)result.Outputs["length"]!, (string)result.Outputs["hash"]!));
        Assert.Empty(Plan("copy-file", Context(host, ("source", "agent.conf"), ("destination", "/etc/agent.conf"))).Steps);
        Write("agent.conf", "a = 2\n");
        Assert.StartsWith("Replace ", Assert.Single(Plan("copy-file", Context(host, ("source", "agent.conf"), ("destination", "/etc/agent.conf"))).Steps), StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_a_file_and_keeps_it_with_the_run()
    {
        using var host = new RecordedHost("db2", new HostRecording { Facts = Facts, Files = [new RecordedFile("/var/log/app log", "text"u8.ToArray())] });
        HostPlan<ActionResult> plan = Plan("copy-file", Context(host, ("source", "/var/log/app log"), ("direction", "from")));

        Assert.Empty(plan.Steps);
        ActionResult result = Do(plan);
        string path = Assert.Single(result.Files);
        Assert.Equal((Path.Combine(_folder, "run", "app_log"), "text", false), (path, File.ReadAllText(path), result.Changed));
        Assert.Equal(path, result.Outputs["path"]);
        Assert.Throws<PlaybookException>(() => Plan("copy-file", Context(host, ("source", "/var/log/app log"), ("direction", "from"), ("destination", "../x"))));
        HostPlan<ActionResult> again = Plan("copy-file", Context(host, ("source", path), ("destination", "/tmp/again")));
        Assert.Single(again.Steps);
    }

    private ActionContext Context(IHost host, params (string Name, object? Value)[] inputs) =>
        LinuxActing.Context(inputs.Any(input => input.Name is "source") ? "copy-file" : "run-script", host, inputs) with { PlaybookFolder = _folder, Folder = Path.Combine(_folder, "run") };

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
