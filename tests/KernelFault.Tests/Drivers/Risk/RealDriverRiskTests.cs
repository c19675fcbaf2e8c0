using KernelFault.Drivers;
using KernelFault.Drivers.Risk;
using KernelFault.Tests.Formats.Authenticode;
using KernelFault.Tests.Formats.Pe;
using Xunit.Abstractions;

namespace KernelFault.Tests.Drivers.Risk;

/// <summary>Drivers that a compiler made: each rule holds where the source gives it reason to, and nowhere else.</summary>
public class RealDriverRiskTests(ITestOutputHelper output)
{
    // Their version resource says debug build, and nobody signed them.
    private const string All = "unsigned debug-build";

    [SkippableTheory]
    [InlineData("good", "x86_64", All)]
    [InlineData("unprobed", "x86_64", All + " no-user-memory-check no-cfg deprecated-pool no-cet")]
    [InlineData("writable", "x86_64", All + " writable-executable-section no-cfg no-cet")]
    [InlineData("open", "x86_64", All + " open-machine-access no-nx no-user-memory-check no-cfg no-cet")]
    [InlineData("ports", "x86_64", All + " open-machine-access no-user-memory-check no-cfg no-cet")]
    [InlineData("delayed", "x86_64", All + " no-cfg no-cet")]
    [InlineData("good", "aarch64", All)]
    [InlineData("unprobed", "aarch64", All + " no-user-memory-check no-cfg deprecated-pool")]
    [InlineData("writable", "aarch64", All + " writable-executable-section no-cfg")]
    [InlineData("open", "aarch64", All + " open-machine-access no-nx no-user-memory-check no-cfg")]
    [InlineData("delayed", "aarch64", All + " no-cfg")]
    public void Each_rule_holds_where_the_source_says_so(string name, string target, string rules)
    {
        Expect(rules, TestDriver.Build(name, target).Path);
    }

    [SkippableFact]
    public void Instructions_for_registers_and_ports_are_found_in_functions_and_between_them()
    {
        RiskFinding finding = Assert.Single(Judge(TestDriver.Build("ports", "x86_64").Path).Findings, finding => finding.Id == "open-machine-access");

        Assert.Equal(@"\Device\KfPorts; runs out, rdmsr", finding.Evidence);
        Assert.Empty(DriverFile.Read(TestDriver.Build("open", "x86_64").Path).Image!.PrivilegedInstructions!);
        Assert.Empty(DriverFile.Read(TestDriver.Build("good", "aarch64").Path).Image!.PrivilegedInstructions!);
    }

    [SkippableTheory]
    [InlineData(null, "test-signed signature-without-timestamp")]
    [InlineData(true, "test-signed")]
    [InlineData(false, "test-signed")]
    public void A_test_signature_is_told_from_none(bool? isRfc3161, string rules)
    {
        TestAuthority authority = TestAuthority.Get();
        string driver = TestDriver.Build("good", "x86_64").Path;
        string signed = isRfc3161 is bool kind ? authority.SignStamped(driver, kind) : authority.Sign(driver);

        Expect("debug-build " + rules, signed);
    }

    [SkippableFact]
    public void A_byte_that_was_changed_after_signing_is_seen_twice()
    {
        string signed = TestAuthority.Get().Sign(TestDriver.Build("good", "x86_64").Path);
        byte[] bytes = File.ReadAllBytes(signed);
        bytes[0x450] ^= 1;
        string changed = signed + ".changed.sys";
        File.WriteAllBytes(changed, bytes);

        string[] found = [.. Judge(changed).Findings.Select(finding => finding.Id)];

        Assert.Contains("signature-invalid", found);
        Assert.Contains("bad-checksum", found);
    }

    [SkippableFact]
    public void A_real_driver_that_is_properly_signed_is_not_dangerous()
    {
        DriverRisk risk = Judge(Corpus.File(Path.Combine("corpus", "drivers", "systeminformer.sys")));

        Assert.Equal(RiskLevel.Info, risk.Level);
        Assert.DoesNotContain(risk.Findings, finding => finding.Id is "unsigned" or "test-signed" or "bad-checksum" || finding.Id.StartsWith("signature-", StringComparison.Ordinal));
    }

    private void Expect(string rules, string path)
    {
        string[] found = [.. Judge(path).Findings.Select(finding => finding.Id).Order()];

        Assert.Equal(rules.Split(' ').Order(), found);
    }

    private DriverRisk Judge(string path)
    {
        var assessor = new DriverRiskAssessor(new DriverRiskOptions { Blocklists = Lists.Both });
        DriverRisk risk = assessor.Add(DriverFile.Read(path), []) ?? assessor.Complete()[0];
        output.WriteLine($"{risk}: {string.Join("; ", risk.Findings.Select(finding => $"{finding.Id} {finding.Weight} [{finding.Evidence}]"))}");
        output.WriteLine(string.Join("; ", risk.NotChecked));
        return risk;
    }
}
