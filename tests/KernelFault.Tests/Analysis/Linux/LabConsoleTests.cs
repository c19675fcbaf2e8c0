using KernelFault.Analysis;
using KernelFault.Analysis.Linux;
using KernelFault.Dumps;
using KernelFault.Dumps.Logs;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Analysis.Linux;

/// <summary>What kernels that were crashed on purpose printed: the mistake is known, so the answer must be right to the letter.</summary>
public sealed class LabConsoleTests
{
    [SkippableFact]
    public void NullPointerIsNamedWithItsFieldFunctionAndModule()
    {
        KernelFaultAnalysis analysis = Analyze("null_deref");
        Assert.Equal("BUG: unable to handle kernel NULL pointer dereference in update_counter", analysis.Title);
        Assert.Equal(FaultClass.NullDereference, analysis.FaultClass);
        AssertFault(analysis, 0x18, AccessKind.Write, AddressRegion.NullPage);
        AssertCulprit(analysis, "kf_faults", "update_counter");
        AssertKernel(analysis, "6.1.0-56-amd64", "Fatal exception");
        Assert.Equal("task", analysis.Linux!.ExecutionContext);
        Assert.Equal("write to 0x0000000000000018: a NULL pointer, field at +0x18", analysis.Address!.Explanation);

        // The register block was printed after another fault had changed CR2; the line after the modules has the right one.
        Assert.Equal("0x0000000000000018", analysis.Registers!["cr2"]);
    }

    [SkippableFact]
    public void PoisonTellsUseAfterFree()
    {
        KernelFaultAnalysis analysis = Analyze("use_after_free");
        Assert.Equal("general protection fault in read_freed", analysis.Title);
        Assert.Equal(FaultClass.UseAfterFree, analysis.FaultClass);
        AssertFault(analysis, 0x6b6b6b6b6b6b6b6b, AccessKind.Read, AddressRegion.NonCanonical);
        AssertCulprit(analysis, "kf_faults", "read_freed.isra.0");
        AssertKernel(analysis, "6.1.0-56-amd64", "Fatal exception");
        Assert.Contains(analysis.Findings, f => f.Id == "poison");
        Assert.Equal("mov eax,[rdi]", analysis.Instruction!.Text);
        Assert.Equal(0x6b6b6b6b6b6b6b6bUL, analysis.Instruction.EffectiveAddress!.Value.ToUInt64());
        Assert.StartsWith("read of [rdi], rdi = 0x6b6b6b6b6b6b6b6b: ", analysis.Address!.Explanation, StringComparison.Ordinal);
        Assert.Contains(analysis.Linux!.Code, l => l == "→ mov eax,[rdi]");
    }

    [SkippableFact]
    public void GuardPageBelowTheStackIsStackOverflow()
    {
        KernelFaultAnalysis analysis = Analyze("stack_overflow");
        Assert.Equal("BUG: stack guard page was hit in finit_module", analysis.Title);
        Assert.Equal(FaultClass.StackOverflow, analysis.FaultClass);
        AssertCulprit(analysis, "kf_faults", "recurse");
        AssertKernel(analysis, "6.1.0-56-amd64", "Fatal exception in interrupt");
        Assert.True(analysis.Stack.Count(f => f.Function == "recurse") > 20);
    }

