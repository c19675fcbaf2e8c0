using System.Text;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Catalog;
using KernelFault.Playbooks.Loading;

namespace KernelFault.Tests.Playbooks.Loading;

/// <summary>What a playbook says of Windows folders that are not running, and what its actions can do there.</summary>
public class OfflineCheckTests
{
    private const string Works = "action: get-verifier";
    private const string WorksNot = "action: get-driver-package\n    inputs: { driver: a.sys }";

    [Theory]
    [InlineData("true", Works, null)]
    [InlineData("true", WorksNot, PlaybookProblemSeverity.Error)]
    [InlineData("true", WorksNot + "\n    when: { value: facts.kind, equals: Local }", PlaybookProblemSeverity.Error)]
    [InlineData("true", WorksNot + "\n    onFailure: continue", PlaybookProblemSeverity.Error)]
    [InlineData("true", "action: disable-driver\n    inputs: { driver: a.sys }\n    changes: true\n    rollback: { action: restore-driver-package, inputs: { folder: a } }", PlaybookProblemSeverity.Error)]
    [InlineData("true", "action: disable-driver\n    inputs: { driver: a.sys }\n    changes: true\n    restart: required", PlaybookProblemSeverity.Error)]
    [InlineData("true", "action: disable-driver\n    inputs: { driver: a.sys }\n    changes: true\n    restart: allowed", null)]
    [InlineData("any", Works, null)]
    [InlineData("any", WorksNot, PlaybookProblemSeverity.Warning)]
    [InlineData("any", WorksNot + "\n    when: { value: facts.build, exists: true }", PlaybookProblemSeverity.Warning)]
    [InlineData("any", WorksNot + "\n    when: { value: facts.platform, equals: Windows }", PlaybookProblemSeverity.Warning)]
    [InlineData("any", WorksNot + "\n    when: { value: facts.kind, equals: \"${{ host.kind }}\" }", PlaybookProblemSeverity.Warning)]
    [InlineData("any", WorksNot + "\n    when: { any: [{ value: facts.kind, equals: Local }, { value: facts.build, exists: true }] }", PlaybookProblemSeverity.Warning)]
    [InlineData("any", WorksNot + "\n    when: { not: { value: facts.kind, equals: OfflineWindows } }", null)]
    [InlineData("any", WorksNot + "\n    when: { value: facts.kind, in: [Local, OpenSsh, PowerShellSession] }", null)]
    [InlineData("any", WorksNot + "\n    when: { value: facts.bootTime, exists: true }", null)]
    [InlineData("any", WorksNot + "\n    when: { all: [{ value: facts.build, exists: true }, { not: { value: facts.kind, matches: ^offline } }] }", null)]
    [InlineData("any", WorksNot + "\n    onFailure: continue", null)]
    [InlineData("false", WorksNot, null)]
    public void AnActionThatNeedsAMachineThatRunsIsToldOf(string offline, string step, PlaybookProblemSeverity? severity)
    {
        PlaybookProblem[] told = Told($"requires: {{ platform: Windows, offline: {offline} }}", step);

        Assert.Equal(severity, told.SingleOrDefault()?.Severity);
    }

    [Fact]
    public void TheProblemStandsAtTheActionAndSaysWhatToDo()
    {
        PlaybookProblem problem = Assert.Single(Told("requires: { offline: any }", WorksNot));

        Assert.Equal((9, 13), (problem.Line, problem.Column));
        Assert.Equal("'get-driver-package' needs a machine that runs, and the playbook is for the folder of a Windows that does not too.", problem.Text);
        Assert.Equal("when: { not: { value: facts.kind, equals: OfflineWindows } }", problem.Expected);
    }

    [Fact]
    public void ALinuxThatDoesNotRunIsNoMachine() =>
        Assert.Equal(PlaybookProblemSeverity.Error, Assert.Single(Told("requires: { platform: Linux, offline: true }", "action: pause\n    inputs: { seconds: 0 }")).Severity);

    [Fact]
    public void BuiltInPlaybooksHaveNoSuchProblem()
    {
        var loader = new PlaybookLoader(PlaybookActions.BuiltIn);

        Assert.All(PlaybookCatalog.Names, name => Assert.DoesNotContain(loader.Check(PlaybookCatalog.Content(name)!, name).Problems, problem => problem.Id == "Offline"));
    }

    private static PlaybookProblem[] Told(string requires, string step) =>
    [
        .. new PlaybookLoader(PlaybookActions.BuiltIn).Check(
            Encoding.UTF8.GetBytes($"version: 1\nname: one\ntitle: One\ndescription: One.\n{requires}\nsteps:\n  - id: one\n    title: One\n    {step}\n"), "one.yaml").Problems.Where(problem => problem.Id == "Offline"),
    ];
}
