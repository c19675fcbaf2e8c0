using KernelFault.Analysis;
using KernelFault.Drivers;
using KernelFault.Drivers.Risk;
using KernelFault.Kernels;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Analysis;

public class DriverCrashesTests
{
    private static readonly Lazy<KernelFaultAnalysis> Synthetic = new(() =>
    {
        using var dump = new TemporaryFile(SyntheticCrashes.NetworkDriverWritesNull().Build());
        using var analyzer = new KernelFaultAnalyzer(new AnalysisOptions { UseLocalImages = false });
        return analyzer.Analyze(dump.Path);
    });

    [Fact]
    public void The_culprit_comes_first_with_the_confidence_of_the_analysis()
    {
        KernelFaultAnalysis analysis = Synthetic.Value;
        CrashedDriver first = DriverCrashes.Of([analysis])[0];

        Assert.Equal(Path.GetFileNameWithoutExtension(analysis.Culprit!.Module), first.Driver.Name);
        Assert.Equal((DriverCrashRole.Culprit, analysis.Culprit.Confidence, analysis.Title), first.Crashes.Single() is { } crash ? (crash.Role, crash.Confidence, crash.Title) : default);
        Assert.Equal(DriverSource.CrashDump, first.Driver.Source);
        Assert.Equal(analysis.Culprit.Driver!.TimeDateStamp, first.Driver.TimeDateStamp);
    }

    [Fact]
    public void The_kernel_itself_is_no_driver()
    {
        Assert.DoesNotContain(DriverCrashes.Of([Synthetic.Value]), crashed => crashed.Driver.Name.StartsWith("ntoskrnl", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_driver_of_several_crashes_is_joined()
    {
        IReadOnlyList<CrashedDriver> joined = DriverCrashes.Of([Synthetic.Value, Synthetic.Value with { Path = "b.dmp" }]);

        Assert.Equal(DriverCrashes.Of([Synthetic.Value]).Count, joined.Count);
        Assert.All(joined, crashed => Assert.Equal(2, crashed.Crashes.Count));
    }

    [Fact]
    public void Only_what_was_unloaded_in_the_minute_before_is_suspected()
    {
        DateTime crash = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        KernelFaultAnalysis analysis = Synthetic.Value with
        {
            System = Synthetic.Value.System with { CrashTime = crash },
            UnloadedModules = [Unloaded("late.sys", crash.AddSeconds(-30)), Unloaded("early.sys", crash.AddSeconds(-61)), Unloaded("unknown.sys", null), Unloaded("after.sys", crash.AddSeconds(1))],
        };

        CrashedDriver unloaded = Assert.Single(DriverCrashes.Of([analysis]), crashed => crashed.Crashes[0].Role == DriverCrashRole.Unloaded);

        Assert.Equal(("late", KernelDriverState.Unloaded), (unloaded.Driver.Name, unloaded.Driver.State));
    }

    [SkippableTheory]
    [InlineData("corpus/windows/triage_x64.dmp", "amdppm")]
    [InlineData("corpus/windows/19041_116.dmp", "nvlddmkm")]
    [InlineData("corpus/linux/612_null_deref/vmcore", "lab_null_deref")]
    public void A_real_crash_rates_the_driver_it_blames(string file, string driver)
    {
        using var analyzer = new KernelFaultAnalyzer(new AnalysisOptions { UseLocalImages = false });
        KernelFaultAnalysis analysis = analyzer.Analyze(Corpus.File(file));
        CrashedDriver crashed = DriverCrashes.Of([analysis])[0];
        DriverRisk risk = new DriverRiskAssessor(new DriverRiskOptions()).Add(crashed.Driver, crashed.Crashes)!;

        Assert.Equal(driver, crashed.Driver.Name);
        Assert.Contains(risk.Findings, finding => finding.Id == "crash-culprit" && finding.Weight == Math.Max(1, (long)Math.Round(75 * analysis.Culprit!.Confidence, MidpointRounding.AwayFromZero)));
    }

    private static UnloadedModule Unloaded(string name, DateTime? time) => new() { Name = name, StartAddress = default, EndAddress = default, UnloadTime = time };
}
