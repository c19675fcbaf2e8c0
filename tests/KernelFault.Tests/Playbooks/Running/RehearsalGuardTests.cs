using KernelFault.Playbooks.Running;
using static KernelFault.Tests.Playbooks.Running.TestPlaybook;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>A rehearsal of a step that a guard speaks against, and that has a plan all the same.</summary>
public sealed class RehearsalGuardTests : IDisposable
{
    private readonly RunFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(false, "a: It would be refused, except by force: A guard speaks against it.")]
    [InlineData(true, "a: Overruled by force: A guard speaks against it.")]
    public void TheGuardIsAWarningBesideThePlan(bool force, string warning)
    {
        RunRequest request = RunFixture.Request(Of(Step("a", "once", ("guard", true)), Step("b", "once")), _fixture.Host) with { Options = new RunOptions { Force = force } };
        using PlaybookRollout rollout = PlaybookRollout.Rehearse(request, _fixture.Services, check: false, CancellationToken.None);

        HostRun run = Assert.Single(RunFixture.TakeAll(rollout));

        Assert.Equal((StepStatus.Planned, "Write a"), (run.Steps[0].Status, Assert.Single(run.Steps[0].Plan)));
        Assert.Equal([warning], run.Warnings);
        Assert.Empty(_fixture.Executions);
    }

    [Fact]
    public void AnUndoIsShownWithItsGuardsToo()
    {
        HostRun done = _fixture.Run(Of(Step("a", "once") with { Rollback = new("once", KernelFault.Playbooks.PlaybookValue.Map(("line", "back"), ("guard", true))) }));

        HostRun shown = _fixture.Undo(done.RunId, rehearse: true);

        Assert.Equal("Write back", Assert.Single(shown.Steps.Single(step => step.Id == "a/rollback").Plan));
        Assert.Contains("a/rollback: It would be refused, except by force: A guard speaks against it.", shown.Warnings);
    }
}
