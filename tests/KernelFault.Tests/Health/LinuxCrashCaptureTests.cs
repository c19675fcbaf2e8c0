using System.Text;
using KernelFault.Health;
using KernelFault.Hosts;

namespace KernelFault.Tests.Health;

public class LinuxCrashCaptureTests
{
    private const string Settings = """
        now|/proc/sys/kernel/panic_on_oops|0
        now|/proc/sys/kernel/panic|0
        now|/proc/sys/kernel/sysrq|438
        cmdline|BOOT_IMAGE=/boot/vmlinuz quiet crashkernel=384M-:128M
        loader|grub.d
        end
        """;

    private const string Debian = """
        size|134217728
        loaded|1
        pstore|(null)
        records|0
        memory|MemTotal 4015896
        memory|MemFree 3015896
        memory|Buffers 10000
        memory|Cached 400000
        memory|AnonPages 90000
        use|1
        service|kdump-tools
        target|/var/crash
        enabled|enabled
        free|10485760
        end
        """;

    [Fact]
    public void A_machine_with_all_in_place_leaves_a_dump_of_its_panics()
    {
        CrashCapture capture = Read(Debian, Settings);

        Assert.True(capture.LeavesDump);
        Assert.Equal(["OopsIsNoPanic", "NoSysRqCrash"], capture.Findings.Select(finding => finding.Id));
        LinuxCrashCapture linux = capture.Linux!;
        Assert.Equal((134217728L, true, "kdump-tools", true, "/var/crash"), (linux.ReservedBytes!.Value, linux.IsCrashKernelLoaded!.Value, linux.Service!, linux.IsServiceEnabled!.Value, linux.Target!));
        Assert.Equal("384M-:128M", linux.CrashKernel);
        Assert.Equal(10485760L * 1024, linux.TargetFreeBytes);
        Assert.Equal((4015896L - 3015896 - 10000 - 400000 - 90000) * 1024, linux.ExpectedBytes);
        Assert.Equal((false, 0L, 438L), (linux.PanicOnOops!.Value, linux.PanicTimeout!.Value, linux.SysRq!.Value));
        Assert.Null(linux.PstoreBackend);
    }

    [Theory]
    [InlineData("size|134217728", "size|0", "NoReservation", false)]
    [InlineData("loaded|1", "loaded|0", "NotLoaded", false)]
    [InlineData("free|10485760", "free|1000", "TargetFull", false)]
    [InlineData("free|10485760", "free|300000", "TargetFull", true)]
    [InlineData("target|/var/crash", "remote|nfs db1:/crash", "RemoteTarget", true)]
    [InlineData("enabled|enabled", "enabled|disabled", "ServiceOff", true)]
    [InlineData("use|1", "use|0", "ServiceOff", true)]
    [InlineData("service|kdump-tools", "", "NoService", true)]
    [InlineData("pstore|(null)\nrecords|0", "pstore|efi_pstore\nrecords|3", "LogInPstore", true)]
    public void Says_what_is_wrong_and_what_to_do(string from, string to, string id, bool leavesDump)
    {
        CrashCapture capture = Read(Debian.Replace("\r", string.Empty).Replace(from, to), Settings);

        Assert.Contains(id, capture.Findings.Select(finding => finding.Id));
        Assert.Equal(leavesDump, capture.LeavesDump);
        Assert.Equal(capture.Findings.Max(finding => finding.Severity), capture.Findings[0].Severity);
    }

    [Fact]
    public void A_kernel_that_loads_no_crash_kernel_says_so()
    {
        CrashCapture capture = Read("memory|MemTotal 1000\nend", Settings);

        Assert.False(capture.LeavesDump);
        Assert.Equal("NoKexec", capture.Findings[0].Id);
    }

    [Fact]
    public void A_dump_that_is_not_filtered_takes_all_memory()
    {
        string red = Debian.Replace("use|1", "collector|makedumpfile -l --message-level 7 -d 31").Replace("kdump-tools", "kdump");

        Assert.Equal((4015896L - 3015896 - 10000 - 400000 - 90000) * 1024, Read(red, Settings).Linux!.ExpectedBytes);
        Assert.Equal(4015896L * 1024, Read(red.Replace(" -d 31", string.Empty), Settings).Linux!.ExpectedBytes);
    }

    [Fact]
    public void Changes_only_what_differs()
    {
        var change = new CrashCaptureChange(new CrashCaptureOptions { PanicOnOops = true, SysRq = 438, CrashKernel = "512M", Service = true });
        HostPlan<CrashCaptureResult> plan = change.Plan(Host(Debian, Settings), default);

        Assert.Equal(
            [
                "Keep how it is now in /var/lib/kernelfault/settings.json",
                "Write kernel.panic_on_oops = 1, kernel.sysrq = 438 to /etc/sysctl.d/zz-kernelfault.conf",
                "Write crashkernel=512M to /etc/default/grub.d/zz-kernelfault.cfg",
                "Run update-grub",
                "Write 1 to /proc/sys/kernel/panic_on_oops",
            ],
            plan.Steps);
        Assert.Empty(plan.Guards);
        Assert.Contains("Run systemctl enable --now kdump-tools.service", change.Plan(Host(Debian.Replace("loaded|1", "loaded|0"), Settings), default).Steps);
    }

    [Fact]
    public void Settings_of_Windows_are_not_for_Linux()
    {
        HostPlan<CrashCaptureResult> plan = new CrashCaptureChange(new CrashCaptureOptions { DumpType = WindowsDumpType.Kernel }).Plan(Host(Debian, Settings), default);

        Assert.Equal("NotWindows", Assert.Throws<HostGuardException>(() => plan.Execute(new Progress<HostProgress>(), force: true, default)).Guards[0].Id);
    }

    [SkippableFact]
    public void This_machine_answers()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "This is about Linux.");
        using var host = new LocalHost();

        LinuxCrashCapture capture = CrashCaptureReader.Read(host, default).Linux!;

        Assert.Contains($" {capture.MemoryBytes / 1024} kB", File.ReadLines("/proc/meminfo").First(), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/panic_on_oops").Trim() == "1", capture.PanicOnOops);
    }

    private static CrashCapture Read(string answer, string settings) => CrashCaptureReader.Read(Host(answer, settings), default);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.Replace("\r", string.Empty).Replace('|', '\t') + "\n");

    private static RecordedHost Host(string answer, string settings) => new("db2", new HostRecording
    {
        Facts = new HostFacts
        {
            ComputerName = "db2", Platform = HostPlatform.Linux, OperatingSystem = "Debian GNU/Linux 12 (bookworm)", Version = "12", Build = "6.1.0", Architecture = "x64", IsElevated = true,
            PowerShellVersion = null, BootTime = null, PendingRestart = [],
        },
        Programs =
        [
            new RecordedProgram(LinuxCrashCaptureReader.Call.Program, LinuxCrashCaptureReader.Call.Arguments) { Output = Bytes(answer) },
            new RecordedProgram("/bin/sh", ["-s", "/proc/sys/kernel/panic_on_oops", "/proc/sys/kernel/panic", "/proc/sys/kernel/sysrq"]) { Output = Bytes(settings) },
        ],
    });
}
