using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KernelFault.Health;
using KernelFault.Hosts;

namespace KernelFault.Tests.Health;

public sealed class CrashDumpCollectionTests : IDisposable
{
    private const string Dump = "/var/crash/202611212005/dump.202611212005";
    private static readonly byte[] s_dump = RandomNumberGenerator.GetBytes(300_000);
    private static readonly DateTime s_time = new(2026, 11, 21, 20, 5, 0, DateTimeKind.Utc);

    private readonly string _folder = Directory.CreateTempSubdirectory("kf-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Copies_everything_whole_and_says_its_hash()
    {
        RecordedHost host = Host(s_dump);
        HostPlan<IReadOnlyList<SavedCrashFile>> plan = Collection().Plan(host, default);

        Assert.Equal(4, plan.Steps.Count);
        Assert.StartsWith($"Copy {Dump} (293 KB) to {_folder}", plan.Steps[0]);
        Assert.DoesNotContain(host.Calls, call => call.Action == "CopyFrom");
        Assert.Empty(Directory.GetFileSystemEntries(_folder));

        IReadOnlyList<SavedCrashFile> saved = Run(plan);

        Assert.Equal([CrashFileKind.Vmcore, CrashFileKind.KernelLog, CrashFileKind.Pstore, CrashFileKind.Journal], saved.Select(file => file.Kind));
        Assert.All(saved, file => Assert.Equal((SavedCrashStatus.Saved, null), (file.Status, file.Error)));
        Assert.Equal(Path.Combine(_folder, "ssh___root_db2", "crash", "202611212005", "dump.202611212005"), saved[0].Path);
        Assert.Equal(s_dump, File.ReadAllBytes(saved[0].Path!));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(s_dump)), saved[0].Sha256);
        Assert.Equal("Nov 21 the journal\n", File.ReadAllText(saved[3].Path!));
        Assert.DoesNotContain(host.Calls, call => call.Action == "WriteFile");
    }

    [Fact]
    public void Does_not_copy_what_was_saved_before()
    {
        Run(Collection().Plan(Host(s_dump), default));
        RecordedHost host = Host(s_dump);
        HostPlan<IReadOnlyList<SavedCrashFile>> plan = Collection().Plan(host, default);

        Assert.Empty(plan.Steps);
        Assert.All(Run(plan), file => Assert.Equal(SavedCrashStatus.AlreadySaved, file.Status));
        Assert.DoesNotContain(host.Calls, call => call.Action == "CopyFrom");

        File.Delete(Directory.GetFiles(_folder, "dump.*", SearchOption.AllDirectories).Single());
        Assert.Single(Collection().Plan(host, default).Steps);
    }

    [Theory]
    [InlineData(100_000, SavedCrashStatus.Resumed)]
    [InlineData(300_000, SavedCrashStatus.Resumed)]
    [InlineData(0, SavedCrashStatus.Saved)]
    public void Goes_on_where_a_copy_was_broken_off(int had, SavedCrashStatus status)
    {
        File.WriteAllBytes(Part(), s_dump[..had]);

        SavedCrashFile saved = Run(Collection(CrashFileKind.Vmcore).Plan(Host(s_dump), default)).Single();

        Assert.Equal(status, saved.Status);
        Assert.Equal(s_dump, File.ReadAllBytes(saved.Path!));
        Assert.Empty(Directory.GetFiles(_folder, "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_beginning_of_something_else_is_thrown_away()
    {
        File.WriteAllBytes(Part(), new byte[100_000]);

        SavedCrashFile saved = Run(Collection(CrashFileKind.Vmcore).Plan(Host(s_dump), default)).Single();

        Assert.Equal((SavedCrashStatus.Saved, null), (saved.Status, saved.Error));
        Assert.Equal(s_dump, File.ReadAllBytes(saved.Path!));
    }

    [Fact]
    public void The_dump_of_another_crash_with_the_same_name_gets_its_time()
    {
        byte[] newer = RandomNumberGenerator.GetBytes(1000);
        Run(Collection(CrashFileKind.Vmcore).Plan(Host(s_dump), default));

        SavedCrashFile saved = Run(Collection(CrashFileKind.Vmcore).Plan(Host(newer, s_time.AddDays(1)), default)).Single();

        Assert.EndsWith("dump-20261122T200500Z.202611212005", saved.Path);
        Assert.Equal(newer, File.ReadAllBytes(saved.Path!));
        Assert.Equal(2, Directory.GetFiles(_folder, "dump*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_one_result_with_the_reason()
    {
        IReadOnlyList<SavedCrashFile> saved = Run(Collection().Plan(Host(null), default));

        Assert.Equal(SavedCrashStatus.Failed, saved[0].Status);
        Assert.Contains("There is no '/var/crash", saved[0].Error);
        Assert.Null(saved[0].Path);
        Assert.Equal(SavedCrashStatus.Saved, saved[1].Status);
    }

    [Fact]
    public void Takes_only_the_kinds_and_times_that_were_asked_for()
    {
        HostPlan<IReadOnlyList<SavedCrashFile>> none = new CrashDumpCollection(_folder, [], s_time.AddHours(1)).Plan(Host(s_dump), default);
        Assert.Empty(none.Steps);
        Assert.StartsWith("No crash has left a file", Assert.Single(none.Warnings), StringComparison.Ordinal);
        Assert.Empty(Collection().Plan(Host(s_dump), default).Warnings);
        Assert.Single(Collection(CrashFileKind.Journal).Plan(Host(s_dump), default).Steps);
    }

    [Theory]
    [InlineData("../../etc/passwd", ".._.._etc_passwd", "_.._.._etc_passwd")]
    [InlineData("..", "..", "_")]
    [InlineData("nul.dmp", "nul.dmp", "_nul.dmp")]
    [InlineData("COM1", "COM1", "_COM1")]
    [InlineData("MEMORY.DMP", "MEMORY.DMP", "MEMORY.DMP")]
    [InlineData("a\u202Eb c\n", "a_b_c_", "a_b_c_")]
    public void A_name_of_another_machine_leads_nowhere(string text, string replaced, string safe)
    {
        Assert.Equal(safe, SafeName.Of(text));
        Assert.Equal(safe, SafeName.Of(replaced));
    }

    private static IReadOnlyList<SavedCrashFile> Run(HostPlan<IReadOnlyList<SavedCrashFile>> plan) => plan.Execute(new Progress<HostProgress>(), force: false, default);

    private CrashDumpCollection Collection(params CrashFileKind[] kinds) => new(_folder, kinds, null);

    private string Part()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "ssh___root_db2", "crash", "202611212005")).FullName;
        return Path.Combine(folder, string.Format(CultureInfo.InvariantCulture, "dump.202611212005.{0:x}-{1:x}.part", s_dump.Length, s_time.Ticks));
    }

    // A dump of null is listed and cannot be read.
    private static RecordedHost Host(byte[]? dump, DateTime? time = null)
    {
        long seconds = new DateTimeOffset(time ?? s_time).ToUnixTimeSeconds();
        string list = $"file\t{dump?.Length ?? 5}\t{seconds}\t{Dump}\nfile\t4\t{seconds}\t/var/crash/202611212005/dmesg.202611212005\nfile\t5\t{seconds}\t/var/crash/_usr_bin_x.0.crash\n"
            + $"file\t6\t{seconds}\t/var/lib/systemd/pstore/1700/dmesg-efi-1\njournal\t0\t{seconds}\t-\nend\n";
        return new RecordedHost("ssh://root@db2", new HostRecording
        {
            Facts = new HostFacts
            {
                ComputerName = "db2", Platform = HostPlatform.Linux, OperatingSystem = "Debian", Version = "12", Build = "6.1.0", Architecture = "x64", IsElevated = true,
                PowerShellVersion = null, BootTime = null, PendingRestart = [],
            },
            Programs =
            [
                new RecordedProgram(LinuxCrashCaptureReader.Call.Program, LinuxCrashCaptureReader.Call.Arguments) { Output = "target\t/var/crash\nend\n"u8.ToArray() },
                new RecordedProgram("/bin/sh", ["-s", "crash-files"]) { Output = Encoding.UTF8.GetBytes(list) },
                new RecordedProgram(LinuxCrashFiles.Journal.Program, LinuxCrashFiles.Journal.Arguments) { Output = "Nov 21 the journal\n"u8.ToArray() },
            ],
            Files =
            [
                .. dump is null ? Array.Empty<RecordedFile>() : [new RecordedFile(Dump, dump)],
                new RecordedFile("/var/crash/202611212005/dmesg.202611212005", "oops"u8.ToArray()),
                new RecordedFile("/var/lib/systemd/pstore/1700/dmesg-efi-1", "panic!"u8.ToArray()),
            ],
        });
    }
}
