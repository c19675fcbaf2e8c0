using System.Diagnostics;
using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

public class HostBatchTests
{
    private static readonly HostRecording s_recording = new()
    {
        Facts = new HostFacts
        {
            ComputerName = "simulated",
            Platform = HostPlatform.Linux,
            OperatingSystem = null,
            Version = null,
            Build = null,
            Architecture = null,
            IsElevated = true,
            PowerShellVersion = null,
            BootTime = null,
            PendingRestart = null,
        },
    };

    [Fact]
    public void TwoHundredHostsOfWhichSomeAreDeadAndSomeSlow()
    {
        const int Throttle = 32;
        int now = 0, most = 0;
        using var batch = new HostBatch<string>(
            (host, _) =>
            {
                int working = Interlocked.Increment(ref now);
                lock (s_recording)
                {
                    most = Math.Max(most, working);
                }

                Thread.Sleep(host.Name.StartsWith("slow", StringComparison.Ordinal) ? 2000 : 10);
                Interlocked.Decrement(ref now);
                return host.GetFacts(CancellationToken.None).ComputerName + " " + host.Name;
            },
            Throttle,
            CancellationToken.None);
        var clock = Stopwatch.StartNew();

        for (int i = 0; i < 200; i++)
        {
            string name = (i % 40 == 0 ? "slow" : i % 25 == 1 ? "dead" : "quick") + i;
            batch.Add(name, _ => name.StartsWith("dead", StringComparison.Ordinal)
                ? throw new HostException(name, HostErrorKind.Unreachable, "gone")
                : new RecordedHost(name, s_recording));
        }

        var outcomes = new List<HostOutcome<string>>();
        while (batch.Take() is HostOutcome<string> outcome)
        {
            outcomes.Add(outcome);
        }

        Assert.Equal(200, outcomes.Select(outcome => outcome.Host).Distinct().Count());
        Assert.All(outcomes, outcome => Assert.Equal(outcome.Host.StartsWith("dead", StringComparison.Ordinal), outcome.Error is HostException { Kind: HostErrorKind.Unreachable }));
        Assert.All(outcomes.Where(outcome => outcome.Error is null), outcome => Assert.Equal("simulated " + outcome.Host, outcome.Result));
        Assert.Equal(8, outcomes.Count(outcome => outcome.Error is not null));
        Assert.InRange(most, 2, Throttle);

        // One after the other the slow ones alone take ten seconds; and none of them holds up the first quick one.
        Assert.InRange(clock.Elapsed.TotalSeconds, 2, 8);
        Assert.StartsWith("slow", outcomes[^1].Host, StringComparison.Ordinal);
        Assert.DoesNotContain("slow", outcomes[0].Host, StringComparison.Ordinal);
    }

    [Fact]
    public void CancellingEndsTheWaitAtOnceEvenWhenAHostDoesNotListen()
    {
        using var cancel = new CancellationTokenSource();
        using var batch = new HostBatch<int>(
            (_, _) =>
            {
                Thread.Sleep(10_000);
                return 0;
            },
            2,
            cancel.Token);
        for (int i = 0; i < 10; i++)
        {
            batch.Add("host" + i, _ => new RecordedHost("host", s_recording));
        }

        cancel.CancelAfter(100);
        var clock = Stopwatch.StartNew();

        Assert.ThrowsAny<OperationCanceledException>(batch.Take);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 2);
    }

    [Fact]
    public void AHostIsDisposedWhenTheWorkOnItIsDone()
    {
        using var folder = new ManualResetEventSlim();
        using var batch = new HostBatch<int>((_, _) => 1, 1, CancellationToken.None);
        batch.Add("one", _ => new DisposalWitness(folder));

        Assert.Equal(1, batch.Take()!.Result);
        Assert.Null(batch.Take());
        Assert.True(folder.IsSet);
    }

    private sealed class DisposalWitness(ManualResetEventSlim disposed) : ScriptedHost("witness", HostKind.Recorded)
    {
        protected override ScriptResult Invoke(ScriptCall call, byte[]? payload, CancellationToken cancellation) => new(string.Empty, [], TimeSpan.Zero);

        protected override void Reconnect(CancellationToken cancellation)
        {
        }

        protected override void Dispose(bool disposing) => disposed.Set();
    }
}
