using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Kernels.Windows;
using KernelFault.Reports;

namespace KernelFault.Tests.Builders;

/// <summary>What the engine reads from a dump, written by the builder and read again, is the same: reader and builder agree on every field.</summary>
public class RebuiltDumpTests
{
    public static TheoryData<string> RealDumps => BuilderAgainstRealDumpTests.RealDumps;

    [SkippableTheory]
    [MemberData(nameof(RealDumps))]
    public void A_real_dump_rebuilt_from_what_was_read_gives_the_same_kernel(string name)
    {
        (string real, string rebuilt) = BothWays(Corpus.WindowsDump(name), dump => PowerShellJson.Write(WindowsKernelReader.Read(dump, null)));

        Assert.Equal(real, rebuilt);
    }

    [SkippableTheory]
    [MemberData(nameof(RealDumps))]
    public void A_real_dump_rebuilt_from_what_was_read_gives_the_same_answer(string name)
    {
        using var analyzer = new KernelFaultAnalyzer(new AnalysisOptions { UseLocalImages = false });

        (string real, string rebuilt) = BothWays(Corpus.WindowsDump(name), dump => Answer(analyzer, dump));

        Assert.Equal(real, rebuilt);
    }

    [Theory]
    [MemberData(nameof(SyntheticDumpTests.Processors), MemberType = typeof(SyntheticDumpTests))]
    public void A_synthetic_dump_rebuilt_from_what_was_read_gives_the_same_answer(string crash, Architecture architecture)
    {
        using var analyzer = new KernelFaultAnalyzer(new AnalysisOptions { UseLocalImages = false });
        using var file = new TemporaryFile(SyntheticDumpTests.Crash(crash).Build());

        (string first, string rebuilt) = BothWays(file.Path, dump => Answer(analyzer, dump));

        Assert.Contains(architecture.ToString(), first, StringComparison.Ordinal);
        Assert.Equal(first, rebuilt);
    }

    private static (string First, string Rebuilt) BothWays(string path, Func<WindowsTriageDump, string> ask)
    {
        using var first = (WindowsTriageDump)CrashDump.Open(path);
        using var file = new TemporaryFile(ReadFacts.ToBuilder(first).Build());
        using var rebuilt = (WindowsTriageDump)CrashDump.Open(file.Path);
        return (ask(first), ask(rebuilt));
    }

    // Where the file is, and where in the file the tagged data is, are not facts of the crash.
    private static string Answer(KernelFaultAnalyzer analyzer, WindowsTriageDump dump)
    {
        KernelFaultAnalysis answer = analyzer.Analyze(dump);
        return PowerShellJson.Write(answer with { Path = string.Empty, SecondaryData = [.. answer.SecondaryData.Select(s => s with { Offset = 0 })] });
    }
}
