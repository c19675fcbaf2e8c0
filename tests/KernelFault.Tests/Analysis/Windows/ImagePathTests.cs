using KernelFault.Analysis;
using KernelFault.Tests.Builders;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Analysis.Windows;

/// <summary>What images at hand change: the sample's driver as the builder links it, in the version that crashed and in another.</summary>
public sealed class ImagePathTests : IDisposable
{
    // IMAGE_NT_HEADERS.FileHeader.TimeDateStamp, counted from e_lfanew.
    private const int TimeDateStampOffset = 8;
    private const int NewHeaderOffset = 0x3C;

    private static readonly string s_sample = Path.Combine(Corpus.RepositoryRoot, "samples", "network-driver-null-write.dmp");
    private readonly string _folder = Directory.CreateTempSubdirectory("kernelfault-images").FullName;

    [Fact]
    public void TheVersionThatCrashedUnwindsTheStack()
    {
        KernelFaultAnalysis answer = AnalyzeWith(SyntheticCrashes.NetworkDriverImage().Build());

        Assert.Contains(answer.Stack, frame => frame.Trust == FrameTrust.UnwindInfo);
        Assert.DoesNotContain(answer.Warnings, w => w.Contains("another version", StringComparison.Ordinal));
    }

    [Fact]
    public void AnotherVersionIsNotUsedAndNamed()
    {
        byte[] image = SyntheticCrashes.NetworkDriverImage().Build();
        image[BitConverter.ToInt32(image, NewHeaderOffset) + TimeDateStampOffset] ^= 1;

        KernelFaultAnalysis answer = AnalyzeWith(image);

        Assert.DoesNotContain(answer.Stack, frame => frame.Trust == FrameTrust.UnwindInfo);
        Assert.Contains(answer.Warnings, w => w.Contains("another version of contosonet.sys", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private KernelFaultAnalysis AnalyzeWith(byte[] image)
    {
        File.WriteAllBytes(Path.Combine(_folder, "contosonet.sys"), image);
        using var analyzer = new KernelFaultAnalyzer(new AnalysisOptions { UseLocalImages = false, ImagePath = [_folder] });
        return analyzer.Analyze(s_sample);
    }
}
