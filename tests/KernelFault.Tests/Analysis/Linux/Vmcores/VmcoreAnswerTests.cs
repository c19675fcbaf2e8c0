using KernelFault.Analysis;
using KernelFault.Analysis.Linux;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Analysis.Linux.Vmcores;

/// <summary>What only memory tells, on the real vmcores of the corpus and, where its folder is named, of the lab.</summary>
public sealed class VmcoreAnswerTests
{
    [SkippableTheory]
    [InlineData("null_deref")]
    [InlineData("612_null_deref")]
    [InlineData("72_use_after_free")]
    [InlineData("kdump_null_deref")]
    public void SaysThatNoFaultIsExpectedAtTheInstruction(string name)
    {
        Finding table = Assert.Single(Corpora(name).Findings, finding => finding.Id == "exception-table");

        Assert.StartsWith("The exception table has no entry", table.Text, StringComparison.Ordinal);
        Assert.Equal(FindingSeverity.Information, table.Severity);
    }

    [SkippableFact]
    public void SaysWhereTheKernelGoesOnWhenAFaultIsExpected()
    {
        using VmcoreSession session = VmcoreSession.Open(Corpus.File("corpus/linux/null_deref/vmcore"));
        Assert.True(session.Kernel.Memory.TryReadUInt32(session.Resolve("__start___ex_table")!.Value, out uint distance));
        VirtualAddress instruction = session.Resolve("__start___ex_table")!.Value + unchecked((ulong)(int)distance);

        Finding table = Assert.Single(VmcoreCodeFindings.Exception(session, instruction));

        Assert.StartsWith("The exception table has an entry of type ", table.Text, StringComparison.Ordinal);
        Assert.Equal(FindingSeverity.Notable, table.Severity);
    }

    [SkippableTheory]
    [InlineData("bug", "The instruction is the BUG() at /usr/src/kf_faults/kf_faults.c:32 of module kf_faults.")]
    [InlineData("warn_panic", "The instruction is the WARN() at /usr/src/kf_faults/kf_faults.c:33 of module kf_faults.")]
    [InlineData("double_free", "The instruction is the BUG() at mm/slub.c:419.")]
    public void NamesTheCheckOfTheSourceThatFailed(string name, string text)
    {
        KernelFaultAnalysis answer = Lab(name);

        Assert.Equal(text, Assert.Single(answer.Findings, finding => finding.Id == "bug-table").Text);
        Assert.DoesNotContain(answer.Findings, finding => finding.Id == "exception-table");
    }

