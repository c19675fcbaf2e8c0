using KernelFault.Analysis;
using KernelFault.Analysis.Windows;
using KernelFault.Kernels;
using KernelFault.Knowledge;
using KernelFault.Memory;

namespace KernelFault.Tests.Analysis.Windows;

public sealed class CulpritRuleTests
{
    private static readonly DriverStanding s_standing = new(KnowledgeBase.Default);

    [Fact]
    public void AThirdPartyDriverOnTheStackBeatsTheKernelAtTheFault()
    {
        var log = new EvidenceLog(s_standing);
        log.Suspect(EvidenceKind.FaultingInstruction, Driver("ntoskrnl.exe"), "the fault");
        log.Suspect(EvidenceKind.Stack, Driver("contosoflt.sys"), "on the stack");

        Assert.Equal("contosoflt.sys", Decide(log)!.Module);
    }

    [Fact]
    public void TheFaultingInstructionBeatsTheStack()
    {
        var log = new EvidenceLog(s_standing);
        log.Suspect(EvidenceKind.Stack, Driver("contosoflt.sys"), "on the stack");
        log.Suspect(EvidenceKind.FaultingInstruction, Driver("fabrikamnet.sys"), "the fault");

        Assert.Equal("fabrikamnet.sys", Decide(log)!.Module);
    }

    [Fact]
    public void EvidenceOfDifferentKindsAddsUpAndOfOneKindDoesNot()
    {
        var one = new EvidenceLog(s_standing);
        one.Suspect(EvidenceKind.Stack, Driver("contosoflt.sys"), "frame 3");
        var twice = new EvidenceLog(s_standing);
        twice.Suspect(EvidenceKind.Stack, Driver("contosoflt.sys"), "frame 3");
        twice.Suspect(EvidenceKind.Stack, Driver("contosoflt.sys"), "frame 9", 0.5);
        var two = new EvidenceLog(s_standing);
        two.Suspect(EvidenceKind.Stack, Driver("contosoflt.sys"), "frame 3");
        two.Suspect(EvidenceKind.Parameter, Driver("contosoflt.sys"), "parameter 2");

        Assert.Equal(Decide(one)!.Confidence, Decide(twice)!.Confidence);
        Assert.True(Decide(two)!.Confidence > Decide(one)!.Confidence);
        Assert.Equal(["parameter 2", "frame 3"], Decide(two)!.Reasons.Order().Reverse());
    }

    [Fact]
    public void NoCoreImageIsEverMoreThanAGuess()
    {
        var log = new EvidenceLog(s_standing);
        log.Suspect(EvidenceKind.FaultingInstruction, Driver("ntoskrnl.exe"), "the fault");
        log.Suspect(EvidenceKind.NamedByKernel, Driver("ntoskrnl.exe"), "named");
        log.Suspect(EvidenceKind.Parameter, Driver("ntoskrnl.exe"), "parameter");

        Assert.InRange(Decide(log)!.Confidence, 0.15, 0.35);
    }

    [Fact]
    public void NobodyIsBlamedOnNextToNothing()
    {
        var log = new EvidenceLog(s_standing);
        log.Suspect(EvidenceKind.Stack, Driver("ntoskrnl.exe"), "on the stack");

        Assert.Null(Decide(log));
    }

    [Fact]
    public void OnlyDoubtsAboutTheEvidenceThatCountedAreGiven()
    {
        var log = new EvidenceLog(s_standing);
        log.Suspect(EvidenceKind.FaultingInstruction, Driver("contosoflt.sys"), "the fault");
        log.Doubt(EvidenceKind.FaultingInstruction, "may be the victim");
        log.Doubt(EvidenceKind.Stack, "may be stale");

        Assert.Equal(["may be the victim"], Decide(log)!.Doubts);
    }

    [Fact]
    public void EveryConfidenceLiesBetweenZeroAndOne()
    {
        foreach (EvidenceKind kind in Enum.GetValues<EvidenceKind>())
        {
            foreach (ModuleStanding standing in Enum.GetValues<ModuleStanding>())
            {
                Assert.InRange(CulpritRule.Weight(kind, standing), 0.01, 0.95);
            }
        }
    }

    private static Culprit? Decide(EvidenceLog log) => CulpritRule.Decide(log.Suspicions, s_standing, log.Doubts);

    private static KernelModule Driver(string name) => new() { Name = name, BaseAddress = new VirtualAddress(0xFFFFF80000000000), Size = 0x1000 };
}
