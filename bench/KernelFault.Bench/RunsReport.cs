using System.Diagnostics;
using System.Globalization;
using KernelFault.Playbooks.Running;
using KernelFault.Tests.Playbooks.Running;

namespace KernelFault.Bench;

/// <summary>What a run of a playbook costs beside its steps: on a thousand machines that are not there, with steps that do nothing.</summary>
/// <remarks>The time is set against writing the same journals line by line to the disk, which every run has to. Exit code 1 when a limit is missed.</remarks>
internal static class RunsReport
{
    private const double MaximumMilliseconds = 20;
    private const long MaximumMemory = 300L << 20;
    private const string Usage = "runs [--machines N] [--steps N]";

    public static int Run(string[] args)
    {
        int machines = 1000;
        int steps = 10;
        for (int i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || args[i] is not ("--machines" or "--steps") || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1)
            {
                Console.Error.WriteLine(Usage);
                return 2;
            }

            (machines, steps) = args[i] == "--machines" ? (number, steps) : (machines, number);
        }

        (int succeeded, double seconds) = ManyMachines.Run(machines, steps);
        using var process = Process.GetCurrentProcess();
        long peak = process.PeakWorkingSet64;
        double each = seconds * 1000 / machines / steps;
        (_, double withoutDisk) = ManyMachines.Run(machines, steps, static (file, line) => file.Write(line, 0, line.Length));
        double floor = Floor(machines, steps);
        Print($"{machines} machines, {steps} steps, {ManyMachines.Throttle} at a time, {Environment.ProcessorCount} cores: {seconds:0.0} s, {each:0.00} ms a step of a machine (at most {MaximumMilliseconds})");
        Print($"without waiting for the disk: {withoutDisk:0.0} s; only writing as many lines to the disk: {floor:0.0} s: ratio {seconds / floor:0.0}");
        Print($"peak memory: working set {peak >> 20} MB (at most {MaximumMemory >> 20})");
        return succeeded == machines && each <= MaximumMilliseconds && peak <= MaximumMemory ? 0 : 1;
    }

    // A journal has two lines a step, one when a machine begins and one when it ends; each is on the disk before anything goes on.
    private static double Floor(int machines, int steps)
    {
        byte[] line = new byte[400];
        line.AsSpan().Fill((byte)' ');
        string folder = Directory.CreateTempSubdirectory("kernelfault-bench-").FullName;
        try
        {
            var clock = Stopwatch.StartNew();
            Parallel.For(0, machines, new ParallelOptions { MaxDegreeOfParallelism = ManyMachines.Throttle }, machine =>
            {
                using var file = new FileStream(Path.Combine(folder, machine.ToString(CultureInfo.InvariantCulture)), FileMode.Create, FileAccess.Write, FileShare.Read, 1);
                for (int i = 0; i < (2 * steps) + 2; i++)
                {
                    JournalFile.WriteThrough(file, line);
                }
            });
            return clock.Elapsed.TotalSeconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}
