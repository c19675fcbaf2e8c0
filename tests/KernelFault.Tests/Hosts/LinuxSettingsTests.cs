using System.Text;
using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

public class LinuxSettingsTests
{
    private static readonly LinuxSetting s_oops = LinuxSetting.Sysctl("kernel.panic_on_oops");
    private static readonly LinuxSetting s_crashKernel = LinuxSetting.BootParameter("crashkernel");
    private static readonly LinuxSetting s_kfence = LinuxSetting.BootParameter("kfence.sample_interval", "/sys/module/kfence/parameters/sample_interval");
    private static readonly LinuxSetting[] s_all = [s_oops, s_crashKernel, s_kfence];

    private const string Debian = """
        now|/proc/sys/kernel/panic_on_oops|0
        now|/sys/module/kfence/parameters/sample_interval|100
        cmdline|BOOT_IMAGE=/boot/vmlinuz-6.1.0-18-amd64 root=UUID=1 ro quiet crashkernel=384M-:128M
        conf|/usr/lib/sysctl.d/50-default.conf|kernel.sysrq|0x01b6
        conf|/etc/sysctl.d/99-sysctl.conf|kernel/panic_on_oops|0
        loader|grub.d
        end
        """;

    private const string Fedora = """
        now|/proc/sys/kernel/panic_on_oops|1
        cmdline|root=/dev/sda1 ro crashkernel=1G-4G:192M,4G-64G:256M
        loader|grubby
        arguments|ro crashkernel=1G-4G:192M,4G-64G:256M rhgb
        end
        """;

    [Fact]
    public void Says_how_a_setting_is_and_what_sets_it_at_the_next_boot()
    {
        LinuxSettings settings = Read(Host(Debian));

        Assert.Equal("0", settings.Now(s_oops));
        Assert.Equal(("0", "/etc/sysctl.d/99-sysctl.conf"), settings.NextBoot(s_oops));
        Assert.Equal("384M-:128M", settings.Now(s_crashKernel));
        Assert.Equal(("384M-:128M", null), settings.NextBoot(s_crashKernel));
        Assert.Equal("100", settings.Now(s_kfence));
        Assert.Null(settings.NextBoot(s_kfence));
        Assert.Null(settings.NextBoot(LinuxSetting.Sysctl("kernel.panic_on_warn")));
    }

    [Fact]
    public void The_last_of_two_arguments_counts_and_a_dash_is_an_underscore()
    {
        Assert.Equal("2", LinuxSettings.Value(["slub-debug=1", "quiet", "slub_debug=2"], "slub_debug"));
        Assert.Equal(string.Empty, LinuxSettings.Value(["slub_debug"], "slub_debug"));
        Assert.Null(LinuxSettings.Value(["slub_debugger=1"], "slub_debug"));
    }

    [Fact]
    public void What_is_as_wanted_needs_no_step()
    {
        LinuxSettings settings = Read(Host(Debian));

        Assert.Empty(LinuxSettingsChange.Set(settings, [new(s_oops, "0")], now: true, nextBoot: false).Steps);
    }

    [Fact]
    public void Sets_now_and_for_the_next_boot_and_keeps_how_it_was_first()
    {
        RecordedHost host = Host(Debian, Done("mkdir", "-p", "-m", "755", "/var/lib/kernelfault"), Done("mkdir", "-p", "/etc/sysctl.d"), Done("update-grub"), Done("tee", s_oops.LivePath!), Done("tee", s_kfence.LivePath!));
        LinuxSettingsChange change = LinuxSettingsChange.Set(Read(host), [new(s_oops, "1"), new(s_crashKernel, "512M"), new(s_kfence, "10")], now: true, nextBoot: true);

        Assert.Equal(
            [
                "Keep how it is now in /var/lib/kernelfault/settings.json",
                "Write kernel.panic_on_oops = 1 to /etc/sysctl.d/zz-kernelfault.conf",
                "Write crashkernel=512M, kfence.sample_interval=10 to /etc/default/grub.d/zz-kernelfault.cfg",
                "Run update-grub",
                "Write 1 to /proc/sys/kernel/panic_on_oops",
                "Write 10 to /sys/module/kfence/parameters/sample_interval",
            ],
            change.Steps);
        Assert.Null(change.Guard);
        Assert.True(change.NeedsRestart);

        change.Execute(new HostStepRecorder(host), default);

        Assert.EndsWith("\nkernel.panic_on_oops = 1\n", Text(host, LinuxSettings.SysctlPath));
        Assert.EndsWith("\nGRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=512M kfence.sample_interval=10\"\n", Text(host, LinuxSettings.GrubPath));
        Assert.Equal(["0", "100"], LinuxSettingState.Parse(Text(host, LinuxSettings.StatePath)).Live.Values);
    }

