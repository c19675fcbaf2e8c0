using System.Text;
using KernelFault.Hosts;
using KernelFault.Tracing;

namespace KernelFault.Tests.Tracing;

public class KernelFunctionTraceTests
{
    private const string Suffix = "([.](isra|constprop|part|llvm)[.][0-9]+)*";
    private const string Usual = "folder|/sys/kernel/tracing\ninstances|yes\nkprobes|yes\nlockdown|[none] integrity confidentiality\nenabled|1\n";

    [Fact]
    public void The_page_fault_handler_that_may_not_be_probed_is_traced_by_its_tracepoints()
    {
        HostPlan<KernelFunctionTraceResult> plan = Plan("do_page_fault", PageFault(Usual + "tracepoint|exceptions/page_fault_user\ntracepoint|exceptions/page_fault_kernel\nsymbol|ffffffffa5248560 T exc_page_fault\nrefused|0xffffffffa5248560-0xffffffffa52486d0|exc_page_fault\nend\n"));

        Assert.Empty(plan.Guards);
        Assert.Equal(
            ["Enable the tracepoint exceptions/page_fault_user in an instance of its own", "Enable the tracepoint exceptions/page_fault_kernel in an instance of its own", "Read it for 10 s, and remove it"],
            plan.Steps);
        Assert.Contains("blacklist", Assert.Single(plan.Warnings));
    }

