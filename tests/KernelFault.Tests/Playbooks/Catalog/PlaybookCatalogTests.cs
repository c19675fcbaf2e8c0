using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Catalog;
using KernelFault.Playbooks.Loading;

namespace KernelFault.Tests.Playbooks.Catalog;

public class PlaybookCatalogTests
{
    private static readonly PlaybookCatalog s_catalog = new(new PlaybookLoader(PlaybookActions.BuiltIn));

    [Fact]
    public void EachBuiltInPlaybookIsValidAndNamedAsItsFile()
    {
        var loader = new PlaybookLoader(PlaybookActions.BuiltIn);

        Assert.Equal(14, PlaybookCatalog.Names.Count);
        Assert.DoesNotContain(PlaybookCatalog.Names.SelectMany(name => loader.Check(PlaybookCatalog.Content(name)!, name + ".yaml").Problems), problem => problem.Severity == PlaybookProblemSeverity.Error);
        Assert.Equal(PlaybookCatalog.Names, s_catalog.BuiltIn.Select(playbook => playbook.Name));
        Assert.All(s_catalog.BuiltIn, playbook => Assert.True(playbook.IsBuiltIn));
    }

    [Theory]
    [InlineData("blue screen page fault in nonpaged area", "windows-driver-page-fault")]
    [InlineData("boot loop", "windows-boot-loop-offline")]
    [InlineData("Kernel Panic", "linux-module-oops")]
    public void ASymptomFindsAPlaybook(string symptom, string expected)
    {
        IReadOnlyList<PlaybookSummary> found = s_catalog.Match(new PlaybookQuestion { Symptom = symptom });

        Assert.Contains(found.TakeWhile(summary => summary.Score == found[0].Score), summary => summary.Name == expected);
        Assert.All(found, summary => Assert.False(string.IsNullOrEmpty(summary.Reason)));
    }

    [Theory]
    [InlineData("0x50")]
    [InlineData("PAGE_FAULT_IN_NONPAGED_AREA")]
    [InlineData("50")]
    public void ABugCheckFindsThePlaybooksThatAreForIt(string code)
    {
        IReadOnlyList<PlaybookSummary> found = s_catalog.Match(new PlaybookQuestion { BugChecks = [code] });

        PlaybookSummary playbook = Assert.Single(found, summary => summary.Name == "windows-driver-page-fault");
        Assert.Contains("0x50 PAGE_FAULT_IN_NONPAGED_AREA", playbook.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheAnalysisNamesComesFirstAndInItsOrder()
    {
        KernelFaultAnalysis analysis = Analysis("windows-memory-and-heat", "windows-driver-page-fault");

        IReadOnlyList<PlaybookSummary> found = s_catalog.Match(new PlaybookQuestion { Analysis = analysis });

        Assert.Equal(["windows-memory-and-heat", "windows-driver-page-fault"], found.Take(2).Select(summary => summary.Name));
        Assert.DoesNotContain(found, summary => summary.Platform == PlaybookPlatform.Linux);
        Assert.StartsWith("the analysis names it: Do what windows-memory-and-heat does.", found[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesAreWildcardsAndWithoutMoreThereIsNoScore()
    {
        IReadOnlyList<PlaybookSummary> found = s_catalog.Match(new PlaybookQuestion { Names = ["linux-*-fault-*"] });

        PlaybookSummary only = Assert.Single(found);
        Assert.Equal(("linux-page-fault-trace", null, null), (only.Name, only.Score, only.Reason));
    }

    [Fact]
    public void APlaybookIsFoundByItsNameInAnyCase() => Assert.Equal("windows-updates", s_catalog.Find("Windows-Updates")?.Name);

    private static KernelFaultAnalysis Analysis(params string[] playbooks) => new()
    {
        Path = "MEMORY.DMP",
        Kind = DumpKind.WindowsTriage,
        Title = "x.sys+0x10: read of freed memory",
        BucketId = "x",
        FaultClass = FaultClass.UseAfterFree,
        StopCode = new StopCode { Code = 0x50, RawCode = "0x00000050", Name = "PAGE_FAULT_IN_NONPAGED_AREA", Parameters = [] },
        Stack = [],
        System = new SystemFacts { Architecture = Architecture.X64 },
        Findings = [],
        Causes = [],
        NextSteps = [.. playbooks.Select(name => new NextStep($"Do what {name} does.", name))],
        Warnings = [],
        Modules = [],
        UnloadedModules = [],
    };
}
