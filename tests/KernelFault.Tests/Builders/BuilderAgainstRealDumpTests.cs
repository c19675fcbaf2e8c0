namespace KernelFault.Tests.Builders;

/// <summary>The builder writes what Windows writes: real dumps, taken apart and built again, are the same bytes.</summary>
public class BuilderAgainstRealDumpTests
{
    public static TheoryData<string> RealDumps { get; } =
    [
        "triage_x64.dmp", "19041_101.dmp", "19041_116.dmp", "19041_3b.dmp", "19041_4a.dmp", "19041_9f.dmp", "19041_d1.dmp", "19041_ef.dmp",
        "26100_13a.dmp", "26100_50.dmp", "26100_a_small.dmp", "9600_50.dmp", "9600_7e.dmp",
    ];

    [SkippableTheory]
    [MemberData(nameof(RealDumps))]
    public void A_real_dump_taken_apart_is_built_again_byte_for_byte(string name)
    {
        byte[] real = File.ReadAllBytes(Corpus.WindowsDump(name));
        WindowsTriageDumpBuilder builder = new TriageDumpTaker(real).Take();
        byte[] built = builder.Build();

        // Every structure and every byte of data; what Windows leaves between the parts is whatever the buffer held before.
        List<string> different = [];
        foreach (DumpField field in builder.Fields)
        {
            if (!built.AsSpan(field.Offset, field.Size).SequenceEqual(real.AsSpan(field.Offset, Math.Min(field.Size, real.Length - field.Offset))))
            {
                different.Add(field.ToString());
            }
        }

        Assert.Empty(different);
    }

    [SkippableTheory]
    [MemberData(nameof(RealDumps))]
    public void What_a_real_header_does_not_hold_stays_PAGE(string name)
    {
        byte[] real = File.ReadAllBytes(Corpus.WindowsDump(name));
        byte[] built = new TriageDumpTaker(real).Take().Build();

        // Undocumented: a byte or two beside KdSecondaryVersion, and a structure that the newest builds put behind BootId.
        IEnumerable<int> documented = Enumerable.Range(0, 0x104C).Concat(Enumerable.Range(0x1050, 8));
        int[] different = [.. documented.Where(i => built[i] != real[i])];

        Assert.Empty(different.Select(i => i.ToString("x", System.Globalization.CultureInfo.InvariantCulture)));
    }
}