    [SkippableFact]
    public void TellsWhoAllocatedAndFreedTheObjectThatRegistersPointInto()
    {
        Finding freed = Corpora("use_after_free").Findings.First(finding => finding.Id == "register-freed" && finding.Text.Contains("rbx", StringComparison.Ordinal));

        Assert.StartsWith("rbx points to a freed object of 96 bytes of the slab cache kmalloc-96", freed.Text, StringComparison.Ordinal);
        Assert.Contains("Allocated in use_after_free+0x1c [kf_faults] by thread 92 on processor 0.", freed.Text, StringComparison.Ordinal);
        Assert.Contains("Freed in use_after_free+0x27 [kf_faults] by thread 92 on processor 0.", freed.Text, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("stack_overflow")]
    [InlineData("stack_overflow_la57")]
    [InlineData("stack_overflow_nokaslr")]
    [InlineData("stack_overflow_smp1")]
    public void PlacesAnOverflowInTheGuardPageOfTheStack(string name) => IsGuardPage(Lab(name), Path.Combine(LabFolder(), name, "console.log"));

    [SkippableFact]
    public void PlacesAnOverflowInTheGuardPageWithoutTheLogToo()
    {
        IsGuardPage(Corpora("stack_overflow"), Corpus.File("corpus/linux/stack_overflow/console.log"));
        using VmcoreSession session = VmcoreSession.Open(Corpus.File("corpus/linux/stack_overflow/vmcore"));
        VmcoreCrash crash = VmcoreCrash.Read(session, CancellationToken.None);

        KernelFaultAnalysis unprinted = LogAnalysis.Analyze(UnprintedCrash.Describe(crash, null)!, new AnalysisOptions());

        Assert.Equal("BUG: stack guard page was hit in finit_module", unprinted.Title);
        Assert.Equal(FaultClass.StackOverflow, unprinted.FaultClass);
        FaultAddress address = VmcoreAddress.Describe(session, crash, null, null)!;
        Assert.Equal(AddressRegion.StackGuard, address.Region);
        Assert.Equal(Corpora("stack_overflow").Address!.Address, address.Address);
    }

    [SkippableTheory]
    [InlineData("sysrq")]
    [InlineData("soft_lockup")]
    [InlineData("irq_null")]
    [InlineData("warn_panic")]
    [InlineData("kthread_null")]
    [InlineData("exec_data")]
    public void FindsNoDifferenceBetweenALogAndItsOwnMemory(string name) =>
        Assert.DoesNotContain(Lab(name).Findings, finding => finding.Id == "log-differs");

    [SkippableTheory]
    [InlineData("RAX: ", "the saved registers say")]
    [InlineData("update_counter+", "stack in memory does not have there")]
    [InlineData("CPU: ", "the kernel stopped on processor")]
    [InlineData("6.1.0-", "it may be an earlier kernel's")]
    [InlineData("Modules linked in: ", "does not have: absent_module")]
    [InlineData("Tainted: G", "no taint is ever taken back")]
    public void SaysWhereLogAndMemoryDisagree(string at, string text)
    {
        using VmcoreSession session = VmcoreSession.Open(Corpus.File("corpus/linux/null_deref/vmcore"));
        VmcoreCrash crash = VmcoreCrash.Read(session, CancellationToken.None);
        var findings = new List<Finding>();
        string other = File.ReadAllText(Corpus.File("corpus/linux/null_deref/console.log"));
        other = at switch
        {
            "RAX: " => other.Replace("RAX: 0", "RAX: 7", StringComparison.Ordinal),
            "update_counter+" => other.Replace("kf_init+0x", "kf_init+0x7", StringComparison.Ordinal),
            "CPU: " => other.Replace("CPU: 0 ", "CPU: 6 ", StringComparison.Ordinal).Replace("CPU: 1 ", "CPU: 6 ", StringComparison.Ordinal),
            "6.1.0-" => other.Replace("6.1.0-", "6.1.99-", StringComparison.Ordinal),
            "Tainted: G" => other.Replace("Tainted: G  ", "Tainted: GF ", StringComparison.Ordinal),
            _ => other.Replace(at, at + "absent_module ", StringComparison.Ordinal),
        };
        using var file = new TemporaryFile(System.Text.Encoding.UTF8.GetBytes(other));
        using var analyzer = new KernelFaultAnalyzer();

        LogComparison.Add(findings, session, crash, analyzer.Analyze(file.Path));

        Assert.Contains(text, Assert.Single(findings).Text, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("null_deref")]
    [InlineData("612_null_deref")]
    [InlineData("72_use_after_free")]
    public void AnswersTheSameWithoutTheNoteAndWithoutASearchThroughMemory(string name)
    {
        string path = Corpus.File($"corpus/linux/{name}/vmcore");
        using var noted = (LinuxVmcore)CrashDump.Open(path);
        using LinuxVmcore bare = InventedVmcore.Create((IVmcoreMemory)noted.Memory, null, noted.Architecture, [.. noted.Processors]);
        using var analyzer = new KernelFaultAnalyzer();

        KernelFaultAnalysis expected = analyzer.Analyze(noted);
        KernelFaultAnalysis answer = analyzer.Analyze(bare);

        Assert.Null(bare.NotedInfo);
        Assert.Equal(expected.Title, answer.Title);
        Assert.Equal(expected.Stack.Select(frame => frame.Symbol), answer.Stack.Select(frame => frame.Symbol));
        Assert.Equal(expected.Linux!.BuildId, answer.Linux!.BuildId);
        Assert.Equal(expected.Linux.Release, answer.Linux.Release);
        Assert.Equal(expected.Linux.Processors.Select(processor => processor.Stack.Count), answer.Linux.Processors.Select(processor => processor.Stack.Count));
        Assert.Empty(answer.Warnings);
    }

    [SkippableFact]
    public void TakesFromMemoryWhatAReportWouldHaveListed()
    {
        using VmcoreSession session = VmcoreSession.Open(Corpus.File("corpus/linux/null_deref/vmcore"));
        VmcoreCrash crash = VmcoreCrash.Read(session, CancellationToken.None);
        using var analyzer = new KernelFaultAnalyzer();
        LinuxReport printed = analyzer.Analyze(Corpus.File("corpus/linux/null_deref/console.log")).Linux!;

        Assert.Equal(printed.LoadedModules.Select(module => module.Name), VmcoreModules.Loaded(session).Select(module => module.Name));
        Assert.Equal(printed.ExecutionContext, crash.ExecutionContext);
        Assert.Equal(printed.Taint.Select(taint => taint.Letter).Append("D").Order(), VmcoreModules.Taint(crash.System.Taint!).Select(taint => taint.Letter).Order());
        Assert.Null(VmcoreModules.LastUnloaded(session));
    }

    private static void IsGuardPage(KernelFaultAnalysis answer, string console)
    {
        FaultAddress address = answer.Address!;
        Assert.Equal(AddressRegion.StackGuard, address.Region);
        Assert.Equal(AccessKind.Write, address.Access);
        Assert.Contains($"CR2: {address.Address.ToUInt64():x16}", File.ReadAllText(console), StringComparison.Ordinal);
        Assert.Empty(answer.Linux!.Memory);
        Assert.Contains(answer.Findings, finding => finding.Id == "page-tables" && finding.Text.Contains("map nothing", StringComparison.Ordinal));
    }

    private static KernelFaultAnalysis Corpora(string name) => Analyze(Corpus.File($"corpus/linux/{name}/vmcore"));

    private static KernelFaultAnalysis Lab(string name)
    {
        string path = Path.Combine(LabFolder(), name, "vmcore.c31");
        Skip.IfNot(File.Exists(path), $"The lab has no {path}.");
        return Analyze(path);
    }

    private static string LabFolder()
    {
        string? lab = Environment.GetEnvironmentVariable("KERNELFAULT_LAB");
        Skip.If(string.IsNullOrEmpty(lab), "KERNELFAULT_LAB names no folder of vmcores that tests/lab/make-vmcore.py wrote.");
        return lab!;
    }

    private static KernelFaultAnalysis Analyze(string path)
    {
        using var analyzer = new KernelFaultAnalyzer();
        return analyzer.Analyze(path);
    }
}
