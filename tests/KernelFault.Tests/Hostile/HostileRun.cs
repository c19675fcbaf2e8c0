using System.Collections.Concurrent;
using System.Diagnostics;
using KernelFault.Formats;

namespace KernelFault.Tests.Hostile;

/// <summary>Asks the engine about damaged files and keeps those where more came out than an answer or a <see cref="DumpFormatException"/>.</summary>
internal sealed class HostileRun(string folder)
{
    private static readonly TimeSpan MaximumTime = TimeSpan.FromSeconds(1);
    private const long MaximumAllocation = 200L * 1024 * 1024;
    private const int MaximumOffenders = 20;

    private readonly ConcurrentBag<HostileCase> _offenders = [];
    private long _slowest;
    private long _largest;
    private long _answers;

    public IReadOnlyList<HostileCase> Offenders => [.. _offenders.OrderBy(o => o.Number)];

    /// <summary>The longest one file took.</summary>
    public TimeSpan Slowest => TimeSpan.FromTicks(Interlocked.Read(ref _slowest));

    /// <summary>The most bytes one file made the engine allocate.</summary>
    public long Largest => Interlocked.Read(ref _largest);

    /// <summary>How many files got an answer; the others got a <see cref="DumpFormatException"/>.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>A folder for damaged files, in memory where the system has one there.</summary>
    public static string ScratchFolder()
    {
        string parent = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        return Directory.CreateDirectory(Path.Combine(parent, "kernelfault-hostile-" + Guid.NewGuid().ToString("n"))).FullName;
    }

    /// <summary>Damages <paramref name="format"/> in <paramref name="count"/> ways.</summary>
    /// <param name="format">The whole file.</param>
    /// <param name="first">Number of the first mutation.</param>
    /// <param name="count">How many.</param>
    /// <param name="workers">How many threads.</param>
    public void Mutate(HostileFormat format, long first, int count, int workers)
    {
        long next = first - 1;
        long end = first + count;
        WorkOnFiles(format, workers, (path, buffer) =>
        {
            long number;
            while ((number = Interlocked.Increment(ref next)) < end && _offenders.Count < MaximumOffenders)
            {
                int length = Mutation.Apply(RandomFor(number), format.Bytes, format.Fields, buffer);
                if (number % 2 == 0)
                {
                    format.Repair?.Invoke(buffer.AsSpan(0, length));
                }

                Ask(format, number, path, buffer.AsSpan(0, length));
            }
        });
    }

    /// <summary>Damages a real vmcore in <paramref name="count"/> ways.</summary>
    /// <param name="name">What it is called in the report.</param>
    /// <param name="path">The file.</param>
    /// <param name="first">Number of the first mutation.</param>
    /// <param name="count">How many.</param>
    /// <param name="workers">How many threads.</param>
    public void MutateVmcore(string name, string path, long first, int count, int workers)
    {
        long next = first - 1;
        long end = first + count;
        Work(workers, _ =>
        {
            using var vmcore = new HostileVmcore(path);
            long number;
            while ((number = Interlocked.Increment(ref next)) < end && _offenders.Count < MaximumOffenders)
            {
                string damage = string.Empty;
                string? complaint = AskThrice(() => vmcore.Damage(number, out damage));
                if (complaint is not null)
                {
                    _offenders.Add(new HostileCase(name, number, $"{complaint} ({damage.Split(',')[0]})", System.Text.Encoding.ASCII.GetBytes(damage)));
                }
            }
        });
    }

    /// <summary>Cuts <paramref name="format"/> off after every <paramref name="step"/> bytes.</summary>
    /// <param name="format">The whole file.</param>
    /// <param name="step">Bytes.</param>
    /// <param name="workers">How many threads.</param>
    public void Truncate(HostileFormat format, int step, int workers)
    {
        int next = -step;
        WorkOnFiles(format, workers, (path, _) =>
        {
            int length;
            while ((length = Interlocked.Add(ref next, step)) < format.Bytes.Length)
            {
                Ask(format, length, path, format.Bytes.AsSpan(0, length));
            }
        });
    }

    // Random(int) keeps its sequence for a seed in every version of .NET.
    private static Random RandomFor(long number) => new(unchecked((int)(number ^ (number >> 32))));

    private void WorkOnFiles(HostileFormat format, int workers, Action<string, byte[]> work) => Work(workers, worker =>
    {
        string own = Directory.CreateDirectory(Path.Combine(folder, worker.ToString(System.Globalization.CultureInfo.InvariantCulture))).FullName;
        work(Path.Combine(own, format.FileName), new byte[format.Bytes.Length]);
    });

    private static void Work(int workers, Action<int> work)
    {
        var failures = new ConcurrentBag<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, workers).Select(worker => new Thread(() =>
        {
            try
            {
                work(worker);
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        if (!failures.IsEmpty)
        {
            throw new AggregateException(failures);
        }
    }

    private void Ask(HostileFormat format, long number, string path, ReadOnlySpan<byte> content)
    {
        using (FileStream file = File.Create(path))
        {
            file.Write(content);
        }

        if (AskThrice(() => () => format.Ask(path)) is { } complaint)
        {
            _offenders.Add(new HostileCase(format.Name, number, complaint, content.ToArray()));
        }
    }

    // A busy machine can make any file slow: what is slow three times is slow.
    private string? AskThrice(Func<Action> damage)
    {
        string? complaint = null;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            complaint = Ask(damage(), out bool slow);
            if (!slow)
            {
                break;
            }
        }

        return complaint;
    }

    private string? Ask(Action ask, out bool slow)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan start = ThreadTime();
        string? complaint = null;
        try
        {
            ask();
            Interlocked.Increment(ref _answers);
        }
        catch (DumpFormatException)
        {
            // The one way to say no.
        }
        catch (Exception e)
        {
            complaint = e.ToString();
        }

        TimeSpan time = ThreadTime() - start;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Raise(ref _largest, allocated);
        slow = time > MaximumTime;
        if (!slow)
        {
            Raise(ref _slowest, time.Ticks);
        }

        return complaint
            ?? (slow ? $"took {time.TotalSeconds:0.0} s" : null)
            ?? (allocated > MaximumAllocation ? $"allocated {allocated >> 20} MB" : null);
    }

    // What this thread has computed, where the system says it: others on the machine then do not count.
    private static TimeSpan ThreadTime()
    {
        const string Schedule = "/proc/thread-self/schedstat";
        return File.Exists(Schedule) && long.TryParse(File.ReadAllText(Schedule).Split(' ')[0], out long nanoseconds)
            ? TimeSpan.FromTicks(nanoseconds / 100)
            : Stopwatch.GetElapsedTime(0);
    }

    private static void Raise(ref long highest, long value)
    {
        long seen;
        while (value > (seen = Interlocked.Read(ref highest)) && Interlocked.CompareExchange(ref highest, value, seen) != seen)
        {
        }
    }
}