    [SkippableFact]
    public void KernelOf612IsRead()
    {
        KernelFaultAnalysis analysis = Analyze("612_null_deref");
        Assert.Equal("BUG: unable to handle kernel NULL pointer dereference in nd_update_stats", analysis.Title);
        Assert.Equal(FaultClass.NullDereference, analysis.FaultClass);
        AssertFault(analysis, 0x40, AccessKind.Write, AddressRegion.NullPage);
        AssertCulprit(analysis, "lab_null_deref", "nd_update_stats.constprop.0");
        AssertKernel(analysis, "6.12.95+deb12-amd64", "Fatal exception");

        // The code could not be printed; the address of what was tried gives the instruction pointer away.
        Assert.Equal(0xffffffffc02b2015UL, analysis.Instruction!.Address!.Value.ToUInt64());
        Assert.Equal(0x1ee00000UL, analysis.Linux!.KernelOffset!.Value.ToUInt64());
        Assert.Equal(0, analysis.Linux.UserId);
        Assert.Equal(164UL, analysis.System.ProcessId);
        Assert.Equal("labtrig", analysis.System.ProcessName);
        Assert.Equal("0x0000000000000040", analysis.Registers!["rbx"]);
        Assert.Equal("0xffff8b6382320000", analysis.Registers["r15"]);
        Assert.Equal(["OOT_MODULE", "UNSIGNED_MODULE"], analysis.Linux.Taint.Select(t => t.Name));
        Assert.Equal(
            ["nd_update_stats.constprop.0", "nd_complete_request.constprop.0", "nd_submit_request.constprop.0", "nd_handler.constprop.0", "lab_null_deref_write", "proc_reg_write", "vfs_write", "ksys_write", "do_syscall_64", "entry_SYSCALL_64_after_hwframe"],
            analysis.Stack.Where(f => f.Trust != FrameTrust.CallScan).Select(f => f.Function));
        Assert.Equal(new DateTime(2026, 11, 21, 5, 56, 44, DateTimeKind.Utc), analysis.System.CrashTime!.Value, TimeSpan.FromSeconds(2));
    }

    [SkippableFact]
    public void KernelOf72IsRead()
    {
        KernelFaultAnalysis analysis = Analyze("72_use_after_free");
        Assert.Equal("general protection fault in uaf_touch_node", analysis.Title);
        Assert.Equal(FaultClass.UseAfterFree, analysis.FaultClass);
        AssertFault(analysis, 0x6b6b6b6b6b6b6b83, null, AddressRegion.NonCanonical);
        AssertCulprit(analysis, "lab_use_after_free", "uaf_touch_node.isra.0");
        Assert.Equal("Fatal exception", analysis.Linux!.PanicReason);
    }

    [SkippableFact]
    public void LogThatEndsInACrashKernelIsRead()
    {
        KernelFaultAnalysis analysis = Analyze("kdump_null_deref");
        Assert.Equal("BUG: unable to handle kernel NULL pointer dereference in nd_update_stats", analysis.Title);
        AssertFault(analysis, 0x40, AccessKind.Write, AddressRegion.NullPage);
        AssertCulprit(analysis, "lab_null_deref", "nd_update_stats.constprop.0");
        Assert.False(analysis.Linux!.Panicked);
        Assert.Contains(analysis.Stack, f => f.Trust == FrameTrust.CallScan && f.Function == "tomoyo_path_perm");
    }

    private static KernelFaultAnalysis Analyze(string name)
    {
        using var log = KernelLog.Open(Corpus.File(Path.Combine("corpus", "linux", name, "console.log")));
        return LogAnalysis.Analyze(log, new AnalysisOptions());
    }

    private static void AssertFault(KernelFaultAnalysis analysis, ulong address, AccessKind? access, AddressRegion region)
    {
        FaultAddress fault = Assert.IsType<FaultAddress>(analysis.Address);
        Assert.Equal(address, fault.Address.ToUInt64());
        Assert.Equal(region, fault.Region);
        if (access is not null)
        {
            Assert.Equal(access, fault.Access);
        }
    }

    private static void AssertCulprit(KernelFaultAnalysis analysis, string module, string function)
    {
        Culprit culprit = Assert.IsType<Culprit>(analysis.Culprit);
        Assert.Equal(module, culprit.Module);
        Assert.Equal(CulpritKind.ThirdPartyDriver, culprit.Kind);
        Assert.True(culprit.Confidence >= 0.85, $"confidence {culprit.Confidence}");
        Assert.Equal(function, analysis.Stack[0].Function);
        Assert.Equal(module, analysis.Stack[0].Module);
        Assert.Equal(FrameTrust.Context, analysis.Stack[0].Trust);
    }

    private static void AssertKernel(KernelFaultAnalysis analysis, string release, string panic)
    {
        Assert.Equal(Architecture.X64, analysis.System.Architecture);
        Assert.Equal(release, analysis.Linux!.Release);
        Assert.True(analysis.Linux.Panicked);
        Assert.Equal(panic, analysis.Linux.PanicReason);
    }
}
