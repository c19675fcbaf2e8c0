using KernelFault.Analysis;
using KernelFault.Dumps.Linux;
using KernelFault.Memory;
using KernelFault.Tests.Hostile;

namespace KernelFault.Tests.Dumps.Linux;

/// <summary>Real vmcores that end too soon, as when the disk of a crash kernel is full: answers go as far as the file does, and say so.</summary>
public sealed class CutVmcoreTests
{
    [SkippableTheory]
    [InlineData("null_deref")]
    [InlineData("kdump_null_deref")]
    [InlineData("612_null_deref")]
    [InlineData("72_use_after_free")]
    public void ACutFileAnswersAsFarAsItGoesAndSaysSo(string name)
    {
        using var whole = new RandomAccessFile(Corpus.File($"corpus/linux/{name}/vmcore"));
        foreach (int percent in (int[])[1, 20, 50, 80, 99])
        {
            using LinuxVmcore dump = VmcoreFile.Open(new PatchedFile(whole, new Patches()) { Length = whole.Length * percent / 100 });
            using var analyzer = new KernelFaultAnalyzer();

            KernelFaultAnalysis answer = analyzer.Analyze(dump);

            Assert.NotNull(answer.Linux!.Release);
            Assert.Contains(answer.Warnings, warning => warning.Contains("cut short", StringComparison.Ordinal));
            Assert.NotEqual("No crash in this log", answer.Title);

            // Where the log is lost, nobody can say that there was no crash.
            Assert.False(percent == 1 && answer.Title != "What this dump holds tells of no crash", answer.Title);
        }
    }
}
