using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using KernelFault.Drivers;
using KernelFault.Drivers.Risk.Blocklists;
using KernelFault.Formats;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Drivers.Risk;

public class DriverBlocklistTests
{
    private static readonly DriverBlocklist Lol = Lists.Read(Lists.LolDrivers);
    private static readonly DriverBlocklist Policy = Lists.Read(Lists.Policy);

    [Fact]
    public void Reads_samples_of_LOLDrivers_in_old_and_new_layout()
    {
        Assert.Equal((BlocklistKind.LolDrivers, 2L, 2L, 1L, 0L), (Lol.Kind, Lol.HashCount, Lol.AuthenticodeHashCount, Lol.VersionCount, Lol.SignerCount));
        Assert.Equal(new BlocklistEntry("11111111-2222-3333-4444-555555555555", "badio.sys", "vulnerable driver"), Lol.FindHash(Lists.KnownMd5));
        Assert.Equal("malicious", Lol.FindAuthenticodeHash(new string('8', 64))!.Category);
        Assert.Null(Lol.FindHash(Lists.KnownAuthenticode));
        Assert.Equal("badio.sys", Lol.FindVersion(Drivers.Windows with { OriginalFileName = "BADIO.SYS", FileVersion = "7.7.7.7" })!.Name);
    }

    [Fact]
    public void Reads_what_a_policy_denies_to_the_kernel()
    {
        Assert.Equal((BlocklistKind.AppControlPolicy, 0L, 1L, 2L, 2L), (Policy.Kind, Policy.HashCount, Policy.AuthenticodeHashCount, Policy.VersionCount, Policy.SignerCount));
        Assert.Equal(new BlocklistEntry("ID_DENY_A", "contoso.sys Hash Sha1", "denied"), Policy.FindAuthenticodeHash(Lists.DeniedSha1));
    }

    [Theory]
    [InlineData("badio.sys", "1.0.4.3", true)]
    [InlineData("badio.sys", "1.0.4.4", false)]
    [InlineData("badio.sys", "1, 0, 4, 2", true)]
    [InlineData("badio.sys", "unknown", false)]
    [InlineData("oldone.sys", "4.20.9.9", true)]
    [InlineData("oldone.sys", "4.21.0.0", true)]
    [InlineData("oldone.sys", "4.22.0.0", false)]
    [InlineData("other.sys", "1.0.0.0", false)]
    public void A_denied_name_counts_up_to_its_version(string name, string version, bool denied)
    {
        Assert.Equal(denied, Policy.FindVersion(Drivers.Windows with { OriginalFileName = name, FileVersion = version }) is not null);
    }

    [Theory]
    [InlineData("special.sys", "Some Product", "3.0.0.0", "Bad Hardware Ltd", true)]
    [InlineData("special.sys", "Some Product", "3.0.0.1", "Bad Hardware Ltd", false)]
    [InlineData("other.sys", "Special Product", "9.9.9.9", "Bad Hardware Ltd", true)]
    [InlineData("other.sys", "Some Product", "1.0.0.0", "Bad Hardware Ltd", false)]
    [InlineData("special.sys", "Some Product", "3.0.0.0", "Good Hardware Ltd", false)]
    [InlineData("special.sys", "Some Product", "3.0.0.0", null, false)]
    public void A_denied_signer_counts_for_the_files_and_makers_it_names(string name, string product, string version, string? maker, bool denied)
    {
        KernelDriver driver = (Drivers.Windows with { OriginalFileName = name, Product = product, FileVersion = version })
            .Signed(s => s with { CertificateHashes = [new string('0', 64), Lists.DeniedMicrosoftRoot], ProgramName = maker });

        Assert.Equal(denied, Policy.FindSigner(driver, driver.Signature!) is not null);
    }

    [Theory]
    [InlineData("1.2.3.4", 0x0001_0002_0003_0004)]
    [InlineData("10.0.19041.3803 (WinBuild.160101.0800)", 0x000A_0000_4A61_0EDB)]
    [InlineData("1,2,3,4", 0x0001_0002_0003_0004)]
    [InlineData("7", 0x0007_0000_0000_0000)]
    [InlineData("99999999999999999999999.1", -0x0000_FFFF_0000_0000)]
    [InlineData("6.", 0x0006_0000_0000_0000)]
    public void A_version_is_four_numbers(string text, long version) => Assert.Equal((ulong)version, FileRule.Version(text));

