using System.Text;
using KernelFault.Analysis;
using KernelFault.Analysis.Linux;
using KernelFault.Dumps.Logs;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Analysis.Linux;

/// <summary>Each fact that a log can tell, on a real log that tells it.</summary>
public sealed class RealLogFactsTests
{
    [SkippableFact]
    public void RegistersAndStackAreOfTheFirstCrash()
    {
        var misses = new List<string>();
        foreach (string path in Directory.EnumerateFiles(Corpus.File(Path.Combine("corpus", "oops", "logs"))))
        {
            using var log = KernelLog.Open(path);
            if (log.First is not CrashReport first || log.Later.FirstOrDefault(r => r.Context == first.Context) is not CrashReport second)
            {
                continue;
            }

            // What the log says before the next crash is announced in the same context.
            string before = Encoding.Latin1.GetString(File.ReadAllBytes(path), 0, (int)second.Offset);
            KernelFaultAnalysis analysis = LogAnalysis.Analyze(log, new AnalysisOptions());
            misses.AddRange(analysis.Stack.Where(f => !f.Function!.Contains("::", StringComparison.Ordinal) && !before.Contains(f.Function, StringComparison.Ordinal)).Select(f => $"{Path.GetFileName(path)}: {f.Function}"));
            misses.AddRange((analysis.Registers ?? new Dictionary<string, string>()).Where(r => !before.Contains(r.Value.Substring(2).TrimStart('0'), StringComparison.OrdinalIgnoreCase)).Select(r => $"{Path.GetFileName(path)}: {r.Key}"));
        }

        Assert.Equal([], misses);
    }

    [SkippableFact]
    public void RegistersOfAnotherTasksCrashAreNotTaken()
    {
        KernelFaultAnalysis analysis = Analyze("report-197.log");
        Assert.Equal("KASAN: global-out-of-bounds Read in show_timer", analysis.Title);
        Assert.Equal((8685UL, "syz-executor7"), (analysis.System.ProcessId, analysis.System.ProcessName));
        Assert.Null(analysis.Registers);
        Assert.Empty(analysis.Stack);
        Assert.Equal("general protection fault in udp_queue_rcv_skb", analysis.Linux!.OtherCrashes[0].Title);
    }

    [SkippableFact]
    public void TheStackOfAnOldKernelDoesNotEndAtThePointerPrintedOnceMore()
    {
        KernelFaultAnalysis analysis = Analyze("guilty-2.log");
        Assert.Equal(("free_percpu", FrameTrust.Context), (analysis.Stack[0].Function, analysis.Stack[0].Trust));
        Assert.True(analysis.Stack.Count > 5, $"{analysis.Stack.Count} entries");
    }

    [SkippableFact]
    public void APointerThatWasInterruptedIsNotTheFault()
    {
        KernelFaultAnalysis analysis = Analyze("report-395.log");
        Assert.Equal("KASAN: use-after-free Write in usb_anchor_resume_wakeups", analysis.Title);
        Assert.DoesNotContain(analysis.Stack, f => f.Index == 0 && f.Function == "console_unlock");
        Assert.Contains(analysis.Stack, f => f.Function == "usb_anchor_resume_wakeups");
        Assert.Null(analysis.Instruction);
    }

    [SkippableTheory]
    [InlineData("report-385.log", "syz-executor013", 7561UL)]
    [InlineData("report-447.log", "syz-executor4", 6761UL)]
    [InlineData("report-300.log", "syz-executor0", 315571UL)]
    [InlineData("report-490.log", "syz-executor.7", 16095UL)]
    public void TheStuckTaskIsNamedNotTheWatchdog(string log, string command, ulong id)
    {
        KernelFaultAnalysis analysis = Analyze(log);
        Assert.Equal((command, id), (analysis.System.ProcessName, analysis.System.ProcessId));
    }

    [SkippableTheory]
    [InlineData("report-488.log", "prandom_u32", "softirq", "garp_join_timer_arm")]
    [InlineData("report-421.log", "hhf_dequeue", "softirq", "__qdisc_run")]
    [InlineData("report-171.log", "check_memory_region", "task", "snd_pcm_oss_write")]
    public void TheStackOfAStallIsThatOfTheProcessorThatStalls(string log, string innermost, string context, string guilty)
    {
        KernelFaultAnalysis analysis = Analyze(log);
        Assert.Equal((innermost, context), (analysis.Stack[0].Function, analysis.Linux!.ExecutionContext));
        Assert.Contains(analysis.Stack, f => f.Function == guilty);
    }

    [SkippableTheory]
    [InlineData("report-569.log", "softirq")]
    [InlineData("report-670.log", "irq")]
    [InlineData("report-693.log", "task")]
    [InlineData("report-225.log", "task")]
    [InlineData("report-241.log", "task")]
    public void ContextIsTold(string log, string context) => Assert.Equal(context, Analyze(log).Linux!.ExecutionContext);