    [Fact]
    public void Takes_its_changes_back()
    {
        string state = """{"version":1,"live":{"/proc/sys/kernel/panic_on_oops":"0","/proc/sys/kernel/sysrq":"438"},"arguments":{}}""";
        RecordedHost host = Host(
            $"""
            now|/proc/sys/kernel/panic_on_oops|1
            cmdline|quiet crashkernel=512M
            conf|{LinuxSettings.SysctlPath}|kernel.panic_on_oops|1
            conf|{LinuxSettings.SysctlPath}|kernel.sysrq|1
            loader|grub.d
            boot|GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=512M slub_debug=FZ"
            state|{state}
            end
            """,
            Done("mkdir", "-p", "-m", "755", "/var/lib/kernelfault"),
            Done("mkdir", "-p", "/etc/sysctl.d"),
            Done("update-grub"),
            Done("tee", s_oops.LivePath!));
        LinuxSettings settings = Read(host);
        Assert.Equal(("512M", LinuxSettings.GrubPath), settings.NextBoot(s_crashKernel));
        LinuxSettingsChange change = LinuxSettingsChange.Restore(settings, [s_oops, s_crashKernel]);

        Assert.Equal(
            [
                "Write no kernel.panic_on_oops to /etc/sysctl.d/zz-kernelfault.conf",
                "Write no crashkernel to /etc/default/grub.d/zz-kernelfault.cfg",
                "Run update-grub",
                "Write 0 to /proc/sys/kernel/panic_on_oops",
                "Forget how it was, in /var/lib/kernelfault/settings.json",
            ],
            change.Steps);
        change.Execute(new HostStepRecorder(host), default);

        Assert.EndsWith("back.\nkernel.sysrq = 1\n", Text(host, LinuxSettings.SysctlPath));
        Assert.EndsWith("DEFAULT slub_debug=FZ\"\n", Text(host, LinuxSettings.GrubPath));
        Assert.Equal(["/proc/sys/kernel/sysrq"], LinuxSettingState.Parse(Text(host, LinuxSettings.StatePath)).Live.Keys);
    }

    [Fact]
    public void Uses_grubby_where_it_is_and_puts_back_what_was_there()
    {
        RecordedHost host = Host(Fedora);
        Assert.Equal(
            ["Keep how it is now in /var/lib/kernelfault/settings.json", "Run grubby --update-kernel=ALL --args=crashkernel=512M"],
            LinuxSettingsChange.Set(Read(host), [new(s_crashKernel, "512M")], now: true, nextBoot: true).Steps);

        RecordedHost changed = Host(Fedora.Replace("arguments|ro crashkernel=1G-4G:192M,4G-64G:256M", "arguments|ro slub_debug=F crashkernel=512M").Replace(
            "\nend", "\nstate|{\"arguments\":{\"crashkernel\":\"1G-4G:192M,4G-64G:256M\",\"slub_debug\":null}}\nend"));
        Assert.Equal(
            [
                "Run grubby --update-kernel=ALL --args=crashkernel=1G-4G:192M,4G-64G:256M",
                "Run grubby --update-kernel=ALL --remove-args=slub_debug",
                "Forget how it was, in /var/lib/kernelfault/settings.json",
            ],
            LinuxSettingsChange.Restore(Read(changed), [s_crashKernel, LinuxSetting.BootParameter("slub_debug")]).Steps);
    }

    [Fact]
    public void Says_when_it_knows_no_way_to_set_the_next_boot()
    {
        LinuxSettings settings = Read(Host(Debian.Replace("grub.d", "none")));

        Assert.Equal("BootLoaderUnknown", LinuxSettingsChange.Set(settings, [new(s_crashKernel, "512M")], now: true, nextBoot: true).Guard?.Id);
        Assert.Null(LinuxSettingsChange.Set(settings, [new(s_oops, "1")], now: true, nextBoot: true).Guard);
    }

    [Theory]
    [InlineData("1\" init=/bin/sh")]
    [InlineData("$(reboot)")]
    [InlineData("1 quiet")]
    [InlineData("1\n")]
    public void A_value_cannot_become_another_argument_or_a_command(string value)
    {
        LinuxSettings settings = Read(Host(Debian));

        Assert.Throws<ArgumentException>(() => LinuxSettingsChange.Set(settings, [new(s_crashKernel, value)], now: true, nextBoot: true));
    }

    [Fact]
    public void A_damaged_state_is_none()
    {
        Assert.Empty(LinuxSettingState.Parse("{\"live\":{\"a\":\"1\"},\"arguments\":3}").Live);
    }

    private static LinuxSettings Read(RecordedHost host) => LinuxSettings.Read(host, s_all, default);

    private static string Text(RecordedHost host, string path) => Encoding.UTF8.GetString(host.ReadFile(path, 1 << 20, default));

    private static RecordedProgram Done(string program, params string[] arguments) => new(program, arguments);

    private static RecordedHost Host(string answer, params RecordedProgram[] programs) => new("db2", new HostRecording
    {
        Facts = new HostFacts
        {
            ComputerName = "db2", Platform = HostPlatform.Linux, OperatingSystem = "Linux", Version = null, Build = "6.1.0", Architecture = "x64", IsElevated = true,
            PowerShellVersion = null, BootTime = null, PendingRestart = [],
        },
        Programs =
        [
            new RecordedProgram("/bin/sh", ["-s", s_oops.LivePath!, s_kfence.LivePath!]) { Output = Encoding.UTF8.GetBytes(answer.Replace('|', '\t').Replace("\r", string.Empty) + "\n") },
            .. programs,
        ],
    });
}
