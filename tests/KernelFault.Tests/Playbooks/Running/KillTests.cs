using System.Globalization;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;
using Xunit.Abstractions;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>A console that dies at any write of a journal: before it, in the middle of the line, and after it.</summary>
public class KillTests(ITestOutputHelper output)
{
    private const int Killed = 137;

    private static readonly string[] s_onceOnly = ["once-1", "once-2", "ask-1", "list-a", "list-b", "once-3", "once-4", "once-1-again"];

    [SkippableTheory]
    [InlineData("before")]
    [InlineData("torn")]
    [InlineData("after")]
    public void ARunThatIsKilledAtAnyWriteIsResumedToItsEndWithEveryOnceOnlyStepDoneOnce(string mode)
    {
        ExternalProgram.Require("dotnet");
        int write = 0;
        int exit;
        int resumed = 0;
        do
        {
            write++;
            using var fixture = new RunFixture();
            (exit, _, string error) = ExternalProgram.TryRun(
                fixture.Folder, "dotnet", typeof(KillTests).Assembly.Location, "run-playbook", fixture.Machine, fixture.Store.Path, write.ToString(CultureInfo.InvariantCulture), mode);
            Assert.True(exit is 0 or Killed && write < 100, $"{mode} {write}: {exit} {error}");
            resumed += Finish(fixture, $"{mode} at write {write}") ? 1 : 0;
        }
        while (exit == Killed);

        output.WriteLine($"{mode}: killed at {write - 1} writes, {resumed} resumed");
        Assert.True(write > 30);
    }

    [Theory]
    [InlineData("before")]
    [InlineData("torn")]
    [InlineData("after")]
    public void ARunThatIsKilledAtEveryOtherWriteAgainAndAgainComesToItsEnd(string mode)
    {
        for (int step = 2; step < 9; step++)
        {
            using var fixture = new RunFixture();
            RunServices services = fixture.Services;
            string? id = null;
            int kills = 0;
            while (id is null || fixture.Store.Read(id).Status != RunStatus.Succeeded)
            {
                fixture.Services = services with { JournalWrite = Fault(step, mode, () => throw new IOException("killed")) };
                try
                {
                    id ??= fixture.Store.List().FirstOrDefault()?.Id;
                    _ = id is null ? fixture.Run(TestPlaybook.Twelve()) : fixture.Resume(id, TestPlaybook.Twelve(), Unknown(fixture));
                }
                catch (Exception e) when (e is JournalException or PlaybookException)
                {
                    // Killed in the run's own journal.
                }

                id ??= fixture.Store.List().FirstOrDefault()?.Id;
                Assert.True(++kills < 200, $"{mode} {step}");
                if (kills > 60)
                {
                    fixture.Services = services;
                    _ = fixture.Resume(id!, TestPlaybook.Twelve(), Unknown(fixture));
                }
            }

            AssertOnce(fixture, $"{mode} every {step}");
        }
    }

    /// <summary>Writes journals, and does something at the given write.</summary>
    internal static JournalWrite Fault(int number, string mode, Action fault)
    {
        int count = 0;
        bool broken = false;
        return (file, line) =>
        {
            if (broken)
            {
                throw new IOException("killed");
            }

            bool now = Interlocked.Increment(ref count) == number;
            if (now && mode == "torn")
            {
                JournalFile.WriteThrough(file, line[..(line.Length / 2)]);
            }

            if (now && mode != "after")
            {
                broken = true;
                fault();
            }

            JournalFile.WriteThrough(file, line);
            if (now)
            {
                broken = true;
                fault();
            }
        };
    }

    // Whether there was something to resume.
    private static bool Finish(RunFixture fixture, string what)
    {
        RemediationRun? run = fixture.Store.List().SingleOrDefault();
        if (run is null)
        {
            // Killed before the first line: nothing was done.
            Assert.Empty(fixture.Executions);
            return false;
        }

        Assert.False(run.IsActive);
        if (run.Status != RunStatus.Succeeded)
        {
            _ = fixture.Resume(run.Id, TestPlaybook.Twelve(), Unknown(fixture));
        }

        run = fixture.Store.Read(run.Id);
        Assert.True(run.Status == RunStatus.Succeeded, $"{what}: {run.Status}: {run.Hosts[0].Summary}");
        AssertOnce(fixture, what);
        return true;
    }

    // The person looks at the machine.
    private static UnknownStep Unknown(RunFixture fixture) => fixture.Executions.Contains("ask-1") ? UnknownStep.Done : UnknownStep.Repeat;

    private static void AssertOnce(RunFixture fixture, string what)
    {
        string[] done = fixture.Executions;
        foreach (string line in s_onceOnly)
        {
            Assert.True(done.Count(other => other == line) == 1, $"{what}: {line}: {string.Join(' ', done)}");
        }

        Assert.True(done.Count(line => line == "restart") == 2, $"{what}: {string.Join(' ', done)}");
        Assert.Contains("last", done);
        Assert.DoesNotContain("skipped", done);
    }
}
