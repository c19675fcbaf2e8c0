using System.Text;
using KernelFault.Hosts;
using KernelFault.Verification;

namespace KernelFault.Tests.Verification;

public class KernelDebugOptionTests
{
    private const string Debian = """
        now|/proc/sys/kernel/panic_on_oops|0
        now|/proc/sys/kernel/panic_on_warn|0
        now|/proc/sys/kernel/softlockup_panic|0
        now|/proc/sys/kernel/hung_task_panic|0
        cmdline|BOOT_IMAGE=/boot/vmlinuz-6.1.0-56-amd64 ro quiet slub_debug=FZ
        conf|/etc/sysctl.d/99-sysctl.conf|kernel.panic_on_warn|1
        loader|grub.d
        end

        """;

    [Fact]
    public void Lists_every_option_with_its_value_now_and_next()
    {
        IReadOnlyList<KernelDebugOption> options = KernelDebugOptionReader.Read(Host(Debian), default);

        Assert.Equal(["slub_debug", "page_poison", "init_on_free", "kfence.sample_interval", "panic_on_oops", "panic_on_warn", "softlockup_panic", "hung_task_panic"], options.Select(option => option.Name));
        KernelDebugOption slub = options[0];
        Assert.Equal(("FZ", "FZ", null, null, false), (slub.Value, slub.NextBootValue, slub.NextBootSource, slub.IsAvailable, slub.CanChangeNow));
        KernelDebugOption kfence = options[3];
        Assert.Equal((null, false), (kfence.Value, kfence.IsAvailable));
        KernelDebugOption warn = options[5];
        Assert.Equal(("0", "1", "/etc/sysctl.d/99-sysctl.conf"), (warn.Value, warn.NextBootValue, warn.NextBootSource));
    }

    [Fact]
    public void Sets_now_what_can_be_and_for_the_next_boot_what_cannot()
    {
        HostPlan<KernelDebugOptionResult> plan = KernelDebugOptionChange.Set(["kernel.panic_on_oops"], "1", KernelDebugOptionScope.NowAndNextBoot).Plan(Host(Debian), default);

        Assert.Equal(
            [
                "Keep how it is now in /var/lib/kernelfault/settings.json",
                "Write kernel.panic_on_oops = 1 to /etc/sysctl.d/zz-kernelfault.conf",
                "Write 1 to /proc/sys/kernel/panic_on_oops",
            ],
            plan.Steps);
        Assert.Contains("crash kernel", Assert.Single(plan.Warnings));
    }

    [Fact]
    public void An_argument_of_the_kernel_waits_for_the_next_boot_and_says_so()
    {
        HostPlan<KernelDebugOptionResult> plan = KernelDebugOptionChange.Set(["kfence.sample_interval"], "100", KernelDebugOptionScope.NowAndNextBoot).Plan(Host(Debian), default);

        Assert.Equal(["Write kfence.sample_interval=100 to /etc/default/grub.d/zz-kernelfault.cfg", "Run update-grub"], plan.Steps);
        Assert.Equal(2, plan.Warnings.Count);
        Assert.Empty(plan.Guards);
    }

    [Fact]
    public void What_is_as_wanted_needs_nothing()
    {
        HostPlan<KernelDebugOptionResult> plan = KernelDebugOptionChange.Set(["panic_on_oops"], "0", KernelDebugOptionScope.Now).Plan(Host(Debian), default);

        Assert.Empty(plan.Steps);
        Assert.False(plan.Execute(new Progress<HostProgress>(), force: false, default).IsChanged);
    }

    [Fact]
    public void Only_for_now_is_refused_for_an_argument_of_the_kernel()
    {
        HostPlan<KernelDebugOptionResult> plan = KernelDebugOptionChange.Set(["page_poison"], "1", KernelDebugOptionScope.Now).Plan(Host(Debian), default);

        Assert.Equal("OptionNeedsRestart", Assert.Single(plan.Guards).Id);
    }

    [Theory]
    [InlineData("panic_on_oops", "2")]
    [InlineData("panic_on_oops", "1\n")]
    [InlineData("slub_debug", "FZP quiet")]
    [InlineData("slub_debug", "$(reboot)")]
    [InlineData("init_on_free", "")]
    public void Values_that_an_option_does_not_take_reach_no_machine(string name, string value) =>
        Assert.Throws<ArgumentException>(() => KernelDebugOptionChange.Set([name], value, KernelDebugOptionScope.NowAndNextBoot));

    [Fact]
    public void Not_for_Windows()
    {
        HostPlan<KernelDebugOptionResult> plan = KernelDebugOptionChange.Restore([]).Plan(new RecordedHost("pc", new HostRecording { Facts = Facts(HostPlatform.Windows) }), default);

        Assert.Equal("NotLinux", Assert.Single(plan.Guards).Id);
        Assert.Throws<HostException>(() => KernelDebugOptionReader.Read(new RecordedHost("pc", new HostRecording { Facts = Facts(HostPlatform.Windows) }), default));
    }

    private static HostFacts Facts(HostPlatform platform) => new()
    {
        ComputerName = "guest", Platform = platform, OperatingSystem = null, Version = null, Build = null, Architecture = "x64", IsElevated = true, PowerShellVersion = null, BootTime = null, PendingRestart = null,
    };

    private static RecordedHost Host(string answer) => new("guest", new HostRecording
    {
        Facts = Facts(HostPlatform.Linux),
        Programs =
        [
            new RecordedProgram("/bin/sh", ["-s", .. KernelDebugOptionInfo.All.Select(option => option.Setting.LivePath).OfType<string>()])
            {
                Output = Encoding.ASCII.GetBytes(answer.Replace('|', '\t')),
            },
        ],
    });
}
