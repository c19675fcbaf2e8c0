using KernelFault.Drivers;
using KernelFault.Drivers.Risk;

namespace KernelFault.Tests.Drivers.Risk;

public class DriverRiskAssessorTests
{
    private static readonly KernelDriver Filter = Drivers.Windows with { Kind = KernelDriverKind.Minifilter, Name = "a", Company = "A", Altitude = "321000" };

    [Fact]
    public void Findings_come_heaviest_first_and_actions_most_urgent_first()
    {
        KernelDriver driver = Drivers.Windows.Signed(s => s with { Status = DriverSignatureStatus.Revoked }).With(i => i with { HasControlFlowGuard = false });
        DriverRisk risk = Assessor().Add(driver, [])!;

        Assert.Equal(["signature-revoked", "no-cfg"], risk.Findings.Select(finding => finding.Id));
        Assert.Equal([RiskAction.Disable, RiskAction.Update, RiskAction.Investigate], risk.Actions);
    }

    [Fact]
    public void The_score_is_the_chance_that_one_finding_is_right()
    {
        KernelDriver driver = Drivers.Windows.With(i => i with { IsDebugBuild = true, CheckSum = 1 });

        // 1 - 0.88 * 0.85
        Assert.Equal((25L, RiskLevel.Low), Assessor().Add(driver, []) is { } risk ? (risk.Score, risk.Level) : default);
    }

    [Theory]
    [InlineData(9, RiskLevel.Info)]
    [InlineData(10, RiskLevel.Low)]
    [InlineData(29, RiskLevel.Low)]
    [InlineData(30, RiskLevel.Medium)]
    [InlineData(59, RiskLevel.Medium)]
    [InlineData(60, RiskLevel.High)]
    [InlineData(84, RiskLevel.High)]
    [InlineData(85, RiskLevel.Critical)]
    public void Levels_begin_where_they_are_documented(long score, RiskLevel level) => Assert.Equal(level, RiskScore.Level(score));

    [Fact]
    public void Only_rules_that_are_selected_are_asked()
    {
        var assessor = new DriverRiskAssessor(new DriverRiskOptions { Selects = id => id.StartsWith("no-", StringComparison.Ordinal) });

        Assert.All(assessor.Rules, rule => Assert.StartsWith("no-", rule.Id, StringComparison.Ordinal));
        Assert.DoesNotContain(assessor.Add(Drivers.Windows with { Image = null, Signature = null }, [])!.NotChecked, line => !line.StartsWith("no-", StringComparison.Ordinal));
    }

    [Fact]
    public void Filters_of_two_machines_do_not_meet()
    {
        DriverRiskAssessor assessor = Assessor();
        assessor.Add(Filter with { ComputerName = "one" }, []);
        assessor.Add(Filter with { ComputerName = "two", Name = "b", Company = "B" }, []);

        Assert.All(assessor.Complete(), risk => Assert.Empty(risk.Findings));
    }

    [Fact]
    public void Two_filters_of_one_maker_do_not_count()
    {
        DriverRiskAssessor assessor = Assessor();
        assessor.Add(Filter, []);
        assessor.Add(Filter with { Name = "b" }, []);

        Assert.All(assessor.Complete(), risk => Assert.Empty(risk.Findings));
        Assert.Empty(assessor.Complete());
    }

    [Fact]
    public void Text_of_a_driver_cannot_reach_the_terminal_as_control_characters()
    {
        KernelDriver driver = Drivers.Windows with { Path = "C:\\Users\\\u001b[2J\\x.sys" };

        Assert.DoesNotContain('\u001b', Assessor().Add(driver, [])!.Findings[0].Evidence);
    }

    private static DriverRiskAssessor Assessor() => new(new DriverRiskOptions { Now = Drivers.Now, Blocklists = Lists.Both });
}
