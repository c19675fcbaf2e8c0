using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

/// <summary>How far a machine's clock is ahead: what the scripts of the facts say, in the shells that run them.</summary>
public sealed class ClockFactsTests : IDisposable
{
    private static readonly DateTime s_noon = new(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc);

    private readonly LocalHost _host = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("kf-test-").FullName;

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [SkippableTheory]
    [InlineData("10 minutes", 600)]
    [InlineData("-10 minutes", -600)]
    public void AUnixWhoseClockIsOffTellsByHowMuch(string off, double seconds)
    {
        Skip.If(OperatingSystem.IsWindows(), "This runs a script of Unix.");
        Date($"exec {ProgramPath.Find("date")} -d '{off}' \"$@\"");

        Assert.InRange(Unix().ClockAheadSeconds!.Value, seconds - 3, seconds + 3);
    }

    [SkippableFact]
    public void WhatTheMachineSpendsOnItsAnswerIsNoDifference()
    {
        Skip.If(OperatingSystem.IsWindows(), "This runs a script of Unix.");

        // Ten minutes ahead when it begins to answer, and three seconds later when it is done.
        Date($"sleep 1.5; exec {ProgramPath.Find("date")} -d '10 minutes' \"$@\"");

        Assert.InRange(Unix().ClockAheadSeconds!.Value, 597, 603);
    }

    [SkippableTheory]
    [InlineData("echo", null)]
    [InlineData("echo 2026-99-99T00:00:00Z", null)]
    [InlineData("exit 1", null)]
    [InlineData("echo 9999-12-31T23:59:59Z", true)]
    [InlineData("echo 0001-01-01T00:00:00Z", false)]
    public void AClockThatTellsNonsenseIsNotKnownOrVeryFarOff(string date, bool? ahead)
    {
        Skip.If(OperatingSystem.IsWindows(), "This runs a script of Unix.");
        Date(date);

        HostFacts facts = Unix();

        Assert.Equal(ahead, facts.ClockAheadSeconds is { } seconds ? seconds > 0 : null);
        Assert.InRange(facts.ByItsClock(s_noon), DateTime.MinValue, DateTime.MaxValue);
    }

    [SkippableFact]
    public void AClockThatIsRightIsNotShifted()
    {
        Skip.If(OperatingSystem.IsWindows(), "This runs a script of Unix.");

        Assert.Equal(0, UnixFacts.Ask("h", call => _host.Run(call, CancellationToken.None)).ClockAheadSeconds);
        Assert.Equal(0, _host.GetFacts(CancellationToken.None).ClockAheadSeconds);
    }

    [SkippableTheory]
    [InlineData("Asia/Kolkata")]
    [InlineData("America/St_Johns")]
    public void TheScriptForPowerShellTellsTheTimeOfUtcWhereverTheMachineIs(string zone)
    {
        ExternalProgram.Require("pwsh");

        Assert.Equal(0, PowerShell(zone, script => script).ClockAheadSeconds);
    }

    [SkippableTheory]
    [InlineData(10)]
    [InlineData(-10)]
    public void AWindowsWhoseClockIsOffTellsByHowMuch(int minutes)
    {
        ExternalProgram.Require("pwsh");

        HostFacts facts = PowerShell("UTC", script => script.Replace("[DateTime]::UtcNow", $"[DateTime]::UtcNow.AddMinutes({minutes})", StringComparison.Ordinal));

        Assert.InRange(facts.ClockAheadSeconds!.Value, (60 * minutes) - 20, (60 * minutes) + 20);
    }

    [Theory]
    [InlineData(600, 2, 0, 600)]
    [InlineData(-600, 2, 0, -600)]
    [InlineData(600, 30, 26, 600)]
    [InlineData(1.5, 2, 0, 0)]
    [InlineData(-1.5, 2, 0, 0)]
    [InlineData(2.5, 2, 0, 2.5)]
    public void ADifferenceCountsWhenItIsGreaterThanTheCallTook(double ahead, double seconds, double there, double expected)
    {
        var time = new AskingTime(s_noon, s_noon.AddSeconds(seconds));
        DateTime first = s_noon.AddSeconds(((seconds - there) / 2) + ahead);

        Assert.Equal(expected, time.Ahead(first, first.AddSeconds(there), TimeSpan.Zero));
    }

    [Fact]
    public void AClockOfWholeSecondsIsTakenInTheMiddleOfOne()
    {
        // It says 12:10:00 from then on for a second.
        Assert.Equal(600.5, new AskingTime(s_noon, s_noon).Ahead(s_noon.AddMinutes(10), s_noon.AddMinutes(10), TimeSpan.FromSeconds(1)));
        Assert.Null(new AskingTime(s_noon, s_noon).Ahead(null, null, TimeSpan.Zero));
    }

    private void Date(string script)
    {
        string path = Path.Combine(_folder, "date");
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        Assert.Equal(0, _host.Run(new ProgramCall("chmod", "+x", path), CancellationToken.None).ExitCode);
    }

    private HostFacts Unix() =>
        UnixFacts.Ask("h", call => _host.Run(call with { Program = "env", Arguments = [$"PATH={_folder}:{Environment.GetEnvironmentVariable("PATH")}", call.Program, .. call.Arguments] }, CancellationToken.None));

    private HostFacts PowerShell(string zone, Func<string, string> change) => WindowsFacts.Ask("h", call =>
    {
        ScriptCall changed = call with { Script = change(call.Script) };
        var process = new ProgramCall("env", ["TZ=" + zone, "pwsh", .. PowerShellProcess.Arguments]) { Input = PowerShellProcess.Input(changed, null), Timeout = TimeSpan.FromMinutes(2) };
        return PowerShellProcess.Result("h", changed, _host.Run(process, CancellationToken.None));
    });
}
