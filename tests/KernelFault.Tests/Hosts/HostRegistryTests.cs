using System.Buffers.Binary;
using System.Text.Json;
using KernelFault.Formats.Registry;
using KernelFault.Hosts;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Hosts;

public sealed class HostRegistryTests
{
    private const string Memory = @"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management";

    private static readonly RegistryChange[] s_changes =
    [
        new(Memory, "VerifyDriverLevel", RegistryData.DWord(0x209BB)),
        new(Memory, "VerifyDrivers", null),
        new(Memory, "Kept", RegistryData.ExpandString(@"%SystemRoot%\a b\")),
        new(Memory, "Many", RegistryData.MultiString(["one", "two words"])),
        new(Memory, "Long", RegistryData.QWord(ulong.MaxValue)),
        new(Memory, "Bytes", RegistryData.Binary([0, 0xAB])),
        new(Memory, "Text", RegistryData.String(string.Empty)),
    ];

    [Fact]
    public void A_running_and_an_offline_Windows_answer_the_same()
    {
        using var windows = new OfflineWindows(VerifiedHive());
        using var offline = new OfflineWindowsHost(windows.Folder);
        using var running = new RecordedHost("running", Recording("""
            {"format":"kernelfault-registry 1","keys":[{"key":"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management","values":[
            {"name":"VerifyDrivers","type":1,"data":"contoso.sys"},{"name":"VerifyDriverLevel","type":4,"data":133563},{"name":"Bytes","type":3,"data":"AQID"},
            {"name":"Long","type":11,"data":"18446744073709551615"},{"name":"Many","type":7,"data":["a","b"]},{"name":"Path","type":2,"data":"%SystemRoot%\\x"}],
            "subKeys":[{"name":"PrefetchParameters","values":[{"name":"EnablePrefetcher","type":4,"data":3}]}]}],"warnings":[]}
            """));
        RegistryQuery[] queries = [new(Memory) { WithSubKeys = true }, new(@"HKLM\SYSTEM\CurrentControlSet\Control\None")];

        foreach (IHost host in (IHost[])[offline, running])
        {
            RegistrySnapshot read = new HostRegistry(host).Read(queries, CancellationToken.None);

            Assert.Equal("contoso.sys", read.Value(Memory, "verifydrivers")!.Text);
            Assert.Equal(0x209BBu, read.Value(Memory, "VerifyDriverLevel")!.Number);
            Assert.Equal(RegistryData.Binary([1, 2, 3]), read.Value(Memory, "Bytes"));
            Assert.Equal(ulong.MaxValue, read.Value(Memory, "Long")!.Number);
            Assert.Equal(["a", "b"], read.Value(Memory, "Many")!.Texts);
            Assert.Equal(RegistryData.ExpandString(@"%SystemRoot%\x"), read.Value(Memory, "Path"));
            Assert.Equal(3u, Assert.Single(read.Find(Memory)!.SubKeys).Value("EnablePrefetcher")!.Number);
            Assert.Null(read.Find(queries[1].Key));
            Assert.Empty(read.Warnings);
        }
    }

    [Fact]
    public void Changes_of_a_running_Windows_are_calls_of_reg_with_arguments_one_by_one()
    {
        Assert.Equal(
            [
                ["add", Memory, "/v", "VerifyDriverLevel", "/t", "REG_DWORD", "/d", "133563", "/f"],
                ["delete", Memory, "/v", "VerifyDrivers", "/f"],
                ["add", Memory, "/v", "Kept", "/t", "REG_EXPAND_SZ", "/d", @"%SystemRoot%\a b\", "/f"],
                ["add", Memory, "/v", "Many", "/t", "REG_MULTI_SZ", "/d", @"one\0two words", "/f"],
                ["add", Memory, "/v", "Long", "/t", "REG_QWORD", "/d", "18446744073709551615", "/f"],
                ["add", Memory, "/v", "Bytes", "/t", "REG_BINARY", "/d", "00AB", "/f"],
                ["add", Memory, "/v", "Text", "/t", "REG_SZ", "/d", "", "/f"],
            ],
            s_changes.Select(change => change.Call().Arguments));
    }

    [Fact]
    public void A_call_of_reg_that_fails_ends_the_work_with_its_words()
    {
        ProgramCall call = s_changes[0].Call();
        using var host = new RecordedHost("running", Recording("{}") with
        {
            Programs = [new RecordedProgram(call.Program, call.Arguments) { ExitCode = 1, Error = "FEHLER: Zugriff verweigert."u8.ToArray() }],
        });
        var recorder = new HostStepRecorder(host);

        HostException failed = Assert.Throws<HostException>(() => new HostRegistry(host).Apply(s_changes, recorder, CancellationToken.None));

        Assert.Contains("Zugriff verweigert", failed.Message, StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single(recorder.Steps).ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"format":"kernelfault-registry 1","keys":7,"warnings":[]}""")]
    [InlineData("""{"format":"kernelfault-registry 1","keys":[{"key":"\ud800","values":[],"subKeys":[]}],"warnings":[]}""")]
    [InlineData("""{"format":"kernelfault-registry 1","keys":[{"key":"a","values":[{"name":"x","type":4,"data":-1}],"subKeys":[]}],"warnings":[]}""")]
    [InlineData("""{"format":"kernelfault-registry 1","keys":[{"key":"a","values":[{"name":"x","type":3,"data":"?"}],"subKeys":[]}],"warnings":[]}""")]
    [InlineData("""{"format":"kernelfault-registry 1","keys":[{"key":"a","values":[{"name":"x","type":11,"data":"99999999999999999999"}],"subKeys":[]}],"warnings":[]}""")]
    public void An_answer_that_is_none_is_an_error_of_that_host(string output)
    {
        using var host = new RecordedHost("running", Recording(output));

        Assert.Equal(HostErrorKind.Failed, Assert.Throws<HostException>(() => new HostRegistry(host).Read([new(Memory)], CancellationToken.None)).Kind);
    }

    [Fact]
    public void The_question_names_keys_and_values_as_data()
    {
        using var host = new RecordedHost("running", Recording("""{"format":"kernelfault-registry 1","keys":[],"warnings":[]}"""));

        new HostRegistry(host).Read([new(Memory) { Values = ["a\"b", "$(c)"] }], CancellationToken.None);

        using JsonDocument asked = JsonDocument.Parse(host.Calls.Single().Arguments.Single());
        JsonElement key = asked.RootElement.GetProperty("keys")[0];
        Assert.Equal(Memory[5..], key.GetProperty("key").GetString());
        Assert.Equal(["a\"b", "$(c)"], key.GetProperty("values").EnumerateArray().Select(value => value.GetString()));
    }

    [Fact]
    public void An_offline_hive_is_changed_and_the_old_one_kept_beside_it()
    {
        byte[] before = VerifiedHive();
        using var windows = new OfflineWindows(before);
        using var host = new OfflineWindowsHost(windows.Folder);
        var registry = new HostRegistry(host);
        var recorder = new HostStepRecorder(host);

        Assert.Null(registry.Guard(s_changes, CancellationToken.None));
        Assert.Equal("Keep a copy of the hive SYSTEM", registry.Steps(s_changes)[0]);
        registry.Apply(s_changes, recorder, CancellationToken.None);
        registry.Apply([new(Memory, "VerifyDriverLevel", RegistryData.DWord(0))], recorder, CancellationToken.None);

        string[] kept = [.. Directory.GetFiles(windows.Config, "SYSTEM.kernelfault-*.bak").Order()];
        Assert.Equal(2, kept.Length);
        Assert.Contains(kept, file => File.ReadAllBytes(file).AsSpan().SequenceEqual(before));
        Assert.Equal(3, Directory.GetFiles(windows.Config).Length);
        Assert.Equal(4, recorder.Steps.Count);
        RegistrySnapshot read = registry.Read([new(Memory)], CancellationToken.None);
        Assert.Equal(0u, read.Value(Memory, "VerifyDriverLevel")!.Number);
        Assert.Null(read.Value(Memory, "VerifyDrivers"));
        Assert.Empty(HostRegistry.Needed(s_changes.Skip(1), read));
    }

    [Fact]
    public void An_offline_change_goes_into_the_control_set_of_the_next_start_too()
    {
        using var windows = new OfflineWindows(VerifiedHive(next: 2));
        using var host = new OfflineWindowsHost(windows.Folder);

        new HostRegistry(host).Apply([new(Memory, "VerifyDrivers", null)], new HostStepRecorder(host), CancellationToken.None);

        using HiveFile hive = HiveFile.Open(windows.System);
        Assert.Null(hive.Find(@"ControlSet001\Control\Session Manager\Memory Management")!.Value("VerifyDrivers"));
        Assert.Null(hive.Find(@"ControlSet002\Control\Session Manager\Memory Management")!.Value("VerifyDrivers"));
    }

    [Fact]
    public void A_hive_with_changes_in_logs_of_older_Windows_stays_as_it_is()
    {
        byte[] dirty = VerifiedHive();
        dirty[4]++;
        BinaryPrimitives.WriteUInt32LittleEndian(dirty.AsSpan(508), HiveFile.Checksum(dirty));
        using var windows = new OfflineWindows(dirty);
        byte[] log = new byte[1024];
        dirty.AsSpan(0, 512).CopyTo(log);
        log[28] = 1;
        File.WriteAllBytes(windows.System + ".LOG1", log);
        using var host = new OfflineWindowsHost(windows.Folder);
        var registry = new HostRegistry(host);

        HostGuard guard = registry.Guard(s_changes, CancellationToken.None)!;
        Assert.Equal(("HiveDirty", false), (guard.Id, guard.CanForce));
        Assert.Throws<HostException>(() => registry.Apply(s_changes, new HostStepRecorder(host), CancellationToken.None));
        Assert.Equal(dirty, File.ReadAllBytes(windows.System));
        Assert.Equal(2, Directory.GetFiles(windows.Config).Length);
    }

    [Fact]
    public void A_hive_whose_writing_did_not_end_and_of_which_no_log_is_left_is_changed_with_a_warning()
    {
        byte[] dirty = VerifiedHive();
        dirty[4]++;
        using var windows = new OfflineWindows(dirty);
        using var host = new OfflineWindowsHost(windows.Folder);
        var registry = new HostRegistry(host);

        Assert.Contains(registry.Read([new(Memory)], CancellationToken.None).Warnings, warning => warning.Contains("no log", StringComparison.Ordinal));
        Assert.Null(registry.Guard(s_changes, CancellationToken.None));
        registry.Apply(s_changes, new HostStepRecorder(host), CancellationToken.None);

        Assert.False(HiveLogs.AreNeeded(File.ReadAllBytes(windows.System)));
        Assert.Empty(HostRegistry.Needed(s_changes, registry.Read([new(Memory)], CancellationToken.None)));
    }

    // Each kind of call is counted by itself; one after the last ends without a kill.
    [SkippableFact]
    public void A_power_cut_at_any_call_that_writes_leaves_the_old_or_the_new_hive()
    {
        ExternalProgram.Require("strace", "dotnet");
        byte[] before = VerifiedHive();
        string[] calls = ["pwrite64", "ftruncate", "fsync", "rename", "fchmod", "copy_file_range", "sendfile", "unlink"];
        var killed = new Dictionary<string, int>();
        var states = new HashSet<string>();
        foreach (string call in calls)
        {
            bool wasKilled = true;
            for (int when = 1; wasKilled; when++)
            {
                using var windows = new OfflineWindows(before);
                (int exit, _, string error) = ExternalProgram.TryRun(
                    windows.Folder, "strace", "-f", "-qq", "-o", Path.Combine(windows.Folder, "calls.txt"), "-E", "DOTNET_EnableDiagnostics=0", "-E", "DOTNET_EnableWriteXorExecute=0", "-e", "trace=" + call, "-e", $"inject={call}:signal=SIGKILL:when={when}", "dotnet", typeof(HostRegistryTests).Assembly.Location, "change-hive", windows.Folder);

                wasKilled = exit != 0;
                Assert.True(exit is 0 or 137 && when < 100, $"{call} {when}: {exit} {error}");
                string state = State(windows, before);
                states.Add(state);
                killed[call] = when - 1;
                Assert.True(wasKilled || state == "new", call);
            }
        }

        // The copy and the hive are each written, flushed, renamed, and their folder flushed.
        Assert.Equal(["new", "old"], states.Order());
        Assert.True(killed["pwrite64"] >= 2 && killed["fsync"] == 4 && killed["rename"] == 2, string.Join(", ", killed));
    }

    internal static byte[] VerifiedHive(uint next = 1)
    {
        static HiveBuilder.Node Set(string name) => new(name, new HiveBuilder.Node("Control", new HiveBuilder.Node("Session Manager", new HiveBuilder.Node("Memory Management", new HiveBuilder.Node("PrefetchParameters") { Values = [("EnablePrefetcher", 4, [3, 0, 0, 0])] })
        {
            Values =
            [
                ("VerifyDrivers", 1, RegistryData.String("contoso.sys").Bytes), ("VerifyDriverLevel", 4, [0xBB, 0x09, 2, 0]), ("Bytes", 3, [1, 2, 3]),
                ("Long", 11, [255, 255, 255, 255, 255, 255, 255, 255]), ("Many", 7, RegistryData.MultiString(["a", "b"]).Bytes), ("Path", 2, RegistryData.ExpandString(@"%SystemRoot%\x").Bytes),
            ],
        })));
        return new HiveBuilder().Build(new HiveBuilder.Node(
            "ROOT",
            Set("ControlSet001"),
            Set("ControlSet002"),
            new HiveBuilder.Node("Select") { Values = [("Current", 4, [1, 0, 0, 0]), ("Default", 4, BitConverter.GetBytes(next))] }));
    }

    // What a restarted machine finds.
    private static string State(OfflineWindows windows, byte[] before)
    {
        byte[] hive = File.ReadAllBytes(windows.System);
        if (hive.AsSpan().SequenceEqual(before))
        {
            return "old";
        }

        using HiveFile changed = HiveFile.Read(hive, "new");
        HiveKey key = changed.Find(@"ControlSet001\Control\Session Manager\Memory Management")!;
        Assert.Equal((null, 0u, false), (key.Value("VerifyDrivers"), key.Value("VerifyDriverLevel")!.Number, changed.IsDirty));
        Assert.Empty(changed.Warnings);
        Assert.Contains(Directory.GetFiles(windows.Config, "*.bak"), file => File.ReadAllBytes(file).AsSpan().SequenceEqual(before));
        return "new";
    }

    private static HostRecording Recording(string registry) => new()
    {
        Facts = new HostFacts { ComputerName = "PC", Platform = HostPlatform.Windows, OperatingSystem = null, Version = null, Build = null, Architecture = null, IsElevated = true, PowerShellVersion = null, BootTime = null, PendingRestart = null },
        Scripts = [new RecordedScript("registry-read", registry)],
    };
}
