using KernelFault.Playbooks.Running;
using static KernelFault.Tests.Playbooks.Running.TestPlaybook;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>Force answers questions and overrules guards; where a person is to be asked all the same, it does the second alone.</summary>
public sealed class ForceAndConfirmTests : IDisposable
{
    private readonly RunFixture _fixture = new();
    private readonly Person _person = new();

    public ForceAndConfirmTests() => _fixture.Services = _fixture.Services with { Person = _person };

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(true, false, 0)]
    [InlineData(true, true, 2)]
    [InlineData(false, true, 2)]
    [InlineData(false, false, 2)]
    public void WhoeverIsToBeAskedIs(bool force, bool confirm, int questions)
    {
        HostRun run = Run(force, confirm, guard: false);

        Assert.Equal((RunStatus.Succeeded, questions), (run.Status, _person.Asked.Count));
        Assert.Equal(questions == 0 ? [] : [RunQuestionKind.Confirm, RunQuestionKind.Change], _person.Asked.Order());
    }

    [Fact]
    public void GuardsAreOverruledAllTheSame()
    {
        Assert.Equal(RunStatus.Succeeded, Run(force: true, confirm: true, guard: true).Status);
        Assert.Equal(RunStatus.Refused, Run(force: false, confirm: true, guard: true).Status);
    }

    [Fact]
    public void ANoIsANo()
    {
        _person.Answer = false;

        HostRun run = Run(force: true, confirm: true, guard: false);

        Assert.Equal(RunStatus.NeedsPerson, run.Status);
        Assert.Empty(_fixture.Executions);
    }

    [Fact]
    public void AnUndoOfARunThatWasForcedAsksWhoWantsToBeAsked()
    {
        HostRun run = _fixture.Run(RunFixture.Request(Of(Step("a", "once") with { Rollback = new("once", KernelFault.Playbooks.PlaybookValue.Map(("line", "back"))) }), _fixture.Host) with { Options = new RunOptions { Force = true } });
        _person.Answer = false;

        using (PlaybookRollout rollout = PlaybookRollout.Undo(_fixture.Continuation(run.RunId) with { Confirm = true }, _fixture.Services, rehearse: false, CancellationToken.None))
        {
            Assert.Equal(RunStatus.NeedsPerson, Assert.Single(RunFixture.TakeAll(rollout)).Status);
        }

        Assert.Equal([RunQuestionKind.Change], _person.Asked);
        Assert.Equal(["a"], _fixture.Executions);
        Assert.Equal(RunStatus.RolledBack, _fixture.Undo(run.RunId).Status);
    }

    private HostRun Run(bool force, bool confirm, bool guard) => _fixture.Run(
        RunFixture.Request(Of(Step("a", "once", ("guard", guard)) with { Confirm = "Really?" }), _fixture.Host) with { Options = new RunOptions { Force = force, Confirm = confirm } });

    private sealed class Person : IRunPerson
    {
        internal bool Answer { get; set; } = true;

        internal List<RunQuestionKind> Asked { get; } = [];

        public bool? Ask(RunQuestion question, CancellationToken cancellation)
        {
            Asked.Add(question.Kind);
            return Answer;
        }
    }
}
