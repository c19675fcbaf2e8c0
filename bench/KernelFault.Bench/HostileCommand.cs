using System.Globalization;
using KernelFault.Tests.Hostile;

namespace KernelFault.Bench;

/// <summary>The long run of damaged files: as many mutations of every format as asked for; those the engine does not take well are saved.</summary>
internal static class HostileCommand
{
    private const string Usage = "hostile [--count N of each format] [--first NUMBER] [--format NAME] [--save FOLDER] [--vmcore FILE ...] [--list]";
    private const int Portion = 5000;

    public static int Run(string[] args)
    {
        int count = 100_000;
        long first = 1_000_000;
        string? name = null;
        var vmcores = new List<string>();
        string save = Path.Combine(BenchFiles.RepositoryRoot, "out", "hostile");
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--list":
                    Console.WriteLine(string.Join(Environment.NewLine, HostileFormats.All.Select(f => f.Name)));
                    return 0;
                case "--count" when i + 1 < args.Length:
                    count = int.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--first" when i + 1 < args.Length:
                    first = long.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--format" when i + 1 < args.Length:
                    name = args[++i];
                    break;
                case "--save" when i + 1 < args.Length:
                    save = args[++i];
                    break;
                case "--vmcore" when i + 1 < args.Length:
                    vmcores.Add(args[++i]);
                    break;
                default:
                    Console.Error.WriteLine(Usage);
                    return 2;
            }
        }

        if (vmcores.Count > 0)
        {
            int found = vmcores.Sum(vmcore => RunVmcore(vmcore, first, count, save));
            Console.WriteLine(FormattableString.Invariant($"{found} offenders."));
            return found == 0 ? 0 : 1;
        }

        HostileFormat[] formats = [.. HostileFormats.All.Where(f => name is null || f.Name == name)];
        if (formats.Length == 0)
        {
            Console.Error.WriteLine("No such format; --list names them.");
            return 2;
        }

        int offenders = formats.Sum(format => Run(format, first, count, save));
        Console.WriteLine(FormattableString.Invariant($"{offenders} offenders."));
        return offenders == 0 ? 0 : 1;
    }

    private static int RunVmcore(string path, long first, int count, string save)
    {
        var run = new HostileRun(string.Empty);
        string name = Path.GetFileName(Path.GetDirectoryName(path)) + "-" + Path.GetFileName(path);
        run.MutateVmcore(name, path, first, count, Environment.ProcessorCount);
        Report(run, name, ".txt", save);
        return run.Offenders.Count;
    }

    private static int Run(HostileFormat format, long first, int count, string save)
    {
        string folder = HostileRun.ScratchFolder();
        try
        {
            var run = new HostileRun(folder);
            run.Truncate(format, 512, Environment.ProcessorCount);
            for (int done = 0; done < count && run.Offenders.Count == 0; done += Portion)
            {
                run.Mutate(format, first + done, Math.Min(Portion, count - done), Environment.ProcessorCount);
            }

            Report(run, format.Name, Path.GetExtension(format.FileName), save);
            return run.Offenders.Count;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Report(HostileRun run, string name, string extension, string save)
    {
        Console.WriteLine(FormattableString.Invariant(
            $"{name}: {run.Answers} answers, slowest {run.Slowest.TotalMilliseconds:0} ms, most allocated {run.Largest >> 10} KB, {run.Offenders.Count} offenders"));
        foreach (HostileCase offender in run.Offenders)
        {
            Directory.CreateDirectory(save);
            string file = Path.Combine(save, FormattableString.Invariant($"{name.Replace(' ', '-')}-{offender.Number}{extension}"));
            File.WriteAllBytes(file, offender.Content);
            Console.WriteLine($"  {offender}{Environment.NewLine}  saved as {file}");
        }
    }
}
