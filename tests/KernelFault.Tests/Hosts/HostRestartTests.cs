using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

public class HostRestartTests
{
    private static readonly DateTime s_before = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void ItIsOverWhenTheMachineTellsALaterBootTime()
    {
        // Still up with a clock that was set by a second, then away, then back.
        var answers = new Queue<Func<HostFacts>>(
        [
            () => Facts(s_before),
            () => Facts(s_before.AddSeconds(1)),
            () => throw new HostException("h", HostErrorKind.Unreachable, "away"),
            () => throw new HostException("h", HostErrorKind.Refused, "half up"),
            () => Facts(s_before.AddMinutes(2)),
        ]);

        HostFacts after = HostRestart.Wait("h", Facts(s_before), _ => answers.Dequeue()(), TimeSpan.FromMinutes(1), CancellationToken.None, TimeSpan.Zero);

        Assert.Equal(s_before.AddMinutes(2), after.BootTime);
        Assert.Empty(answers);
    }

    [Fact]
    public void AMachineThatStaysAwayIsATimeOut()
    {
        HostException error = Assert.Throws<HostException>(() => HostRestart.Wait(
            "h",
            Facts(s_before),
            _ => throw new HostException("h", HostErrorKind.Unreachable, "away"),
            TimeSpan.FromSeconds(0.2),
            CancellationToken.None,
            TimeSpan.FromMilliseconds(10)));

        Assert.Equal(HostErrorKind.TimedOut, error.Kind);
        Assert.Contains("away", error.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheWaitingIsCancelledAtOnce()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(0.1));

        Assert.ThrowsAny<OperationCanceledException>(
            () => HostRestart.Wait("h", Facts(s_before), _ => Facts(s_before), TimeSpan.FromMinutes(1), cancel.Token, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void AClockThatIsSetBackInTheRestartHidesItNot()
    {
        // It was ten minutes ahead, was restarted after two, and is right since.
        HostFacts after = HostRestart.Wait(
            "h", Facts(s_before, ahead: 600), _ => Facts(s_before.AddMinutes(-8)), TimeSpan.FromMinutes(1), CancellationToken.None, TimeSpan.Zero);

        Assert.Equal(s_before.AddMinutes(-8), after.BootTime);
    }

    [Fact]
    public void AClockThatIsSetAheadIsNoRestart()
    {
        var answers = new Queue<HostFacts>([Facts(s_before.AddMinutes(10)), Facts(s_before.AddMinutes(12))]);

        HostFacts after = HostRestart.Wait("h", Facts(s_before, ahead: -600), _ => answers.Dequeue(), TimeSpan.FromMinutes(1), CancellationToken.None, TimeSpan.Zero);

        Assert.Equal(s_before.AddMinutes(12), after.BootTime);
        Assert.Empty(answers);
    }

    [Theory]
    [InlineData(0, 12.0, 0.0, false)]
    [InlineData(0, 0.0, 12.0, false)]
    [InlineData(120, 600.0, 600.0, true)]
    [InlineData(120, null, 600.0, true)]
    [InlineData(600, 0.0, 600.0, false)]
    [InlineData(-480, 600.0, 0.0, true)]
    [InlineData(5, 0.0, 0.0, false)]
    public void AStartIsNewBeyondWhatItsClockAndTheDoubtAboutThatMakeOfIt(double later, double? aheadBefore, double aheadNow, bool expected) =>
        Assert.Equal(expected, HostRestart.IsLater(Facts(s_before.AddSeconds(later), aheadNow), s_before, aheadBefore));

    private static HostFacts Facts(DateTime boot, double? ahead = null) => new()
    {
        ComputerName = null,
        Platform = HostPlatform.Linux,
        OperatingSystem = null,
        Version = null,
        Build = null,
        Architecture = null,
        IsElevated = null,
        PowerShellVersion = null,
        BootTime = boot,
        PendingRestart = null,
        ClockAheadSeconds = ahead,
    };
}
