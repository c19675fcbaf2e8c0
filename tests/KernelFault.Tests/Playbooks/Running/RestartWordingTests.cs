using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;
using static KernelFault.Tests.Playbooks.Running.TestPlaybook;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>What a rehearsal says of restarts.</summary>
public sealed class RestartWordingTests : IDisposable
{
    private readonly RunFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void ARestartThatIsSureIsToldAsOne()
    {
        StepRun restart = Rehearse(Step("a", "once") with { Restart = StepRestart.Required }).Single(step => step.Id == "a/restart");

        Assert.Equal("Restart the machine", restart.Title);
        Assert.Equal(["Restart the machine"], restart.Plan);
    }

    [Fact]
    public void ARestartThatIsMerelyAllowedIsToldAsPossible()
    {
        StepRun restart = Rehearse(Step("a", "once") with { Restart = StepRestart.Allowed }).Single(step => step.Id == "a/restart");

        Assert.Equal("Perhaps restart the machine", restart.Title);
        Assert.Equal(["May restart the machine: when 'Step a' turns out to need it"], restart.Plan);
    }

    [Fact]
    public void ARestartAfterAStepOfWhichNothingIsKnownIsToldAsPossible()
    {
        StepRun restart = Rehearse(
            Step("a", "once"),
            Step("b", "once", ("line", "${{ results.a.line }}")) with { Restart = StepRestart.Required }).Single(step => step.Id == "b/restart");

        Assert.Equal(["May restart the machine: when 'Step b' is done"], restart.Plan);
    }

    [Fact]
    public void AfterAStepWithNothingToDoNoRestartIsAllowed() =>
        Assert.DoesNotContain(Rehearse(Step("a", "look") with { Restart = StepRestart.Allowed }), step => step.Id == "a/restart");

    private IReadOnlyList<StepRun> Rehearse(params PlaybookStep[] steps)
    {
        using PlaybookRollout rollout = PlaybookRollout.Rehearse(RunFixture.Request(Of(steps), _fixture.Host), _fixture.Services, check: false, CancellationToken.None);
        return Assert.Single(RunFixture.TakeAll(rollout)).Steps;
    }
}