    [Fact]
    public void Without_tracepoints_it_is_refused_and_others_are_named()
    {
        HostPlan<KernelFunctionTraceResult> plan = Plan("do_page_fault", PageFault(Usual + "symbol|ffffffffa5248560 T do_page_fault\nsymbol|ffffffffa4ad2af0 T handle_mm_fault\nrefused|0xffffffffa5248560-0xffffffffa52486d0|do_page_fault\nend\n"));

        HostGuard guard = Assert.Single(plan.Guards);
        Assert.Equal("FunctionRefused", guard.Id);
        Assert.EndsWith("handle_mm_fault.", guard.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variant_of_the_compilers_is_probed_without_arguments()
    {
        HostPlan<KernelFunctionTraceResult> plan = Plan("kf_ioctl", Look("kf_ioctl", "kf_ioctl", Usual + "symbol|ffffffffc0600010 t kf_ioctl.isra.0|[kf_faults]\nend\n"));

        Assert.Equal("Set the probe 'p kf_ioctl.isra.0' in an instance of its own", plan.Steps[0]);
        Assert.Contains("no arguments", Assert.Single(plan.Warnings));
    }

    [Fact]
    public void An_unknown_function_is_refused_with_similar_names()
    {
        HostGuard guard = Assert.Single(Plan("handle_mm_faul", Look("handle_mm_faul", "handle_mm_faul", Usual + "like|ffffffffa4ad2af0 T handle_mm_fault\nend\n")).Guards);

        Assert.Equal("FunctionNotFound", guard.Id);
        Assert.Contains("handle_mm_fault", guard.Text);
    }

    [Theory]
    [InlineData("instances|yes\nend\n")]
    [InlineData("folder|/etc\ninstances|yes\nkprobes|yes\nend\n")]
    [InlineData("folder|/sys/kernel/tracing\ninstances|yes\nkprobes|yes\nlockdown|none integrity [confidentiality]\nend\n")]
    public void A_machine_that_lets_nothing_be_traced_says_why(string answer) =>
        Assert.Equal("TracingUnavailable", Assert.Single(Plan("kf_ioctl", Look("kf_ioctl", "kf_ioctl", answer)).Guards).Id);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a;reboot")]
    [InlineData("$(reboot)|x")]
    [InlineData("9lives")]
    [InlineData("a\nb")]
    [InlineData("../x")]
    public void What_no_function_is_called_reaches_no_machine(string name) =>
        Assert.Throws<ArgumentException>(() => new KernelFunctionTrace(new KernelFunctionTraceOptions { Function = name }, _ => { }));

    [Fact]
    public void Events_come_while_it_runs_and_the_result_counts_them()
    {
        var events = new List<KernelTraceEvent>();
        RecordedHost host = Host(
            Look("kf_ioctl", "kf_ioctl", Usual + "symbol|ffffffffc0600010 t kf_ioctl.isra.0|[kf_faults]\nend\n"),
            new RecordedProgram("/bin/sh", "-s", "/sys/kernel/tracing", "10", "4096", "0", string.Empty, string.Empty, "p", "call", "kf_ioctl.isra.0")
            {
                Output = Encoding.ASCII.GetBytes("kernelfault start 9\n" + string.Concat(Enumerable.Range(1, 40).Select(at => $"             cat-9       [000] .....     5.{at:000000}: call_9: (kf_ioctl.isra.0+0x0/0x10)\n")) + "kernelfault hits call 40 0\nkernelfault end\n"),
            });

        KernelFunctionTraceResult result = new KernelFunctionTrace(new KernelFunctionTraceOptions { Function = "kf_ioctl" }, events.Add).Plan(host, default).Execute(new Progress<HostProgress>(), force: false, default);

        Assert.Equal((40, 40L, 40L, 0L, true), (events.Count, result.EventCount, result.Hits, result.LostCount, result.IsRemoved));
        Assert.Equal("kf_ioctl.isra.0", events[0].Function);
        Assert.Equal("/bin/sh -s /sys/kernel/tracing 10 4096 0 \"\" \"\" p call kf_ioctl.isra.0", Assert.Single(result.Steps).Text);
    }

    [Fact]
    public void After_the_wanted_number_it_is_ended_and_what_is_left_is_looked_for()
    {
        var events = new List<KernelTraceEvent>();
        RecordedHost host = Host(
            Look("kf_ioctl", "kf_ioctl", Usual + "symbol|ffffffffc0600010 t kf_ioctl.isra.0|[kf_faults]\nend\n"),
            new RecordedProgram("/bin/sh", "-s", "/sys/kernel/tracing", "10", "4096", "0", string.Empty, string.Empty, "p", "call", "kf_ioctl.isra.0")
            {
                Output = Encoding.ASCII.GetBytes("kernelfault start 9\n" + string.Concat(Enumerable.Repeat("             cat-9       [000] .....     5.000001: call_9: (kf_ioctl.isra.0+0x0/0x10)\n", 40))),
            },
            new RecordedProgram("/bin/sh", "-s", "/sys/kernel/tracing", "9"));

        KernelFunctionTraceResult result = new KernelFunctionTrace(new KernelFunctionTraceOptions { Function = "kf_ioctl", Count = 3 }, events.Add).Plan(host, default).Execute(new Progress<HostProgress>(), force: false, default);

        Assert.Equal((3, 3L, true, true), (events.Count, result.EventCount, result.EndedByCount, result.IsRemoved));
    }

    [Fact]
    public void What_the_kernel_says_to_a_probe_is_the_error()
    {
        RecordedHost host = Host(
            Look("kf_ioctl", "kf_ioctl", Usual + "symbol|ffffffffc0600010 t kf_ioctl.isra.0|[kf_faults]\nend\n"),
            new RecordedProgram("/bin/sh", "-s", "/sys/kernel/tracing", "10", "4096", "0", string.Empty, string.Empty, "p", "call", "kf_ioctl.isra.0")
            {
                ExitCode = 70,
                Error = Encoding.ASCII.GetBytes("The kernel refuses the probe on kf_ioctl.isra.0.\n[  1.0] trace_kprobe: error: Failed to register probe event\n"),
            });
        HostPlan<KernelFunctionTraceResult> plan = new KernelFunctionTrace(new KernelFunctionTraceOptions { Function = "kf_ioctl" }, _ => { }).Plan(host, default);

        HostException error = Assert.Throws<HostException>(() => plan.Execute(new Progress<HostProgress>(), force: false, default));
        Assert.Contains("Failed to register", error.Message);
    }

    private static HostPlan<KernelFunctionTraceResult> Plan(string function, RecordedProgram look) =>
        new KernelFunctionTrace(new KernelFunctionTraceOptions { Function = function }, _ => { }).Plan(Host(look), default);

    private static RecordedProgram PageFault(string answer) => Look(
        "do_page_fault|__do_page_fault|trace_do_page_fault|exc_page_fault|do_user_addr_fault|do_kern_addr_fault|handle_mm_fault", "do_page_fault", answer, "exceptions/page_fault_user", "exceptions/page_fault_kernel");

    private static RecordedProgram Look(string names, string word, string answer, params string[] tracepoints) =>
        new("/bin/sh", ["-s", "(" + names + ")" + Suffix, word, .. tracepoints]) { Output = Encoding.ASCII.GetBytes(answer.Replace('|', '\t')) };

    private static RecordedHost Host(params RecordedProgram[] programs) => new("guest", new HostRecording
    {
        Facts = new HostFacts
        {
            ComputerName = "guest", Platform = HostPlatform.Linux, OperatingSystem = "Debian GNU/Linux 12 (bookworm)", Version = "12", Build = "6.1.0-56-amd64",
            Architecture = "x64", IsElevated = true, PowerShellVersion = null, BootTime = null, PendingRestart = null,
        },
        Programs = programs,
    });
}
