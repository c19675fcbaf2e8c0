namespace KernelFault.Tests.Builders;

/// <summary>
/// The files in <c>samples/</c> are what the builder writes, byte for byte. After a change of the builder that is meant to
/// change them: <c>KERNELFAULT_WRITE_SAMPLES=1 dotnet test tests/KernelFault.Tests --filter SampleTests</c>.
/// </summary>
public class SampleTests
{
    public static TheoryData<string> Samples { get; } = [.. Names];

    private static IEnumerable<string> Names => ["network-driver-null-write.dmp", "processor-machine-check.dmp", "arm64-driver-null-read.dmp"];

    [Theory]
    [MemberData(nameof(Samples))]
    public void The_sample_is_what_the_builder_writes(string name)
    {
        byte[] built = Build(name);
        string path = Path.Combine(Corpus.RepositoryRoot, "samples", name);
        if (Environment.GetEnvironmentVariable("KERNELFAULT_WRITE_SAMPLES") == "1")
        {
            File.WriteAllBytes(path, built);
        }

        Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(built), $"samples/{name} is not what the builder writes.");
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_is_at_most_300_KB(string name) =>
        Assert.InRange(new FileInfo(Path.Combine(Corpus.RepositoryRoot, "samples", name)).Length, 1, 300 * 1024);

    internal static byte[] Build(string name) => name switch
    {
        "network-driver-null-write.dmp" => SyntheticCrashes.NetworkDriverWritesNull().Build(),
        "processor-machine-check.dmp" => SyntheticCrashes.ProcessorReportsMachineCheck().Build(),
        _ => SyntheticCrashes.ArmDriverReadsNull().Build(),
    };
}
