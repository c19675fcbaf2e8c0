using KernelFault.Analysis;
using KernelFault.Analysis.Linux;
using KernelFault.Dumps.Logs;

namespace KernelFault.Tests.Analysis.Linux;

/// <summary>Every way in which the laboratory's module crashes a kernel (Debian 6.1), as the console had it: one test a fault.</summary>
public sealed class LabFaultTests
{
    [SkippableTheory]
    [InlineData("null_deref", "BUG: unable to handle kernel NULL pointer dereference in update_counter", FaultClass.NullDereference, "update_counter")]
    [InlineData("divide_error", "divide error in divide_error", FaultClass.DivideError, "divide_error")]
    [InlineData("bug", "kernel BUG in hit_bug", FaultClass.Assertion, "hit_bug")]
    [InlineData("warn_panic", "WARNING in kf_init", FaultClass.Assertion, "warn_panic")]
    [InlineData("write_rodata", "BUG: unable to handle kernel paging request in write_rodata", FaultClass.ReadOnlyWrite, "write_rodata")]
    [InlineData("exec_data", "BUG: unable to handle kernel paging request in code", FaultClass.NoExecute, "code.14")]
    [InlineData("call_null", "BUG: unable to handle kernel NULL pointer dereference in call_null", FaultClass.NullDereference, "call_null")]
    [InlineData("double_free", "kernel BUG in double_free", FaultClass.PoolCorruption, "__kmem_cache_free")]
    [InlineData("noncanonical", "general protection fault in touch_noncanonical", FaultClass.NonCanonical, "touch_noncanonical")]
    [InlineData("bad_user_ptr", "BUG: unable to handle kernel paging request in copy_raw_user", FaultClass.UserPointer, "copy_raw_user")]
    [InlineData("vmalloc_overrun", "BUG: unable to handle kernel paging request in kf_init", FaultClass.GuardPage, "vmalloc_overrun")]
    [InlineData("irq_null", "BUG: unable to handle kernel NULL pointer dereference in irq_fault_fn", FaultClass.NullDereference, "irq_fault_fn")]
    [InlineData("kthread_null", "BUG: unable to handle kernel NULL pointer dereference in update_counter", FaultClass.NullDereference, "update_counter")]
    [InlineData("soft_lockup", "BUG: soft lockup in finit_module", FaultClass.Lockup, "soft_lockup")]
    [InlineData("use_after_free", "general protection fault in read_freed", FaultClass.UseAfterFree, "read_freed.isra.0")]
    [InlineData("stack_overflow", "BUG: stack guard page was hit in finit_module", FaultClass.StackOverflow, "recurse")]
    public void FaultIsNamedWithItsFunctionAndModule(string fault, string title, FaultClass faultClass, string innermost)
    {
        KernelFaultAnalysis analysis = Analyze(fault);
        Assert.Equal(title, analysis.Title);
        Assert.Equal(faultClass, analysis.FaultClass);
        Assert.Equal(innermost, analysis.Stack[0].Function);
        Assert.Equal("kf_faults", analysis.Culprit!.Module);
        Assert.Equal(CulpritKind.ThirdPartyDriver, analysis.Culprit.Kind);
        Assert.True(analysis.Culprit.Confidence >= 0.8, $"confidence {analysis.Culprit.Confidence}");
        Assert.Equal("6.1.0-56-amd64", analysis.Linux!.Release);
        Assert.True(analysis.Linux.Panicked);
    }

    [SkippableTheory]
    [InlineData("null_deref", 0x18UL, AccessKind.Write, AddressRegion.NullPage)]
    [InlineData("write_rodata", 0xffffffffc02db243UL, AccessKind.Write, AddressRegion.Module)]
    [InlineData("exec_data", 0xffffffffc0321020UL, AccessKind.Execute, AddressRegion.Module)]
    [InlineData("call_null", 0UL, AccessKind.Execute, AddressRegion.NullPage)]
    [InlineData("noncanonical", 0xdead4ead00000000UL, AccessKind.Read, AddressRegion.NonCanonical)]
    [InlineData("bad_user_ptr", 0x400000UL, AccessKind.Read, AddressRegion.User)]
    [InlineData("vmalloc_overrun", 0xffffd2714004e000UL, AccessKind.Write, AddressRegion.Vmalloc)]
    [InlineData("irq_null", 0x18UL, AccessKind.Write, AddressRegion.NullPage)]
    [InlineData("kthread_null", 0x18UL, AccessKind.Write, AddressRegion.NullPage)]
    [InlineData("use_after_free", 0x6b6b6b6b6b6b6b6bUL, AccessKind.Read, AddressRegion.NonCanonical)]
    [InlineData("stack_overflow", 0xffffcf4c8038fec8UL, AccessKind.Write, AddressRegion.StackGuard)]
    public void AddressIsUnderstood(string fault, ulong address, AccessKind access, AddressRegion region)
    {
        FaultAddress found = Assert.IsType<FaultAddress>(Analyze(fault).Address);
        Assert.Equal(address, found.Address.ToUInt64());
        Assert.Equal(access, found.Access);
        Assert.Equal(region, found.Region);
    }

    [SkippableTheory]
    [InlineData("null_deref", "Fatal exception", "task", "busybox")]
    [InlineData("divide_error", "Fatal exception", "task", "busybox")]
    [InlineData("bug", "Fatal exception", "task", "busybox")]
    [InlineData("write_rodata", "Fatal exception", "task", "busybox")]
    [InlineData("exec_data", "Fatal exception", "task", "busybox")]
    [InlineData("call_null", "Fatal exception", "task", "busybox")]
    [InlineData("noncanonical", "Fatal exception", "task", "busybox")]
    [InlineData("bad_user_ptr", "Fatal exception", "task", "busybox")]
    [InlineData("vmalloc_overrun", "Fatal exception", "task", "busybox")]
    [InlineData("warn_panic", "kernel: panic_on_warn set ...", "task", "busybox")]
    [InlineData("double_free", "Fatal exception", "task", "busybox")]
    [InlineData("irq_null", "Fatal exception in interrupt", "softirq", null)]
    [InlineData("kthread_null", "Fatal exception", "task", "kf_worker")]
    [InlineData("soft_lockup", "softlockup: hung tasks", "task", null)]
    [InlineData("use_after_free", "Fatal exception", "task", "busybox")]
    [InlineData("stack_overflow", "Fatal exception in interrupt", "task", "busybox")]
    public void PanicAndContextAreTold(string fault, string panic, string context, string? process)
    {
        KernelFaultAnalysis analysis = Analyze(fault);
        Assert.Equal(process ?? analysis.System.ProcessName, analysis.System.ProcessName);
        Assert.Equal(panic, analysis.Linux!.PanicReason);
        Assert.Equal(context, analysis.Linux.ExecutionContext);
    }

    private static KernelFaultAnalysis Analyze(string fault)
    {
        string path = Path.Combine(Corpus.RepositoryRoot, "tests", "KernelFault.Tests", "Analysis", "Linux", "Lab", fault + ".log");
        Skip.IfNot(File.Exists(path), $"The console of {fault} is not there.");
        using var log = KernelLog.Open(path);
        return LogAnalysis.Analyze(log, new AnalysisOptions());
    }
}
