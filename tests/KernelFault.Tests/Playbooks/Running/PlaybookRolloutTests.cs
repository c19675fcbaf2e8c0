using System.Diagnostics;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;
using Xunit.Abstractions;
using static KernelFault.Tests.Playbooks.Running.TestPlaybook;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>A playbook on many machines.</summary>
public sealed class PlaybookRolloutTests(ITestOutputHelper output) : IDisposable
{
    private readonly RunFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void BatchesComeOneAfterTheOtherAndTooManyFailuresEndTheRollOut()
    {
        Playbook playbook = Of(Step("a", "look", ("throw", "${{ host.error }}")));
        RunRequest request = Many(10, playbook, i => i is 2 or 3 ? PlaybookValue.Map(("error", "broken")) : PlaybookValue.Map()) with { Options = new RunOptions { Serial = ["1", "30%"], MaxFailure = "1", ThrottleLimit = 8 } };

        using PlaybookRollout rollout = PlaybookRollout.Begin(request, _fixture.Services, _fixture.Store, CancellationToken.None);
        List<HostRun> runs = RunFixture.TakeAll(rollout);

        Assert.Equal(4, runs.Count);
        Assert.Equal("srv0", runs[0].Host);
        RemediationRun run = _fixture.Store.Read(rollout.RunId);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(6, run.Hosts.Count(host => host.Status == RunStatus.Waiting));
        Assert.NotNull(run.EndTime);

        // The rest is begun by a resume.
        using PlaybookRollout resumed = PlaybookRollout.Resume(_fixture.Continuation(rollout.RunId), playbook, _fixture.Services, rehearse: false, CancellationToken.None);
        Assert.Equal(6, RunFixture.TakeAll(resumed).Count);
    }

    [Fact]
    public void AMachineThatCannotBeReachedDoesNotHoldUpTheOthers()
    {
        RunRequest request = Many(5, Of(Step("a", "look")), _ => PlaybookValue.Map());
        RunTarget[] targets = [.. request.Targets];
        targets[1] = targets[1] with { Open = _ => throw new HostException("srv1", HostErrorKind.Refused, "No key.") };

        using PlaybookRollout rollout = PlaybookRollout.Begin(request with { Targets = targets }, _fixture.Services, _fixture.Store, CancellationToken.None);
        List<HostRun> runs = RunFixture.TakeAll(rollout);

        Assert.Equal(RunStatus.Unreachable, runs.Single(run => run.Host == "srv1").Status);
        Assert.Equal(4, runs.Count(run => run.Status == RunStatus.Succeeded));
        Assert.Equal(RunStatus.Unreachable, _fixture.Store.Read(rollout.RunId).Status);
    }

    [Fact]
    public async Task AStopFromElsewhereEndsAStepWithinASecondAndTheRunCanBeResumed()
    {
        Playbook playbook = Of(Step("a", "once", ("wait", 60L)), Step("b", "once"));
        using PlaybookRollout rollout = PlaybookRollout.Begin(RunFixture.Request(playbook, _fixture.Host), _fixture.Services, _fixture.Store, CancellationToken.None);
        Task<List<HostRun>> all = Task.Run(() => RunFixture.TakeAll(rollout));
        while (_fixture.Executions.Length == 0)
        {
            await Task.Delay(20);
        }

        RemediationRun seen = _fixture.Store.Read(rollout.RunId);
        Assert.True(seen.IsActive);
        Assert.Equal(RunStatus.Running, seen.Status);
        Assert.Throws<PlaybookException>(() => { using PlaybookRollout _ = PlaybookRollout.Resume(_fixture.Continuation(rollout.RunId), playbook, _fixture.Services, rehearse: false, CancellationToken.None); });
        var clock = Stopwatch.StartNew();
        Assert.True(_fixture.Store.Stop(rollout.RunId));
        HostRun run = Assert.Single(await all);

        output.WriteLine($"{clock.ElapsedMilliseconds} ms");
        Assert.True(clock.ElapsedMilliseconds < 1500);
        Assert.Equal(RunStatus.Stopped, run.Status);
        Assert.False(_fixture.Store.Stop(rollout.RunId));
        Assert.Equal(RunStatus.Succeeded, _fixture.Resume(rollout.RunId, playbook).Status);
        Assert.Equal(["a", "b"], _fixture.Executions);
    }

