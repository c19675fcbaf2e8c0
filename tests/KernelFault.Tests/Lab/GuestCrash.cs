using KernelFault.Health;
using KernelFault.Hosts;
using KernelFault.Verification;

namespace KernelFault.Tests.Lab;

/// <summary>
/// One crash of the guest for all tests that need one, as it costs a start of the crash kernel and one of the machine: the machine is
/// set up to catch a fault, and then its driver <see cref="Module"/>, which is loaded at each start, faults because it is used.
/// </summary>
public sealed class GuestCrash
{
    /// <summary>The driver.</summary>
    internal const string Module = "kf_driver";

    /// <summary>What GRUB starts.</summary>
    internal const string Grub = "/boot/grub/grub.cfg";

    private readonly Lazy<GuestCrash> _made;
    private string? _grubBefore;
    private string? _dump;
    private KernelDebugOptionResult? _live;
    private KernelDebugOptionResult? _boot;
    private CrashCaptureResult? _capture;

    /// <summary>Nothing is done until a test asks.</summary>
    public GuestCrash() => _made = new Lazy<GuestCrash>(Make);

    /// <summary>SHA-256 of <see cref="Grub"/> before anything was set.</summary>
    internal string GrubBefore => _made.Value._grubBefore!;

    /// <summary>The dump that the crash kernel wrote, its path there.</summary>
    internal string Dump => _made.Value._dump!;

    /// <summary>What came of panic_on_oops, which counts at once.</summary>
    internal KernelDebugOptionResult Live => _made.Value._live!;

    /// <summary>What came of slub_debug, which is an argument of the kernel.</summary>
    internal KernelDebugOptionResult Boot => _made.Value._boot!;

    /// <summary>What came of the set-up for a crash.</summary>
    internal CrashCaptureResult Capture => _made.Value._capture!;

    /// <summary>Makes it, unless that was done.</summary>
    internal void Need() => _ = _made.Value;

    private GuestCrash Make()
    {
        using (IHost host = Guest.Connect())
        {
            Skip.If(Guest.Shell(host, $"modinfo -F version {Module}") != "2.5.1", "the driver was not built for the guest's kernel");
            Assert.StartsWith(Module, Guest.Shell(host, $"grep ^{Module} /proc/modules"), StringComparison.Ordinal);

            // As a machine that nobody has set up: kdump-tools would panic on an oops already.
            Guest.Shell(host, "echo 0 > /proc/sys/kernel/panic_on_oops; update-grub; rm -rf /var/crash/*; sync");
            _grubBefore = host.HashFile(Grub, default);
            _live = Guest.Execute(host, KernelDebugOptionChange.Set(["panic_on_oops"], "1", KernelDebugOptionScope.NowAndNextBoot));
            _boot = Guest.Execute(host, KernelDebugOptionChange.Set(["slub_debug"], "FZP", KernelDebugOptionScope.NowAndNextBoot));
            _capture = Guest.Execute(host, new CrashCaptureChange(new CrashCaptureOptions { PanicTimeout = 30, SysRq = 1, Service = true }));
            Assert.Equal("30", Guest.Shell(host, "cat /proc/sys/kernel/panic"));
            Guest.CrashBy(host, $"echo 1 > /sys/module/{Module}/parameters/use");
        }

        using IHost back = Guest.Connect();
        _dump = Guest.Shell(back, "ls /var/crash/*/dump.*");
        Assert.EndsWith(_dump.Split('/')[^2], _dump, StringComparison.Ordinal);
        return this;
    }
}