    [Theory]
    [InlineData("")]
    [InlineData("v1.0")]
    [InlineData(null)]
    public void What_does_not_begin_with_a_number_is_no_version(string? text) => Assert.Null(FileRule.Version(text));

    [Theory]
    [InlineData("", "LOLDrivers JSON")]
    [InlineData("hello", "LOLDrivers JSON")]
    [InlineData("[1]", "expected a driver")]
    [InlineData("[{\"Id\": \"a\"}", "expected JSON")]
    [InlineData("[{\"Id\": \"\\ud800\"}]", "expected JSON")]
    [InlineData("[] []", "JSON")]
    [InlineData("<a/>", "SiPolicy")]
    [InlineData("<SiPolicy xmlns=\"urn:schemas-microsoft-com:sipolicy\"/>", "denies something")]
    [InlineData("<SiPolicy xmlns=\"urn:schemas-microsoft-com:sipolicy\">", "SiPolicy")]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><SiPolicy xmlns=\"urn:schemas-microsoft-com:sipolicy\"/>", "DTD")]
    [InlineData("PK\u0003\u0004 no zip", "")]
    public void What_is_no_block_list_is_said_to_be_none(string text, string expected)
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes(text));

        DumpFormatException error = Assert.Throws<DumpFormatException>(() => DriverBlocklist.Read(file.Path));

        Assert.Contains(file.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_the_policy_for_enforcement_in_a_zip()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "VulnerableDriverBlockList/SiPolicy_Audit.xml", Lists.Policy.Replace("ID_DENY_A", "ID_AUDIT", StringComparison.Ordinal));
            Add(zip, "VulnerableDriverBlockList/SiPolicy_Enforced.p7b", "binary");
            Add(zip, "VulnerableDriverBlockList/SiPolicy_Enforced.xml", Lists.Policy);
        }

        using var file = new TemporaryFile(bytes.ToArray());

        Assert.Equal("ID_DENY_A", DriverBlocklist.Read(file.Path).FindAuthenticodeHash(Lists.DeniedSha1)!.Id);
    }

    [Fact]
    public void Reads_a_policy_in_UTF_16()
    {
        using var file = new TemporaryFile([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Lists.Policy.Replace("utf-8", "utf-16", StringComparison.Ordinal))]);

        Assert.Equal(2, DriverBlocklist.Read(file.Path).SignerCount);
    }

    [Fact]
    public void A_list_of_the_public_size_is_read_in_one_pass_without_a_tree()
    {
        // 700 drivers of 3 samples with the usual ballast of imports and certificates: 30 MB.
        string sample = "{\"SHA256\": \"" + new string('7', 64) + "\", \"ImportedFunctions\": [" + string.Join(",", Enumerable.Repeat("\"MmMapIoSpace\"", 900)) + "]}";
        string driver = $"{{\"Id\": \"a\", \"KnownVulnerableSamples\": [{sample},{sample},{sample}]}}";
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes("[" + string.Join(",", Enumerable.Repeat(driver, 700)) + "]"));
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        var time = Stopwatch.StartNew();

        Assert.Equal(1, DriverBlocklist.Read(file.Path).HashCount);

        // A fifth of a second on an idle machine.
        Assert.InRange(time.ElapsedMilliseconds, 0, 10_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 20 << 20);
    }

    [SkippableFact]
    public void The_public_lists_are_read_whole()
    {
        // Copies of the public lists, never part of the project; the counts are those of an independent count in a file beside them.
        string? folder = Environment.GetEnvironmentVariable("KERNELFAULT_BLOCKLISTS");
        Skip.If(folder is null, "KERNELFAULT_BLOCKLISTS names no folder with drivers.json, policy.xml and counts.txt");
        string[] counts = File.ReadAllLines(Path.Combine(folder, "counts.txt"));
        DriverBlocklist lol = DriverBlocklist.Read(Path.Combine(folder, "drivers.json"));
        DriverBlocklist policy = DriverBlocklist.Read(Path.Combine(folder, "policy.xml"));

        Assert.Equal(counts[0], $"{lol.HashCount} {lol.AuthenticodeHashCount} {lol.VersionCount}");
        Assert.Equal(counts[1], $"{policy.AuthenticodeHashCount} {policy.VersionCount} {policy.SignerCount}");
    }

    private static void Add(ZipArchive zip, string name, string text)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name).Open());
        writer.Write(text);
    }
}
