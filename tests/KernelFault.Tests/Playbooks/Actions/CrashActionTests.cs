using KernelFault.Analysis;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Tests.Playbooks.Actions;

public sealed class CrashActionTests : IDisposable
{
    private static readonly string s_samples = Path.Combine(Corpus.RepositoryRoot, "samples");

    private readonly string _folder = Directory.CreateTempSubdirectory("kf-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_dump_of_Windows_gives_the_driver_and_the_stop_code()
    {
        using RecordedHost host = Windows();
        string path = Path.Combine(s_samples, "network-driver-null-write.dmp");

        ActionResult result = Acting.Do("analyse-dump", host, ("path", path));

        KernelFaultAnalysis analysis = Analysis("network-driver-null-write.dmp");
        Assert.Equal((true, analysis.Title, analysis.BucketId, path), (result.Output<bool>("found"), result.Output<string>("title"), result.Output<string>("bucketId"), result.Output<string>("path")));
        Assert.Equal((analysis.Culprit!.Module, "ThirdPartyDriver", true), (result.Output<string>("culprit"), result.Output<string>("culpritKind"), result.Output<bool>("isThirdParty")));
        Assert.StartsWith("0x", result.Output<string>("stopCode"));
        Assert.Null(result.Outputs["culpritModule"]);
        Assert.NotEmpty(result.Texts("playbooks"));
        Assert.Empty(host.Calls);
    }

    [Fact]
    public void A_log_of_Linux_gives_the_module_without_its_extension()
    {
        using RecordedHost host = Windows();

        ActionResult result = Acting.Do("analyse-dump", host, ("path", Path.Combine(s_samples, "linux-null-pointer.log")));

        Assert.Equal(("kf_faults", "NullDereference"), (result.Output<string>("culpritModule"), result.Output<string>("faultClass")));
        Assert.Null(result.Outputs["stopCode"]);
        Assert.NotEmpty(result.Texts("nextSteps"));
    }

    [Fact]
    public void The_newest_crash_counts_and_files_that_are_none_are_told()
    {
        using RecordedHost host = Windows();
        string quiet = Written("quiet.log", "Nov 21 08:00:00 srv1 kernel: Linux version 6.1.0 (x)\nNov 21 08:00:01 srv1 kernel: usb 1-1: new device\n");
        string rubbish = Written("rubbish.dmp", "rubbish that is no dump");
        string[] files = [rubbish, quiet, Path.Combine(s_samples, "network-driver-null-write.dmp"), Path.Combine(_folder, "gone.dmp")];

        ActionResult result = Acting.Do("analyse-dump", host, ("files", files));

        Assert.Equal(files[2], result.Output<string>("path"));
        Assert.True(result.Warnings.Count >= 2);
    }

    [Fact]
    public void Without_files_it_is_the_crash_of_the_run_or_none()
    {
        using RecordedHost host = Windows();
        KernelFaultAnalysis analysis = Analysis("network-driver-null-write.dmp");

        ActionResult given = Acting.Do("analyse-dump", host, Acting.Context("analyse-dump", host, analysis: analysis, inputs: ("files", Array.Empty<string>())));
        ActionResult none = Acting.Do("analyse-dump", host);

        Assert.Equal(analysis.Title, given.Output<string>("title"));
        Assert.False(none.Output<bool>("found"));
        Assert.Null(none.Outputs["culprit"]);
        Assert.Null(none.Outputs["isThirdParty"]);
        Assert.Empty(none.Texts("findings"));
    }

    [Fact]
    public void Crash_files_are_copied_whole_and_listed_newest_first()
    {
        using RecordedHost host = Windows(
            new RecordedFile(@"C:\Windows\MEMORY.DMP", [1, 2, 3]) { LastWriteTime = new DateTime(2026, 11, 20, 8, 0, 0, DateTimeKind.Utc) },
            new RecordedFile(@"C:\Windows\Minidump\112126-01.dmp", [4, 5]) { LastWriteTime = new DateTime(2026, 11, 21, 8, 0, 0, DateTimeKind.Utc) });

        ActionResult result = Acting.Do("collect-dumps", host, Acting.Context("collect-dumps", host, _folder));

        Assert.Equal(2, result.Output<long>("count"));
        Assert.Equal([4, 5], File.ReadAllBytes(result.Output<string>("newest")));
        Assert.Equal(("Minidump", 2L, @"C:\Windows\Minidump\112126-01.dmp"), (result.Field("files", 0, "kind"), result.Field("files", 0, "length"), result.Field("files", 0, "source")));
        Assert.Equal(result.Files, (IReadOnlyList<string>)result.Texts("paths"));
        Assert.All(result.Files, file => Assert.StartsWith(_folder, file));
    }

    [Theory]
    [InlineData("since", "2026-11-21T00:00:00Z", 1)]
    [InlineData("since", "2026-11-22T00:00:00Z", 0)]
    [InlineData("kinds", "minidump", 1)]
    public void Only_the_files_that_are_asked_for_are_copied(string input, string value, int count)
    {
        using RecordedHost host = Windows(
            new RecordedFile(@"C:\Windows\MEMORY.DMP", [1, 2, 3]) { LastWriteTime = new DateTime(2026, 11, 20, 8, 0, 0, DateTimeKind.Utc) },
            new RecordedFile(@"C:\Windows\Minidump\112126-01.dmp", [4, 5]) { LastWriteTime = new DateTime(2026, 11, 21, 8, 0, 0, DateTimeKind.Utc) });

        Assert.Equal(count, Acting.Do("collect-dumps", host, Acting.Context("collect-dumps", host, _folder, inputs: (input, value))).Output<long>("count"));
    }

    [Fact]
    public void No_crash_is_a_failure_only_where_one_is_required()
    {
        using RecordedHost host = Windows();

        Assert.Null(Acting.Do("collect-dumps", host, Acting.Context("collect-dumps", host, _folder)).Failure);
        Assert.NotNull(Acting.Do("collect-dumps", host, Acting.Context("collect-dumps", host, _folder, inputs: ("required", true))).Failure);
        Assert.Throws<PlaybookException>(() => Acting.Plan("collect-dumps", host, ("since", "yesterday")));
    }

    [Fact]
    public void Crash_capture_is_read_set_and_found_set()
    {
        using RecordedHost host = Windows();

        Assert.Equal((false, "None"), (Acting.Do("get-crash-capture", host).Output<bool>("canCapture"), Acting.Do("get-crash-capture", host).Output<string>("dumpType")));
        HostPlan<ActionResult> plan = Acting.Plan("set-crash-capture", host, ("dumpType", "automatic"));

        Assert.Contains(plan.Steps, step => step.Contains("CrashDumpEnabled", StringComparison.Ordinal));
        ActionResult result = Acting.Execute("set-crash-capture", plan);
        Assert.Equal((true, true), (result.Changed, result.NeedsRestart));
        Assert.False((bool)result.Output<IReadOnlyDictionary<string, object?>>("before")["canCapture"]!);
        Assert.False(Acting.Do("set-crash-capture", host, ("dumpType", "None")).Changed);
    }

    [Fact]
    public void Nothing_asked_for_and_too_much_asked_for_are_errors_of_the_playbook()
    {
        using RecordedHost host = Windows();

        Assert.Throws<PlaybookException>(() => Acting.Plan("set-crash-capture", host));
        Assert.Throws<PlaybookException>(() => Acting.Plan("set-crash-capture", host, ("restore", true), ("dumpType", "Kernel")));
        Assert.Throws<PlaybookException>(() => Acting.Plan("set-crash-capture", host, ("dumpType", "Everything")));
    }

    private static KernelFaultAnalysis Analysis(string sample)
    {
        using var analyzer = new KernelFaultAnalyzer();
        return analyzer.Analyze(Path.Combine(s_samples, sample));
    }

    private static RecordedHost Windows(params RecordedFile[] files) => new("PC1", new HostRecording
    {
        Facts = Acting.Windows,
        Programs = [new RecordedProgram("reg.exe", "add", @"HKLM\SYSTEM\CurrentControlSet\Control\CrashControl", "/v", "CrashDumpEnabled", "/t", "REG_DWORD", "/d", "7", "/f")],
        Scripts =
        [
            new RecordedScript("registry-read", """
                {"format":"kernelfault-registry 1","warnings":[],"keys":[
                {"key":"SYSTEM\\CurrentControlSet\\Control\\CrashControl","values":[{"name":"CrashDumpEnabled","type":4,"data":0}],"subKeys":[]},
                {"key":"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management","values":[{"name":"PagingFiles","type":7,"data":["?:\\pagefile.sys"]}],"subKeys":[]},
                {"key":"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion","values":[{"name":"SystemRoot","type":1,"data":"C:\\Windows"}],"subKeys":[]}]}
                """),
            new RecordedScript("windows-crash-facts", """{"memory":17179869184,"domain":false,"free":53687091200}"""),
        ],
        Files = files,
    });

    private string Written(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
