using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using KernelFault.Analysis;

namespace KernelFault.Bench;

/// <summary>Three numbers of one run: one dump warm, a thousand dumps against SHA-256 over the same files, and the memory that took.</summary>
/// <remarks>Ratios within one run hold on any machine; the times beside them do not. Exit code 1 when a limit is missed.</remarks>
internal static class SpeedReport
{
    private const double MaximumWarmMilliseconds = 10;
    private const double MaximumRatio = 2;
    private const int WarmUp = 200;
    private const int Runs = 200;
    private const int Files = 1000;
    private const int Rounds = 5;

    public static int Run(string[] args)
    {
        var analyzer = new KernelFaultAnalyzer(new AnalysisOptions { UseLocalImages = false });
        bool each = args.Contains("--each");
        Console.WriteLine(BenchFiles.AreReal ? "Files: the real dumps of the corpus." : "Files: the samples (the corpus is not beside this clone).");
        bool good = Warm(analyzer, each);
        good &= Thousand(analyzer);
        using Process process = Process.GetCurrentProcess();
        Print($"peak memory: working set {process.PeakWorkingSet64 >> 20} MB (mapped files included), managed heap {GC.GetTotalMemory(false) >> 20} MB");
        return good ? 0 : 1;
    }

    private static bool Warm(KernelFaultAnalyzer analyzer, bool each)
    {
        double worst = 0;
        foreach (string file in each ? BenchFiles.All : [BenchFiles.One])
        {
            double median = Median(WarmUp, Runs, () => analyzer.Analyze(file));
            worst = Math.Max(worst, median);
            Print($"one dump warm: {median:0.00} ms, median of {Runs} ({Path.GetFileName(file)}, {new FileInfo(file).Length >> 10} KB; at most {MaximumWarmMilliseconds} ms)");
        }

        return worst <= MaximumWarmMilliseconds;
    }

    private static bool Thousand(KernelFaultAnalyzer analyzer)
    {
        string folder = Path.Combine(Path.GetTempPath(), "kernelfault-bench-" + Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(folder);
        try
        {
            // Copies, not links: every file is a file of its own. Few enough bytes to stay in the page cache.
            string[] files = [.. Enumerable.Range(0, Files).Select(i => Copy(BenchFiles.All[i % BenchFiles.All.Count], folder, i))];
            long bytes = files.Sum(f => new FileInfo(f).Length);
            var analyse = new double[Rounds];
            var hash = new double[Rounds];
            for (int round = -1; round < Rounds; round++)
            {
                // Turn about, so that whatever else the machine does falls on both. The first round warms up.
                double h = Time(() => Parallel.ForEach(files, Hash));
                double a = Time(() => Parallel.ForEach(files, f => analyzer.Analyze(f)));
                if (round >= 0)
                {
                    hash[round] = h;
                    analyse[round] = a;
                }
            }

            double ratio = Median(analyse) / Median(hash);
            Print($"{Files} dumps, {bytes >> 20} MB, {Environment.ProcessorCount} cores: {Median(analyse):0} ms, SHA-256 over the same files {Median(hash):0} ms: ratio {ratio:0.00} (at most {MaximumRatio})");
            return ratio <= MaximumRatio;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Copy(string file, string folder, int index)
    {
        string copy = Path.Combine(folder, index.ToString(CultureInfo.InvariantCulture) + ".dmp");
        File.Copy(file, copy);
        return copy;
    }

    private static void Hash(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        _ = SHA256.HashData(stream);
    }

    private static double Median(int warmUp, int runs, Action action)
    {
        for (int i = 0; i < warmUp; i++)
        {
            action();
        }

        return Median([.. Enumerable.Range(0, runs).Select(_ => Time(action))]);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
