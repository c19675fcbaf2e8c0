using System.Text.Json;
using KernelFault.Analysis;
using KernelFault.Drivers;
using KernelFault.Drivers.Risk;
using KernelFault.Reports;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Drivers.Risk;
using NJsonSchema;

namespace KernelFault.Tests.Reports;

public class SarifLogTests
{
    private static readonly KernelDriver Driver = Tests.Drivers.Risk.Drivers.Windows with
    {
        Path = @"C:\Program Files\Contoso & Söhne\a#b.sys",
        Company = null,
        Image = Tests.Drivers.Risk.Drivers.Image with { IsDebugBuild = true, HasControlFlowGuard = false },
        Signature = Tests.Drivers.Risk.Drivers.Signature with { Status = DriverSignatureStatus.Invalid },
    };

    [Fact]
    public void Each_finding_is_a_result_of_its_rule()
    {
        JsonElement run = Run(Write(Driver));
        JsonElement[] results = [.. run.GetProperty("results").EnumerateArray()];
        JsonElement[] rules = [.. run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray()];

        Assert.Equal([("signature-invalid", "error"), ("debug-build", "warning"), ("no-cfg", "note")], results.Select(r => (r.GetProperty("ruleId").GetString(), r.GetProperty("level").GetString())));
        Assert.All(results, result => Assert.Equal(result.GetProperty("ruleId").GetString(), rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString()));
        Assert.Equal(["debug-build", "no-cfg", "signature-invalid"], rules.Select(rule => rule.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData(@"C:\Program Files\Contoso & Söhne\a#b.sys", "file:///C:/Program%20Files/Contoso%20%26%20S%C3%B6hne/a%23b.sys")]
    [InlineData(@"\\?\C:\x.sys", "file:///C:/x.sys")]
    [InlineData(@"\??\C:\x.sys", "file:///C:/x.sys")]
    [InlineData(@"\\server\share\x.sys", "file://server/share/x.sys")]
    [InlineData("/lib/modules/6.12/a b.ko", "file:///lib/modules/6.12/a%20b.ko")]
    [InlineData("contoso:x.sys", "contoso%3Ax.sys")]
    [InlineData("100%.sys", "100%25.sys")]
    public void Paths_become_URIs(string path, string uri)
    {
        Assert.Equal(uri, SarifContent.Uri(path));
        Assert.True(Uri.TryCreate(uri, UriKind.RelativeOrAbsolute, out _));
    }

    [Fact]
    public void The_same_findings_give_the_same_bytes_and_other_drivers_other_fingerprints()
    {
        string first = Write(Driver);

        Assert.Equal(first, Write(Driver));
        Assert.DoesNotContain(Fingerprints(Write(Driver with { ComputerName = "other" })), Fingerprints(first).Contains);
        Assert.Distinct(Fingerprints(first));
    }

    [Fact]
    public void The_document_has_what_the_standard_asks_for()
    {
        using JsonDocument document = JsonDocument.Parse(Write(Driver));
        JsonElement run = Run(Write(Driver));

        Assert.Equal("2.1.0", document.RootElement.GetProperty("version").GetString());
        Assert.Equal("KernelFault", run.GetProperty("tool").GetProperty("driver").GetProperty("name").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+$", run.GetProperty("tool").GetProperty("driver").GetProperty("semanticVersion").GetString());
        Assert.All(run.GetProperty("results").EnumerateArray(), result =>
        {
            Assert.NotEmpty(result.GetProperty("message").GetProperty("text").GetString()!);
            Assert.InRange(result.GetProperty("rank").GetDouble(), 0, 100);
            Assert.Single(result.GetProperty("locations").EnumerateArray());
        });
        Assert.False(run.TryGetProperty("versionControlProvenance", out _));
    }

    [Fact]
    public void No_findings_are_a_document_too() => Assert.Empty(Run(SarifLog.Write([], [])).GetProperty("results").EnumerateArray());

    [Fact]
    public void A_crash_is_a_result_with_its_bucket_as_fingerprint()
    {
        KernelFaultAnalysis analysis = Analysis();
        JsonElement result = Run(SarifLog.Write([], [analysis])).GetProperty("results")[0];

        Assert.Equal("error", result.GetProperty("level").GetString());
        Assert.StartsWith("crash-", result.GetProperty("ruleId").GetString(), StringComparison.Ordinal);
        Assert.StartsWith(analysis.Title, result.GetProperty("message").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_document_is_valid_against_the_published_schema()
    {
        // The schema is not ours to keep: oasis-tcs/sarif-spec, sarif-schema-2.1.0.json.
        string? path = Environment.GetEnvironmentVariable("KERNELFAULT_SARIF_SCHEMA");
        Skip.If(path is null, "KERNELFAULT_SARIF_SCHEMA names no copy of sarif-schema-2.1.0.json");
        JsonSchema schema = await JsonSchema.FromJsonAsync(await File.ReadAllTextAsync(path));
        DriverRisk[] all = [.. RuleCases.All.Select(rule => Judge(rule.Bad, rule.BadCrashes))];

        Assert.Empty(schema.Validate(SarifLog.Write(all, [Analysis()])));
        Assert.Empty(schema.Validate(SarifLog.Write([], [])));
        Assert.NotEmpty(schema.Validate(Write(Driver).Replace("\"error\"", "\"fatal\"", StringComparison.Ordinal)));
    }

    private static KernelFaultAnalysis Analysis()
    {
        using var dump = new TemporaryFile(SyntheticCrashes.NetworkDriverWritesNull().Build());
        using var analyzer = new KernelFaultAnalyzer(new AnalysisOptions { UseLocalImages = false });
        return analyzer.Analyze(dump.Path) with { Path = "/crashes/a b.dmp" };
    }

    private static string Write(KernelDriver driver) => SarifLog.Write([Judge(driver, [])], []);

    private static DriverRisk Judge(KernelDriver driver, IReadOnlyList<DriverCrash> crashes)
    {
        var assessor = new DriverRiskAssessor(new DriverRiskOptions { Now = Tests.Drivers.Risk.Drivers.Now, Blocklists = Lists.Both });
        return assessor.Add(driver, crashes) ?? assessor.Complete()[0];
    }

    private static JsonElement Run(string sarif)
    {
        using JsonDocument document = JsonDocument.Parse(sarif);
        return document.RootElement.GetProperty("runs")[0].Clone();
    }

    private static string[] Fingerprints(string sarif) =>
        [.. Run(sarif).GetProperty("results").EnumerateArray().Select(result => result.GetProperty("fingerprints").GetProperty("kernelFault/v1").GetString()!)];
}