    [SkippableTheory]
    [InlineData("report-662.log", 0x58UL, FaultClass.NullDereference)]
    [InlineData("guilty-56.log", 0x8UL, FaultClass.NullDereference)]
    [InlineData("report-451.log", 0x00badbeefbadbee8UL, FaultClass.NonCanonical)]
    public void TheShadowOfKasanIsTranslatedBack(string log, ulong address, FaultClass faultClass)
    {
        KernelFaultAnalysis analysis = Analyze(log);
        Assert.Equal((address, faultClass), (analysis.Address!.Address.ToUInt64(), analysis.FaultClass));
    }

    [SkippableFact]
    public void ATaggedAddressIsInTheSameRegionAsWithoutItsTag()
    {
        FaultAddress address = Analyze("report-570.log").Address!;
        Assert.Equal((0x02ff000027080260UL, AccessKind.Read, AddressRegion.DirectMap), (address.Address.ToUInt64(), address.Access, address.Region));
    }

    [SkippableFact]
    public void TheWalkThroughThePageTablesIsExplained() =>
        Assert.Contains("The walk ends at an empty PMD: nothing is mapped there.", Analyze("guilty-64.log").Linux!.FaultDetails);

    [SkippableFact]
    public void TheUserIdIsRead()
    {
        KernelFaultAnalysis analysis = Analyze("report-736.log");
        Assert.Equal((0L, 51UL, "kworker/1:1", "rcu_gp process_srcu"), (analysis.Linux!.UserId, analysis.System.ProcessId, analysis.System.ProcessName, analysis.Linux.Workqueue));
        Assert.Equal(("6.13.0-rc3-syzkaller", 1U), (analysis.Linux.Release, analysis.System.ProcessorNumber));
        Assert.Equal(["PREEMPT", "SMP", "KASAN", "PTI"], analysis.Linux.KernelOptions);
        Assert.StartsWith("Google Google Compute Engine", analysis.Linux.Hardware, StringComparison.Ordinal);
        Assert.Equal(0UL, analysis.Linux.KernelOffset!.Value.ToUInt64());
    }

    [SkippableFact]
    public void TheTargetOfAnIndirectJumpIsTheAddress()
    {
        FaultAddress address = Analyze("report-358.log").Address!;
        Assert.Equal((0xdead4ead00000000UL, AccessKind.Execute), (address.Address.ToUInt64(), address.Access));
    }

    [SkippableFact]
    public void BothAccessesOfARaceHaveTheirStack()
    {
        KernelFaultAnalysis analysis = Analyze("report-449.log");
        Assert.Equal("netlink_recvmsg", analysis.Stack[0].Function);
        Assert.Equal(2, analysis.Linux!.OtherStacks.Count(s => s.Name.Contains(" bytes by task ", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public void WhoAllocatedAndFreedIsNamedByTheirOwnFunctions()
    {
        IReadOnlyList<Finding> findings = Analyze("report-149.log").Findings;
        Assert.Contains(findings, f => f.Id == "memory-allocated" && f.Text.Contains("kcm_ioctl+0x2d2", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Id == "memory-freed" && f.Text.Contains("kcm_unattach+0xe53", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void InlinedFunctionsAreMarked()
    {
        KernelFaultAnalysis analysis = Analyze("report-431.log");
        Assert.Contains(analysis.Stack, f => f.Function == "offline_css" && f.Note == "inlined");
        Assert.Equal("kernel/cgroup/cgroup.c:5129", analysis.Linux!.CallTrace.First(f => f.IsInlined && f.Function == "offline_css").Source);
    }

    [SkippableFact]
    public void HeldLocksAreListed() =>
        Assert.Contains("#0: (&pipe->mutex/1){+.+.+.}, at: [<ffffffff81844c6b>] pipe_lock+0x5b/0x70", Analyze("report-36.log").Linux!.LocksHeld.Select(l => l.Replace("  ", " ", StringComparison.Ordinal)));

    [SkippableFact]
    public void TheRepeatedHeadlineOfInlinedFunctionsIsOneCrash()
    {
        KernelFaultAnalysis analysis = Analyze("guilty-10.log");
        Assert.Empty(analysis.Linux!.OtherCrashes);
        Assert.Equal(28813UL, analysis.System.ProcessId);
        Assert.NotEmpty(analysis.Stack);
    }

    [SkippableFact]
    public void PanicInRustAndItsBugAreOneCrash()
    {
        KernelFaultAnalysis analysis = Analyze("report-748.log");
        Assert.Empty(analysis.Linux!.OtherCrashes);
        Assert.NotNull(analysis.Registers);
        Assert.Equal("rust_helper_BUG", analysis.Stack[0].Function);
    }

    private static KernelFaultAnalysis Analyze(string name)
    {
        using var log = KernelLog.Open(Corpus.File(Path.Combine("corpus", "oops", "logs", name)));
        return LogAnalysis.Analyze(log, new AnalysisOptions());
    }
}
