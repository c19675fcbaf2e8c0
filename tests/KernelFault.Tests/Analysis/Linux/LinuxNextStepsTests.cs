using System.Text.Json;
using KernelFault.Analysis;
using KernelFault.Analysis.Linux;
using KernelFault.Dumps.Logs;
using KernelFault.Knowledge;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Catalog;
using KernelFault.Playbooks.Loading;

namespace KernelFault.Tests.Analysis.Linux;

/// <summary>What is to be done after a crash of Linux, and the playbook that does it.</summary>
public sealed class LinuxNextStepsTests
{
    private const string TakeOut = "linux-module-oops";

    [Fact]
    public void A_module_that_is_blamed_is_taken_out_by_its_playbook_first_of_all()
    {
        KernelFaultAnalysis analysis = Analyze(Path.Combine(Corpus.RepositoryRoot, "samples", "linux-null-pointer.log"));

        Assert.Equal((TakeOut, true), (analysis.NextSteps[0].Playbook, analysis.NextSteps[0].Text.StartsWith("Unload kf_faults ", StringComparison.Ordinal)));
        PlaybookSummary best = new PlaybookCatalog(new PlaybookLoader(PlaybookActions.BuiltIn)).Match(new PlaybookQuestion { Analysis = analysis })[0];
        Assert.Equal(TakeOut, best.Name);
        Assert.StartsWith("the analysis names it: Unload kf_faults ", best.Reason, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("null_deref")]
    [InlineData("use_after_free")]
    [InlineData("stack_overflow")]
    [InlineData("612_null_deref")]
    [InlineData("72_use_after_free")]
    [InlineData("kdump_null_deref")]
    public void The_playbook_is_named_for_whatever_crashed_in_a_module(string name)
    {
        KernelFaultAnalysis analysis = Analyze(Corpus.File(Path.Combine("corpus", "linux", name, "console.log")));

        Assert.Contains(analysis.NextSteps, step => step.Playbook == TakeOut);
    }

    // The kernels of these logs have no modules; what is in a module of one that has is above.
    [SkippableFact]
    public void The_playbook_is_not_named_where_no_module_is_to_blame()
    {
        string folder = Corpus.File(Path.Combine("corpus", "oops"));
        using var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "index.json")));
        var wrong = new List<string>();
        foreach (JsonElement entry in index.RootElement.EnumerateArray())
        {
            KernelFaultAnalysis analysis = Analyze(Path.Combine(folder, entry.GetProperty("log").GetString()!));
            bool isModule = analysis.Culprit?.Kind is CulpritKind.ThirdPartyDriver or CulpritKind.SystemDriver;
            if (!isModule && analysis.NextSteps.Any(step => step.Playbook == TakeOut))
            {
                wrong.Add($"{Path.GetFileName(analysis.Path)}: {analysis.Title}, {analysis.Culprit?.Module}, {analysis.FaultClass}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Each_playbook_that_is_named_is_one_that_comes_with_the_library()
    {
        string[] named = [.. LinuxCrashKnowledge.Shipped.Kinds.SelectMany(kind => LinuxCrashKnowledge.Shipped.Of(kind).Steps).Select(step => step.Playbook).OfType<string>().Distinct()];

        Assert.Equal(["linux-capture-next-crash", "linux-memory-and-machine-check", TakeOut], named.Order(StringComparer.Ordinal));
        Assert.Subset(new HashSet<string>(PlaybookCatalog.Names), new HashSet<string>(named));
    }

    private static KernelFaultAnalysis Analyze(string path)
    {
        using var log = KernelLog.Open(path);
        return LogAnalysis.Analyze(log, new AnalysisOptions());
    }
}
