using System.Text.Json;
using KernelFault.Drivers;
using KernelFault.Drivers.Risk;

namespace KernelFault.Tests.Drivers.Risk;

/// <summary>Each rule alone: holds where it must, not where it must not, and says when it cannot tell.</summary>
public class RiskRuleTests
{
    public static TheoryData<string> RuleIds() => [.. RiskRule.All.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void Holds_for_the_bad_driver(string id)
    {
        RuleCase rule = Case(id);

        Assert.Contains(id, Judge(rule.Bad, rule.BadCrashes, rule.BadNeighbour).Findings.Select(finding => finding.Id));
    }

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void Does_not_hold_for_the_good_driver(string id)
    {
        RuleCase rule = Case(id);
        DriverRisk risk = Judge(rule.Good, rule.GoodCrashes, rule.GoodNeighbour);

        Assert.DoesNotContain(id, risk.Findings.Select(finding => finding.Id));
        Assert.DoesNotContain(risk.NotChecked, line => line.StartsWith(id + ":", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void Says_which_fact_is_missing(string id)
    {
        if (Case(id).Unknown is not { } driver)
        {
            Assert.True(id.StartsWith("crash-", StringComparison.Ordinal) || id == "two-security-filters", "a rule that always answers");
            return;
        }

        DriverRisk risk = Judge(driver, [], null);

        Assert.DoesNotContain(id, risk.Findings.Select(finding => finding.Id));
        Assert.Single(risk.NotChecked, line => line.StartsWith(id + ": ", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_rule_has_its_case_and_its_check()
    {
        Assert.Equal(RiskRule.All.Select(rule => rule.Id).Order(), RuleCases.All.Select(rule => rule.Rule).Order());
        Assert.Equal(RiskRule.All.Select(rule => rule.Id).Order(), RiskChecks.All.Select(check => check.Id).Order());
    }

    [Fact]
    public void Nothing_speaks_against_a_good_driver()
    {
        Assert.All([Drivers.Windows, Drivers.Module], driver =>
        {
            DriverRisk risk = Judge(driver, [], null);
            Assert.Empty(risk.Findings);
            Assert.Empty(risk.Actions);
            Assert.Equal((0L, RiskLevel.Info), (risk.Score, risk.Level));
        });
    }

    [Fact]
    public void Rules_are_told_by_kebab_case_ids_and_say_why()
    {
        Assert.All(RiskRule.All, rule =>
        {
            Assert.Matches("^[a-z]+(-[a-z]+)*$", rule.Id);
            Assert.InRange(rule.Weight, 1, 99);
            Assert.EndsWith(".", rule.Description, StringComparison.Ordinal);
            Assert.NotEmpty(rule.Actions);
            Assert.NotEmpty(rule.Platforms);
            Assert.Subset(new HashSet<string> { "Windows", "Linux" }, rule.Platforms.ToHashSet());
            Assert.True(rule.Reference is null || Uri.TryCreate(rule.Reference, UriKind.Absolute, out Uri? address) && address.Scheme == "https");
        });
        Assert.Distinct(RiskRule.All.Select(rule => rule.Id));
    }

    [Fact]
    public void Without_a_block_list_its_rules_are_not_taken_for_answered()
    {
        DriverRisk risk = new DriverRiskAssessor(new DriverRiskOptions { Now = Drivers.Now }).Add(Drivers.Windows, [])!;

        Assert.Equal(4, risk.NotChecked.Count(line => line.EndsWith(": block list", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_file_alone_that_says_to_be_Microsofts_is_not_called_unsigned()
    {
        KernelDriver file = Drivers.Windows.Signed(_ => new DriverSignature { Status = DriverSignatureStatus.Unsigned }) with { Source = DriverSource.File };

        Assert.Contains("unsigned: catalogues of its machine", Judge(file with { IsThirdParty = null }, [], null).NotChecked);
        Assert.Equal(30, Assert.Single(Judge(file, [], null).Findings, finding => finding.Id == "unsigned").Weight);
    }

    [Fact]
    public void A_file_is_not_judged_by_the_folder_it_is_kept_in()
    {
        KernelDriver file = Drivers.Windows with { Path = @"C:\Users\me\Downloads\x.sys", Source = DriverSource.File };

        Assert.DoesNotContain(Judge(file, [], null).Findings, finding => finding.Id == "odd-folder");
    }

    [Theory]
    [InlineData(@"\\server\share\x.sys", true)]
    [InlineData(@"\??\UNC\server\share\x.sys", true)]
    [InlineData(@"\\?\C:\Windows\System32\drivers\x.sys", false)]
    [InlineData(@"D:\ProgramData\Vendor\x.sys", true)]
    [InlineData(@"C:\Windows\TEMP\x.sys", true)]
    [InlineData(@"C:\Windows\System32\DriverStore\FileRepository\temperature.inf_amd64_1\x.sys", false)]
    [InlineData(@"C:\Program Files\Vendor\x.sys", false)]
    public void Knows_the_folders_that_programs_write_to(string path, bool odd)
    {
        Assert.Equal(odd, Judge(Drivers.Windows with { Path = path }, [], null).Findings.Any(finding => finding.Id == "odd-folder"));
    }

    [Fact]
    public void Several_crashes_weigh_more_than_one()
    {
        DriverCrash crash = Drivers.Crash(DriverCrashRole.Culprit, 0.6);

        long one = Judge(Drivers.Windows, [crash], null).Score;
        long two = Judge(Drivers.Windows, [crash, crash with { DumpPath = "b.dmp" }], null).Score;

        Assert.Equal((45L, 63L), (one, two));
    }

    [Fact]
    public void An_import_table_among_code_is_a_layout_that_memory_integrity_refuses()
    {
        DriverRisk risk = Judge(Drivers.Windows.With(i => i with { HasExecutableImportTable = true }), [], null);

        Assert.Equal("hvci-incompatible-layout", Assert.Single(risk.Findings).Id);
    }

    [Fact]
    public void Sizes_that_differ_within_a_page_are_the_same_image()
    {
        KernelDriver driver = Drivers.Windows.With(i => i with { SizeOfImage = 0x6F80 });

        Assert.Empty(Judge(driver, [Drivers.Crash(DriverCrashRole.Loaded)], null).Findings);
        Assert.Single(Judge(driver.With(i => i with { SizeOfImage = 0x6000 }), [Drivers.Crash(DriverCrashRole.Loaded)], null).Findings);
    }

    [Fact]
    public void Images_of_two_crashes_may_differ()
    {
        KernelDriver driver = Drivers.Windows with { Source = DriverSource.CrashDump, TimeDateStamp = 1 };

        Assert.Empty(Judge(driver, [Drivers.Crash(DriverCrashRole.Loaded)], null).Findings);
    }

    [Fact]
    public void The_data_holds_no_field_that_nobody_reads()
    {
        string path = Path.Combine(Corpus.RepositoryRoot, "src", "KernelFault", "Drivers", "Risk", "Data", "driver-risk-rules.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));

        Assert.Equal(
            ["actions", "description", "id", "platforms", "reference", "title", "weight"],
            document.RootElement.GetProperty("rules").EnumerateArray().SelectMany(rule => rule.EnumerateObject().Select(field => field.Name)).Distinct().Order());
    }

    private static RuleCase Case(string id) => RuleCases.All.Single(rule => rule.Rule == id);

    private static DriverRisk Judge(KernelDriver driver, IReadOnlyList<DriverCrash> crashes, KernelDriver? neighbour)
    {
        var assessor = new DriverRiskAssessor(new DriverRiskOptions { Now = Drivers.Now, Blocklists = Lists.Both });
        DriverRisk? risk = assessor.Add(driver, crashes);
        if (neighbour is not null)
        {
            assessor.Add(neighbour, []);
        }

        return risk ?? assessor.Complete()[0];
    }
}
