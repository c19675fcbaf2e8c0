using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;
using static KernelFault.Tests.Playbooks.Running.TestPlaybook;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>What becomes of a playbook on one machine.</summary>
public sealed class PlaybookRunnerTests : IDisposable
{
    private readonly RunFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void ResultsConditionsVariablesAndOutputsGoFromStepToStep()
    {
        Playbook playbook = Of(
            Step("first", "look", ("give", "${{ variables.both }}")),
            Step("no", "look") with { When = Equal("results.first.give", "other") },
            Step("list", "look", ("line", "${{ item }}-${{ facts.platform }}")) with { ForEach = (object?[])["a", "b"] },
            Step("last", "look", ("line", "${{ results.list[1].line }}, ${{ steps.no.status }}"))) with
        {
            Parameters = [Parameter("who", required: true)],
            Variables = PlaybookValue.Map(("one", "${{ parameters.who }}"), ("both", "${{ variables.one }} and ${{ host.room }}")),
            Outputs = PlaybookValue.Map(("answer", "${{ results.last.line }}"), ("count", "${{ results.first.count }}")),
        };
        RunRequest request = RunFixture.Request(playbook, _fixture.Host, ("who", "me"));

        HostRun run = _fixture.Run(request with { Targets = [request.Targets[0] with { Variables = PlaybookValue.Map(("room", "7")) }] });

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal("b-Linux, Skipped", run.Outputs["answer"]);
        Assert.Equal(3L, run.Outputs["count"]);
        Assert.Equal("me and 7", run.Steps[0].Outputs["give"]);
        Assert.Equal(["first", "a-Linux", "b-Linux", "b-Linux, Skipped"], _fixture.Executions);
        Assert.Equal([null, null, 0, 1, null], run.Steps.Select(step => step.Item));
        HostRun read = Assert.Single(_fixture.Store.Read(run.RunId).Hosts);
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(run), System.Text.Json.JsonSerializer.Serialize(read));
    }

    [Fact]
    public void AMachineThatThePlaybookIsNotForIsRefusedBeforeAnythingIsDone()
    {
        _fixture.Host.IsElevated = false;

        HostRun run = _fixture.Run(Of(Step("a", "once")));

        Assert.Equal(RunStatus.Refused, run.Status);
        Assert.Contains("root", run.Summary, StringComparison.Ordinal);
        Assert.Empty(_fixture.Executions);
    }

    [Fact]
    public void AStepThatDoesNotSayThatItChangesCannotChange()
    {
        HostRun run = _fixture.Run(Of(Step("a", "once") with { Changes = false }));

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Contains("changes: true", run.Summary, StringComparison.Ordinal);
        Assert.Empty(_fixture.Executions);
    }

    [Fact]
    public void AStepIsTriedAgainWithLongerAndLongerWaits()
    {
        var waits = new List<double>();
        _fixture.Services = _fixture.Services with { Wait = (time, _) => waits.Add(time.TotalSeconds) };

        HostRun run = _fixture.Run(Of(Step("a", "look", ("fail", 3L)) with { Retry = new PlaybookRetry(5, 10, 2, null) }));

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal([10, 20, 40], waits);
        Assert.Equal(4, run.Steps[0].Attempts);
    }

    [Fact]
    public void ARetryThatNeverComesToItsConditionFails()
    {
        HostRun run = _fixture.Run(Of(Step("a", "look") with { Retry = new PlaybookRetry(2, 0, 1, Equal("result.count", 4L)) }));

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(3, _fixture.Executions.Length);
    }

    [Fact]
    public void AStepThatTakesTooLongFails()
    {
        HostRun run = _fixture.Run(Of(Step("a", "look", ("wait", 60L)) with { Timeout = 0.2 }));

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Contains("0.2 s", run.Summary, StringComparison.Ordinal);
        Assert.True(run.Seconds < 10);
    }

    [Fact]
    public void AFailureThatWasForeseenIsAWarning()
    {
        HostRun run = _fixture.Run(Of(
            Step("a", "look", ("throw", "broken")) with { OnFailure = new StepFailure(StepFailureKind.Continue, null) },
            Step("b", "look", ("throw", "broken too")) with { OnFailure = new StepFailure(StepFailureKind.GoTo, "d") },
            Step("c", "look"),
            Step("d", "look")));

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal(["a", "b", "d"], _fixture.Executions);
        Assert.Equal(2, run.Warnings.Count(warning => warning.EndsWith("The playbook goes on.", StringComparison.Ordinal)));
    }

    [Fact]
    public void WhatWasDoneIsTakenBackTheLastFirst()
    {
        HostRun run = _fixture.Run(Of(
            Step("a", "once") with { Rollback = Back("${{ results.a.line }}") },
            Step("b", "once") with { Rollback = Back("b") },
            Step("looked", "look") with { Rollback = Back("looked") },
            Step("c", "once", ("throw", "broken")) with { OnFailure = new StepFailure(StepFailureKind.RollBack, null) },
            Step("d", "once")));

        Assert.Equal(RunStatus.RolledBack, run.Status);
        Assert.Equal(["a", "b", "looked", "c", "back-b", "back-a"], _fixture.Executions);
        Assert.Equal("a/rollback", run.Steps[^1].Id);
    }

    [Fact]
    public void AStepAsksAPersonAndWaitsWhenNobodyIsThere()
    {
        Playbook playbook = Of(Step("a", "look"), Step("b", "once") with { Confirm = "Shall ${{ facts.name }} be changed?" });

        HostRun run = _fixture.Run(playbook);

        Assert.Equal(RunStatus.NeedsPerson, run.Status);
        Assert.Contains("Shall srv1 be changed?", run.Summary, StringComparison.Ordinal);
        Assert.Equal(StepStatus.NeedsPerson, run.Steps[1].Status);
        Assert.Equal(["a"], _fixture.Executions);

        _fixture.Services = _fixture.Services with { Person = new Person(_ => true) };
        run = _fixture.Resume(run.RunId, playbook);

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal(["a", "b"], _fixture.Executions);
    }

    [Fact]
    public void ForceAnswersTheQuestionsOfAPlaybookAndOverrulesGuards()
    {
        RunRequest request = RunFixture.Request(Of(Step("a", "once", ("guard", true)) with { Confirm = "Really?" }), _fixture.Host);

        Assert.Equal(RunStatus.Refused, _fixture.Run(request with { Playbook = Of(Step("a", "once", ("guard", true))) }).Status);
        Assert.Equal(RunStatus.Succeeded, _fixture.Run(request with { Options = new RunOptions { Force = true } }).Status);
    }

    [Fact]
    public void AMachineThatIsLostIsUnreachableAndGoesOnWhenItIsBack()
    {
        Playbook playbook = Of(Step("a", "once"), Step("b", "once", ("gone", true)), Step("c", "once"));

        HostRun run = _fixture.Run(playbook);

        Assert.Equal(RunStatus.Unreachable, run.Status);
        Assert.Equal(StepStatus.Running, run.Steps[1].Status);
        Assert.Equal(RunStatus.Succeeded, _fixture.Resume(run.RunId, playbook).Status);
        Assert.Equal(["a", "b", "c"], _fixture.Executions);
    }

    [Fact]
    public void AStepOfWhichNobodyKnowsNeedsAPersonAlsoWithForce()
    {
        Playbook playbook = Of(Step("a", "ask", ("gone", true)));
        HostRun run = _fixture.Run(RunFixture.Request(playbook, _fixture.Host) with { Options = new RunOptions { Force = true } });

        Assert.Equal(RunStatus.NeedsPerson, _fixture.Resume(run.RunId, playbook).Status);
        Assert.Equal(RunStatus.Succeeded, _fixture.Resume(run.RunId, playbook, UnknownStep.Done).Status);
        Assert.Equal(["a"], _fixture.Executions);
    }

    [Fact]
    public void SecretsReachActionsAndNothingElse()
    {
        const string Secret = "hunter2-very-secret";
        Playbook playbook = Of(
            Step("a", "once", ("secret", "${{ parameters.password }}"), ("file", "kept.txt")) with { Evidence = ["secret"], Rollback = new PlaybookCall("once", PlaybookValue.Map(("line", "back"), ("secret", "${{ parameters.password }}"))) },
            Step("b", "once", ("secret", "${{ parameters.password }}"), ("gone", true)),
            Step("c", "look", ("line", "${{ results.a.secret }}"), ("throw", "no, ${{ parameters.password }}")) with { OnFailure = new StepFailure(StepFailureKind.Continue, null) }) with
        {
            Parameters = [Parameter("password", secret: true)],
            Outputs = PlaybookValue.Map(("password", "${{ parameters.password }}")),
        };

        HostRun run = _fixture.Run(playbook, ("password", Secret));
        PlaybookException missing = Assert.Throws<PlaybookException>(() => _fixture.Resume(run.RunId, playbook));
        run = _fixture.Resume(run.RunId, playbook, UnknownStep.Ask, ("password", Secret));

        Assert.Contains("password", missing.Message, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal("***", run.Outputs["password"]);
        Assert.DoesNotContain(Secret, System.Text.Json.JsonSerializer.Serialize(run), StringComparison.Ordinal);
        string[] files = Directory.GetFiles(_fixture.Store.Path, "*", SearchOption.AllDirectories);
        Assert.True(files.Length > 4);
        Assert.All(files, file => Assert.DoesNotContain(Secret, File.ReadAllText(file), StringComparison.Ordinal));

        using (PlaybookRollout rollout = PlaybookRollout.Undo(_fixture.Continuation(run.RunId) with { Secrets = PlaybookValue.Map(("password", Secret)) }, _fixture.Services, false, CancellationToken.None))
        {
            Assert.Equal(RunStatus.RolledBack, Assert.Single(RunFixture.TakeAll(rollout)).Status);
        }

        Assert.Equal("back", _fixture.Executions[^1]);
        Assert.All(Directory.GetFiles(_fixture.Store.Path, "*", SearchOption.AllDirectories), file => Assert.DoesNotContain(Secret, File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void EvidenceIsKeptBelowTheRunWithItsHash()
    {
        HostRun run = _fixture.Run(Of(Step("a", "look", ("file", "kept.txt")) with { Evidence = ["line"] }));

        EvidenceFile[] evidence = [.. run.Steps[0].Evidence.OrderBy(file => file.Path)];
        Assert.Equal(["hosts/0001-srv1/a/line.json", "hosts/0001-srv1/kept.txt"], evidence.Select(file => file.Path));
        Assert.Equal("7eac50a2dbb15f57a7b19bdba1dac2a2c09e75bffa7d07a1cd0bdbd4e4a10c2e".Length, evidence[1].Hash.Length);
        Assert.All(evidence, file => Assert.Equal(PlanHash.Of(File.ReadAllBytes(Path.Combine(run.Folder!, file.Path))), file.Hash));
    }

    [Fact]
    public void AnIncludedPlaybookRunsWithItsOwnParameters()
    {
        Playbook inner = Named("inner", Step("x", "once", ("line", "x-${{ parameters.who }}"))) with { Parameters = [Parameter("who")], Outputs = PlaybookValue.Map(("did", "${{ results.x.line }}")) };
        _fixture.Services = _fixture.Services with { Playbooks = new Source(inner) };
        PlaybookStep include = Include("inner", ("who", "you"));

        HostRun run = _fixture.Run(Of(include, Step("after", "look", ("line", "${{ results.inc.outputs.did }}"))));

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal(["inc", "inc/x", "after"], run.Steps.Select(step => step.Id));
        Assert.Equal(["x-you", "x-you"], _fixture.Executions);
    }

    [Fact]
    public void APlaybookThatIncludesItselfEnds()
    {
        Playbook inner = Named("inner", Include("inner"));
        _fixture.Services = _fixture.Services with { Playbooks = new Source(inner) };

        Assert.Contains("includes itself", _fixture.Run(inner).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void ARehearsalPlansAndACheckAlsoLooks()
    {
        Playbook playbook = Of(
            Step("a", "look"),
            Step("b", "once") with { Restart = StepRestart.Required },
            Step("c", "look", ("line", "${{ results.b.line }}")),
            Step("d", "once") with { When = Equal("results.a.line", "a") });

        HostRun planned = Rehearse(playbook, check: false);
        Assert.Equal(RunStatus.Planned, planned.Status);
        Assert.Null(planned.Folder);
        Assert.Empty(_fixture.Executions);
        Assert.Equal(["a", "b", "b/restart", "c", "d"], planned.Steps.Select(step => step.Id));
        Assert.Equal(["Write b"], planned.Steps[1].Plan);
        Assert.Contains("'a'", planned.Steps[4].Summary, StringComparison.Ordinal);

        HostRun seen = Rehearse(playbook, check: true);
        Assert.Equal(["a"], _fixture.Executions);
        Assert.Equal([StepStatus.Done, StepStatus.Planned, StepStatus.Planned, StepStatus.Planned, StepStatus.Planned], seen.Steps.Select(step => step.Status));
        Assert.Equal(["Write d"], seen.Steps[4].Plan);
        Assert.False(Directory.Exists(_fixture.Store.Path));
    }

    [Fact]
    public void AnUndoTakesBackWhatARunDidAndDoesItOnce()
    {
        Playbook playbook = Of(Step("a", "once") with { Rollback = Back("a") }, Step("b", "once") with { Rollback = Back("b") });
        HostRun run = _fixture.Run(playbook);

        HostRun shown = _fixture.Undo(run.RunId, rehearse: true);
        Assert.Equal(RunStatus.Planned, shown.Status);
        Assert.Equal(["Write back-b", "Write back-a"], shown.Steps.Where(step => step.Status == StepStatus.Planned).SelectMany(step => step.Plan));
        Assert.Equal(["a", "b"], _fixture.Executions);

        Assert.Equal(RunStatus.RolledBack, _fixture.Undo(run.RunId).Status);
        Assert.Equal(["a", "b", "back-b", "back-a"], _fixture.Executions);
        using (PlaybookRollout again = PlaybookRollout.Undo(_fixture.Continuation(run.RunId), _fixture.Services, false, CancellationToken.None))
        {
            Assert.Equal(0, again.Count);
        }

        Assert.Contains("taken back", Assert.Throws<PlaybookException>(() => { using PlaybookRollout _ = PlaybookRollout.Resume(_fixture.Continuation(run.RunId), playbook, _fixture.Services, rehearse: false, CancellationToken.None); }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunWhosePlaybookOrJournalWasChangedDoesNotGoOn()
    {
        Playbook playbook = Of(Step("a", "once"), Step("b", "once", ("gone", true)));
        HostRun run = _fixture.Run(playbook);
        string journal = Path.Combine(run.Folder!, "hosts", "0001-srv1.jsonl");
        string[] lines = File.ReadAllLines(journal);
        lines[2] = lines[2][..^3];
        File.WriteAllLines(journal, lines);

        Assert.Equal(RunStatus.Failed, ResumedOnly(run.RunId, playbook).Status);
        Assert.Contains("line 3 is damaged", Assert.Single(_fixture.Store.Read(run.RunId).Warnings), StringComparison.Ordinal);
        File.AppendAllText(Path.Combine(run.Folder!, "playbook.yaml"), "#");
        Assert.Throws<PlaybookException>(() => _fixture.Resume(run.RunId, playbook));
        Assert.Equal(["a", "b"], _fixture.Executions);
    }

    [Fact]
    public void ParametersAreCheckedBeforeAnyMachineIsTouched()
    {
        Playbook playbook = Of(Step("a", "once")) with { Parameters = [Parameter("who", required: true), Parameter("mode") with { Allowed = ["on", "off"] }] };

        Assert.Contains("who", Assert.Throws<PlaybookException>(() => _fixture.Run(playbook)).Message, StringComparison.Ordinal);
        Assert.Contains("on, off", Assert.Throws<PlaybookException>(() => _fixture.Run(playbook, ("who", "x"), ("mode", "maybe"))).Message, StringComparison.Ordinal);
        Assert.Contains("no parameter 'other'", Assert.Throws<PlaybookException>(() => _fixture.Run(playbook, ("who", "x"), ("other", "x"))).Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Executions);
    }

    private static PlaybookCall Back(string line) => new("once", PlaybookValue.Map(("line", "back-" + line)));

    private static PlaybookStep Include(string name, params (string Name, object? Value)[] parameters)
    {
        PlaybookStep step = Step("inc", "include");
        return step with { Call = new PlaybookCall("include", PlaybookValue.Map(("playbook", name), ("parameters", PlaybookValue.Map(parameters)))) };
    }

    private HostRun Rehearse(Playbook playbook, bool check)
    {
        using PlaybookRollout rollout = PlaybookRollout.Rehearse(RunFixture.Request(playbook, _fixture.Host), _fixture.Services, check, CancellationToken.None);
        return Assert.Single(RunFixture.TakeAll(rollout));
    }

    private HostRun ResumedOnly(string id, Playbook playbook)
    {
        using PlaybookRollout rollout = PlaybookRollout.Resume(_fixture.Continuation(id), playbook, _fixture.Services, rehearse: false, CancellationToken.None);
        return Assert.Single(RunFixture.TakeAll(rollout));
    }

    private sealed class Person(Func<RunQuestion, bool?> answer) : IRunPerson
    {
        public bool? Ask(RunQuestion question, CancellationToken cancellation) => answer(question);
    }

    private sealed class Source(Playbook playbook) : IPlaybookSource
    {
        public Playbook? Find(string name, Playbook includedBy) => name == playbook.Name ? playbook : null;
    }
}
