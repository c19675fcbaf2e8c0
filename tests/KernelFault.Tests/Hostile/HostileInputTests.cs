namespace KernelFault.Tests.Hostile;

/// <summary>
/// Whatever the bytes, within a second and 200 MB there is an answer or a <see cref="KernelFault.Formats.DumpFormatException"/>.
/// The long run is <c>bench/hostile.sh</c>.
/// </summary>
public sealed class HostileInputTests : IDisposable
{
    private const int Mutations = 20_000;
    private const int Workers = 2;

    private readonly string _folder = HostileRun.ScratchFolder();

    public static TheoryData<string> FormatNames { get; } = [.. HostileFormats.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(FormatNames))]
    public void No_truncation_gives_more_than_an_answer_or_a_format_error(string format)
    {
        var run = new HostileRun(_folder);

        run.Truncate(HostileFormats.Find(format), step: 512, Workers);

        Assert.Empty(run.Offenders);
    }

    [Theory]
    [MemberData(nameof(FormatNames))]
    public void No_mutation_gives_more_than_an_answer_or_a_format_error(string format)
    {
        var run = new HostileRun(_folder);

        run.Mutate(HostileFormats.Find(format), first: 1, Mutations / HostileFormats.All.Count, Workers);

        Assert.Empty(run.Offenders);
        Assert.NotEqual(0, run.Answers);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
