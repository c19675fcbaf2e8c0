using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;
using static KernelFault.Tests.Playbooks.Running.TestPlaybook;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>What a rehearsal cannot tell, because a step before would have to be done.</summary>
public sealed class RehearsalDependencyTests : IDisposable
{
    private readonly RunFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void AStepThatNeedsWhatAnotherGivesIsToldToDependOnIt() =>
        Assert.Equal("It depends on what 'a' gives.", Second(("module", null)).Summary);

    [Fact]
    public void AnAlternativeBehindAValueThatIsGivenIsNotNeeded()
    {
        StepRun step = Second(("module", "acme"));

        Assert.Equal("Shown only.", step.Summary);
        Assert.NotEmpty(step.Plan);
    }

    private StepRun Second(params (string Name, object? Value)[] parameters)
    {
        Playbook playbook = Of(Step("a", "once"), Step("b", "once", ("line", "${{ parameters.module ?? results.a.line }}"))) with { Parameters = [Parameter("module")] };
        using PlaybookRollout rollout = PlaybookRollout.Rehearse(RunFixture.Request(playbook, _fixture.Host, parameters), _fixture.Services, check: false, CancellationToken.None);
        return Assert.Single(RunFixture.TakeAll(rollout)).Steps.Single(step => step.Id == "b");
    }
}
