namespace KernelFault.Tests.Hostile;

/// <summary>
/// Whatever is damaged in a vmcore or in the kernel it holds, within a second and 200 MB there is an answer or a
/// <see cref="KernelFault.Formats.DumpFormatException"/>. The long run is <c>bench/hostile.sh --vmcore</c>.
/// </summary>
public sealed class HostileVmcoreTests
{
    private const int Mutations = 125;
    private const int Workers = 2;

    [SkippableTheory]
    [InlineData("null_deref")]
    [InlineData("kdump_null_deref")]
    [InlineData("612_null_deref")]
    [InlineData("72_use_after_free")]
    public void NoDamageGivesMoreThanAnAnswerOrAFormatError(string name)
    {
        var run = new HostileRun(string.Empty);

        run.MutateVmcore(name, Corpus.File($"corpus/linux/{name}/vmcore"), first: 1, Mutations, Workers);

        Assert.Empty(run.Offenders);
        Assert.True(run.Answers > Mutations / 2, $"Little damage leaves most of a kernel readable: {run.Answers} answers.");
    }
}
