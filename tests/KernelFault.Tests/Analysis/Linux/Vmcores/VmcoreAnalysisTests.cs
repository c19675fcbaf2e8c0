using KernelFault.Analysis;
using KernelFault.Analysis.Linux;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Dumps;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Analysis.Linux.Vmcores;

/// <summary>Real vmcores of crashed kernels 6.1, 6.12 and 7.2, against what the same kernels printed.</summary>
public sealed class VmcoreAnalysisTests
{
    public static TheoryData<string> Names =>
        ["null_deref", "use_after_free", "stack_overflow", "kdump_null_deref", "612_null_deref", "72_use_after_free"];

    [SkippableTheory]
    [InlineData("null_deref", FaultClass.NullDereference, "kf_faults", "update_counter+0x5", 0x18ul)]
    [InlineData("use_after_free", FaultClass.UseAfterFree, "kf_faults", "read_freed.isra.0+0x5", 0x6b6b6b6b6b6b6b6bul)]
    [InlineData("stack_overflow", FaultClass.StackOverflow, "kf_faults", "recurse+0x2d", null)]
    [InlineData("kdump_null_deref", FaultClass.NullDereference, "lab_null_deref", "nd_update_stats.constprop.0+0x5", 0x40ul)]
    [InlineData("612_null_deref", FaultClass.NullDereference, "lab_null_deref", "nd_update_stats.constprop.0+0x5", 0x40ul)]
    [InlineData("72_use_after_free", FaultClass.UseAfterFree, "lab_use_after_free", "uaf_touch_node.isra.0+0x5", 0x6b6b6b6b6b6b6b83ul)]
    public void NamesWhatFaultedAndWho(string name, FaultClass faultClass, string module, string function, ulong? address)
    {
        KernelFaultAnalysis answer = Analyze(name, "vmcore");

        Assert.Equal(faultClass, answer.FaultClass);
        Assert.Equal(module, answer.Culprit!.Module);
        Assert.Equal(function, answer.Instruction!.Function);
        Assert.NotNull(answer.Instruction.Text);
        Assert.Equal("dump", answer.Instruction.Origin);
        if (address is not null)
        {
            Assert.Equal(address, answer.Address!.Address.ToUInt64());
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void IsTheSameCrashAsTheConsolesText(string name)
    {
        KernelFaultAnalysis memory = Analyze(name, "vmcore");
        KernelFaultAnalysis text = Analyze(name, "console.log");

        Assert.Equal(text.Title, memory.Title);
        Assert.Equal(text.BucketId, memory.BucketId);
        Assert.Equal(text.FaultClass, memory.FaultClass);
        Assert.Equal(text.Linux!.Taint.Select(t => t.Letter), memory.Linux!.Taint.Select(t => t.Letter));
        Assert.True(memory.Linux.Panicked);
        Assert.DoesNotContain(memory.Findings, finding => finding.Id == "log-differs");
        Assert.Empty(memory.Warnings);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void HasTheStackByOrcTablesAlone(string name)
    {
        KernelFaultAnalysis answer = Analyze(name, "vmcore");

        Assert.Equal(FrameTrust.Context, answer.Stack[0].Trust);
        Assert.All(answer.Stack.Skip(1), frame => Assert.True(frame.Trust is FrameTrust.Orc or FrameTrust.Context, frame.ToString()));
        Assert.StartsWith("entry_SYSCALL_64", answer.Stack[^1].Function, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void TellsOfTheMachineAndEveryProcessor(string name)
    {
        KernelFaultAnalysis answer = Analyze(name, "vmcore");
        LinuxReport linux = answer.Linux!;

        Assert.Equal(DumpKind.LinuxVmcore, answer.Kind);
        Assert.Equal(40, linux.BuildId!.Length);
        Assert.NotNull(linux.CommandLine);
        Assert.NotNull(answer.System.CrashTime);
        Assert.Equal((int)answer.System.ProcessorCount!, linux.Processors.Count);
        LinuxProcessor panicked = Assert.Single(linux.Processors, processor => processor.Panicked);
        Assert.Equal(answer.System.ProcessName, panicked.TaskName);
        Assert.Equal("vmlinux", answer.Modules[0].Name);
        Assert.Contains(answer.Modules, module => module.Name == answer.Culprit!.Module && module.IsOperatingSystem == false);
    }

    [SkippableTheory]
    [InlineData("use_after_free")]
    [InlineData("72_use_after_free")]
    public void FindsTheFreedObjectThatARegisterPointsTo(string name)
    {
        Finding freed = Assert.Single(Analyze(name, "vmcore").Findings.Where(finding => finding.Id == "register-freed").Take(1));

        Assert.Contains("kmalloc-96", freed.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void WalksTheProgramsOwnPageTablesForItsHalf()
    {
        // The console says: PGD 6231067 P4D 6231067 PUD 621a067 PMD 0.
        KernelFaultAnalysis answer = Analyze("null_deref", "vmcore");

        Assert.Contains(answer.Linux!.PageTableWalk, line => line.StartsWith("pgd", StringComparison.Ordinal) && line.Contains("6231067", StringComparison.Ordinal));
        Assert.Contains(answer.Linux.PageTableWalk, line => line.StartsWith("pmd", StringComparison.Ordinal) && line.Contains("0x0000000000000000", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void DescribesACrashThatLeftNoReportInTheKernelsOwnWords()
    {
        using VmcoreSession session = VmcoreSession.Open(Corpus.File("corpus/linux/null_deref/vmcore"));
        VmcoreCrash crash = VmcoreCrash.Read(session, CancellationToken.None);

        KernelFaultAnalysis answer = LogAnalysis.Analyze(UnprintedCrash.Describe(crash, new VirtualAddress(0x18))!, new AnalysisOptions());

        Assert.Equal("BUG: unable to handle kernel NULL pointer dereference in update_counter", answer.Title);
        Assert.Equal(FaultClass.NullDereference, answer.FaultClass);
        Assert.Equal("kf_faults", answer.Culprit!.Module);
    }

    [SkippableFact]
    public void TakesAddressesAsPeopleWriteThem()
    {
        using VmcoreSession session = VmcoreSession.Open(Corpus.File("corpus/linux/612_null_deref/vmcore"));
        ulong start = session.Resolve("vfs_write")!.Value.ToUInt64();

        Assert.Equal(start + 0xfb, session.Resolve("vfs_write+0xfb")!.Value.ToUInt64());
        Assert.Equal(start, session.Resolve(session.Resolve("vfs_write")!.Value.Hex)!.Value.ToUInt64());
        Assert.Equal("vfs_write", session.SymbolAt(session.Resolve("vfs_write+0xfb")!.Value)!.Name);
        Assert.Null(session.Resolve("no_such_symbol"));
        Assert.Null(session.Resolve("vfs_write+zz"));
    }

    private static KernelFaultAnalysis Analyze(string name, string file)
    {
        using var analyzer = new KernelFaultAnalyzer();
        return analyzer.Analyze(Corpus.File($"corpus/linux/{name}/{file}"));
    }
}
