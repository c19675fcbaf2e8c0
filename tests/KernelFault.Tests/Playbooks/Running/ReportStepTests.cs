using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;
using KernelFault.Reports;

namespace KernelFault.Tests.Playbooks.Running;

public class ReportStepTests
{
    [Theory]
    [InlineData("page.md", null, "# ")]
    [InlineData("page.html", null, "<!doctype html>")]
    [InlineData("page.md", "html", "<!doctype html>")]
    [InlineData("page", "markdown", "# ")]
    public void AReportHasTheFormThatItsNameOrItsStepSaysAndIsKeptAsToldOfIt(string path, string? format, string beginning)
    {
        using var fixture = new RunFixture();
        fixture.Services = fixture.Services with { Report = new RunReport() };
        PlaybookStep report = TestPlaybook.Step("page", "report") with { Call = new PlaybookCall("report", format is null ? PlaybookValue.Map(("path", path)) : PlaybookValue.Map(("path", path), ("format", format))) };

        HostRun run = fixture.Run(TestPlaybook.Of(TestPlaybook.Step("first", "look"), report));

        StepRun step = run.Steps.Single(one => one.Id == "page");
        EvidenceFile kept = Assert.Single(step.Evidence);
        string page = File.ReadAllText((string)step.Outputs["path"]!);
        Assert.StartsWith(beginning, page, StringComparison.Ordinal);
        Assert.Contains("Step first", page);
        Assert.Equal((kept.Length, kept.Hash), (step.Outputs["length"], step.Outputs["hash"]));
    }
}
