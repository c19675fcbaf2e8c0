using System.Diagnostics;
using System.Globalization;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>
/// A playbook whose steps do nothing, on many machines that are not there: what is left is the engine's own work. To be run in a
/// process of its own, for its memory is what is measured.
/// </summary>
internal static class ManyMachines
{
    /// <summary>How many machines are worked on at a time.</summary>
    internal const int Throttle = 64;

    /// <summary>Runs it.</summary>
    /// <param name="machines">How many machines.</param>
    /// <param name="steps">How many steps each.</param>
    /// <param name="write">How journals are written; null for the way of a real run.</param>
    /// <returns>How many succeeded, and the seconds it took.</returns>
    internal static (int Succeeded, double Seconds) Run(int machines, int steps, JournalWrite? write = null)
    {
        string folder = Directory.CreateTempSubdirectory("kf-run-").FullName;
        try
        {
            var services = new RunServices { Actions = new([new NothingAction()]) };
            services = write is null ? services : services with { JournalWrite = write };
            var clock = Stopwatch.StartNew();
            using PlaybookRollout rollout = PlaybookRollout.Begin(Request(machines, steps, folder), services, new RunStore(Path.Combine(folder, "runs")), CancellationToken.None);
            int succeeded = 0;
            while (!rollout.IsOver)
            {
                // What is taken is not kept, as when the results go down a pipeline.
                succeeded += rollout.Take(TimeSpan.FromSeconds(1)) is { Status: RunStatus.Succeeded } ? 1 : 0;
            }

            return (succeeded, clock.Elapsed.TotalSeconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs it in this process and prints what was measured, as <see cref="Read"/> takes it.</summary>
    internal static int Report(int machines, int steps)
    {
        (int succeeded, double seconds) = Run(machines, steps);
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(FormattableString.Invariant($"{succeeded} {seconds} {process.PeakWorkingSet64}"));
        return succeeded == machines ? 0 : 1;
    }

    /// <summary>Reads what <see cref="Report"/> printed.</summary>
    internal static (int Succeeded, double Seconds, long PeakWorkingSet) Read(string line)
    {
        string[] parts = line.Trim().Split(' ');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    private static RunRequest Request(int machines, int steps, string folder)
    {
        Playbook playbook = TestPlaybook.Of([.. Enumerable.Range(0, steps).Select(i => TestPlaybook.Step("s" + i, "nothing") with { Call = new PlaybookCall("nothing", PlaybookValue.Map()) })]);
        return new RunRequest
        {
            Playbook = playbook,
            PlaybookBytes = TestPlaybook.Bytes(playbook.Name),
            Targets = [.. Enumerable.Range(0, machines).Select(i => new RunTarget("srv" + i, _ => new SimulatedHost(folder, "srv" + i)))],
            Options = new RunOptions { ThrottleLimit = Throttle },
        };
    }
}