    [SkippableFact]
    public void AThousandMachinesTakeLittleTimeAndMemoryEach()
    {
        const int Machines = 1000;
        const int Steps = 10;
        ExternalProgram.Require("dotnet");

        (int exit, string text, string error) = ExternalProgram.TryRun(_fixture.Folder, "dotnet", typeof(PlaybookRolloutTests).Assembly.Location, "many-machines", $"{Machines}", $"{Steps}");

        Assert.True(exit == 0, error);
        (int succeeded, double seconds, long peak) = ManyMachines.Read(text);
        double each = seconds * 1000 / Machines / Steps;
        output.WriteLine($"{Machines} machines, {Steps} steps: {seconds:0.0} s, {each:0.00} ms a step of a machine, peak working set {peak >> 20} MB");
        Assert.Equal(Machines, succeeded);
        Assert.True(each < 20);
        Assert.True(peak < 300L << 20, $"{peak >> 20} MB");
    }

    [Fact]
    public void ACancellationInTheMiddleLeavesEveryJournalWholeAndTheRunGoesOn()
    {
        PlaybookStep[] steps = [.. Enumerable.Range(0, 5).Select(i => Step("s" + i, "nothing") with { Call = new PlaybookCall("nothing", PlaybookValue.Map()) })];
        Playbook playbook = Of(steps);
        _fixture.Services = _fixture.Services with { Actions = new([new NothingAction()]) };
        using var cancellation = new CancellationTokenSource();
        PlaybookRollout rollout = PlaybookRollout.Begin(Many(2000, playbook, _ => PlaybookValue.Map()) with { Options = new RunOptions { ThrottleLimit = 8 } }, _fixture.Services, _fixture.Store, cancellation.Token);
        int taken = 0;
        while (taken < 60)
        {
            taken += rollout.Take(TimeSpan.FromSeconds(1)) is null ? 0 : 1;
        }

        var clock = Stopwatch.StartNew();
        cancellation.Cancel();
        taken += RunFixture.TakeAll(rollout).Count;

        output.WriteLine($"cancelled in {clock.ElapsedMilliseconds} ms; {taken} machines were begun");
        Assert.True(taken < 2000);
        rollout.Dispose();
        RemediationRun run = _fixture.Store.Read(rollout.RunId);
        Assert.Empty(run.Warnings);
        Assert.Equal(RunStatus.Stopped, run.Status);
        Assert.Equal(2000 - taken, run.Hosts.Count(host => host.Status == RunStatus.Waiting));
        Assert.All(run.Hosts, host => Assert.Contains(host.Status, (RunStatus[])[RunStatus.Waiting, RunStatus.Stopped, RunStatus.Succeeded]));
        using PlaybookRollout resumed = PlaybookRollout.Resume(_fixture.Continuation(rollout.RunId), playbook, _fixture.Services, rehearse: false, CancellationToken.None);
        _ = RunFixture.TakeAll(resumed);
        Assert.Equal(RunStatus.Succeeded, _fixture.Store.Read(rollout.RunId).Status);
    }

    [Theory]
    [InlineData("", 10, new[] { 10 })]
    [InlineData("1,5,20%", 12, new[] { 1, 5, 2, 2, 2 })]
    [InlineData("50%", 3, new[] { 1, 1, 1 })]
    public void BatchesAreNumbersOrPercentages(string sizes, int all, int[] expected) =>
        Assert.Equal(expected, RunCount.Batches(sizes.Split(',', StringSplitOptions.RemoveEmptyEntries), all));

    private RunRequest Many(int count, Playbook playbook, Func<int, IReadOnlyDictionary<string, object?>> variables) => new()
    {
        Playbook = playbook,
        PlaybookBytes = Bytes(playbook.Name),
        Targets = [.. Enumerable.Range(0, count).Select(i => new RunTarget("srv" + i, _ => new SimulatedHost(_fixture.Machine, "srv" + i)) { Variables = variables(i) })],
    };
}
