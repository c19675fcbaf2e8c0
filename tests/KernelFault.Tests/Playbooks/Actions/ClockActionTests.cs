using KernelFault.Hosts;
using KernelFault.Playbooks.Actions;
using KernelFault.Tests.Playbooks.Running;

namespace KernelFault.Tests.Playbooks.Actions;

/// <summary>Machines whose clock is ten minutes off: a time of the run is one of theirs only after it was moved.</summary>
public sealed class ClockActionTests : IDisposable
{
    // By the clock of the run.
    private static readonly DateTime s_since = DateTime.UtcNow.AddMinutes(-3);

    private readonly string _folder = Directory.CreateTempSubdirectory("kf-test-").FullName;

    /// <summary>How far the machine is ahead, and what happened there how many seconds after the time that is asked for.</summary>
    public static TheoryData<double?, int, bool> Clocks => new()
    {
        { 600, 60, true },
        { 600, -60, false },
        { -600, 60, true },
        { -600, -60, false },
        { null, 60, true },
        { null, -60, false },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Clocks))]
    public void A_crash_is_one_of_after_the_time_and_no_other(double? ahead, int later, bool happened)
    {
        using RecordedHost host = Machine(ahead, later);

        Assert.Equal(happened, Wait(host, "crash").Output<bool>("happened"));
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public void Windows_was_installed_after_the_time_or_before(double? ahead, int later, bool happened)
    {
        using RecordedHost host = Machine(ahead, later);

        Assert.Equal(happened, Wait(host, "installed").Output<bool>("happened"));
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public void The_dumps_of_after_the_time_are_collected(double? ahead, int later, bool happened)
    {
        using RecordedHost host = Machine(ahead, later);

        ActionResult result = Acting.Do("collect-dumps", host, Acting.Context("collect-dumps", host, _folder, inputs: ("since", s_since.ToString("o"))));

        Assert.Equal(happened ? 1 : 0, result.Output<long>("count"));
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public void The_dumps_of_the_last_hours_are_those_by_the_machines_own_clock(double? ahead, int later, bool happened)
    {
        using RecordedHost host = Machine(ahead, later);

        ActionResult result = Acting.Do("collect-dumps", host, Acting.Context("collect-dumps", host, _folder, inputs: ("sinceHours", (DateTime.UtcNow - s_since).TotalHours)));

        Assert.Equal(happened ? 1 : 0, result.Output<long>("count"));
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public void The_result_of_a_memory_test_is_one_of_after_the_time(double? ahead, int later, bool happened)
    {
        using RecordedHost host = Machine(ahead, later);

        ActionResult result = Acting.Do("read-memory-test", host, ("since", s_since.ToString("o")));

        Assert.Equal(happened, result.Output<bool>("found"));
    }

    [Fact]
    public void The_clock_that_counts_is_the_one_that_the_machine_has_now()
    {
        // Ten minutes behind until it crashed, and right since.
        DateTime crash = s_since.AddSeconds(-60);
        using StagedHost host = new(
            new RecordedWindows { ClockAhead = -600 }.Play(),
            new RecordedWindows { Start = 1, Files = [RecordedWindows.Dump([1]) with { LastWriteTime = crash }] }.Play())
        {
            Ends = [new StageEnd(0, @"FindFile C:\Windows\MEMORY.DMP", 1)],
        };

        Assert.False(Wait(host, "crash").Output<bool>("happened"));
    }

    [Theory]
    [InlineData(600.0, "10 min ahead of")]
    [InlineData(-600.0, "10 min behind")]
    [InlineData(-10800.0, "3 h behind")]
    [InlineData(864000.0, "10 days ahead of")]
    [InlineData(61.0, "1 min ahead of")]
    [InlineData(59.0, null)]
    [InlineData(null, null)]
    public void A_run_says_once_by_how_much_a_machines_clock_is_off(double? ahead, string? text)
    {
        using var fixture = new RunFixture();
        fixture.Host.ClockAhead = ahead;

        KernelFault.Playbooks.Running.HostRun run = fixture.Run(TestPlaybook.Of(TestPlaybook.Step("a", "once"), TestPlaybook.Step("b", "once")));

        string[] said = [.. run.Warnings.Where(warning => warning.StartsWith("Its clock is", StringComparison.Ordinal))];
        Assert.Equal(text is null ? 0 : 1, said.Length);
        Assert.All(said, one => Assert.Contains(text!, one, StringComparison.Ordinal));
        Assert.Equal(ahead, run.Before!.ClockAheadSeconds);
        Assert.Equal(run.Warnings, fixture.Store.Read(run.RunId).Hosts[0].Warnings);
        Assert.InRange(run.StartTime, s_since, DateTime.UtcNow);
    }

    // Everything in it happened so many seconds after the time, and it tells so by its own clock.
    private static RecordedHost Machine(double? ahead, int later)
    {
        DateTime time = s_since.AddSeconds(later + (ahead ?? 0));
        return new RecordedWindows
        {
            ClockAhead = ahead,
            Installed = time,
            Files = [RecordedWindows.Dump([1, 2, 3]) with { LastWriteTime = time }],
            Scripts = [new RecordedScript("read-events", $$"""{"time":"{{time:o}}","provider":"Microsoft-Windows-MemoryDiagnostics-Results","id":1101,"level":4,"text":"x"}""")],
        }.Play();
    }

    private static ActionResult Wait(IHost host, string input) =>
        Acting.Execute("wait-for", Acting.Find("wait-for").Plan(Acting.Context("wait-for", host, inputs: [(input, s_since.ToString("o")), ("timeout", 0.0), ("interval", 0.1), ("required", false)]), CancellationToken.None));
}
