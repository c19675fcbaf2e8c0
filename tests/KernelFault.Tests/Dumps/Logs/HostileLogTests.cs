using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using KernelFault.Analysis;
using KernelFault.Analysis.Linux;
using KernelFault.Dumps.Logs;

namespace KernelFault.Tests.Dumps.Logs;

/// <summary>A log is data of whoever wrote it: damage and malice cost a bounded time and never an exception.</summary>
public sealed class HostileLogTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    [SkippableFact]
    public void DamagedLogsGiveAnAnswer()
    {
        string[] files = Directory.GetFiles(Corpus.File(Path.Combine("corpus", "oops", "logs")), "*.log").OrderBy(f => f, StringComparer.Ordinal).ToArray();
        var random = new Random(20261121);
        for (int i = 0; i < 1500; i++)
        {
            byte[] bytes = File.ReadAllBytes(files[random.Next(files.Length)]);
            Damage(bytes, random);
            int length = random.Next(4) == 0 ? random.Next(bytes.Length + 1) : bytes.Length;
            AssertAnswer(bytes.AsSpan(0, length).ToArray());
        }
    }

    public static TheoryData<string, string> WorstLines => new()
    {
        { "wildcards of a warning", "WARNING: " + string.Concat(Enumerable.Repeat("mm/a.c at b.c:1 k", 300)) },
        { "many headlines in a line", string.Concat(Enumerable.Repeat("BUG: KASAN: WARNING: INFO: task ", 300)) },
        { "functions without an end", "BUG: KASAN: a-b in " + new string('f', 8000) },
        { "paths", "WARNING: suspicious RCU usage " + string.Concat(Enumerable.Repeat("a/b-c_", 1500)) },
        { "sources", "WARNING: suspicious RCU usage\n" + string.Concat(Enumerable.Repeat(new string('a', 4000) + "\n", 250)) },
        { "task names", "INFO: task " + string.Concat(Enumerable.Repeat("blocked for more than ", 400)) },
        { "rcu stalls", "INFO: rcu_preempt " + string.Concat(Enumerable.Repeat("detected expedited ", 400)) },
        { "numbers", "BUG: " + string.Concat(Enumerable.Repeat("1.2.3.4:5 0x1234567 ", 400)) },
        { "code bytes", "general protection fault: 0\nRIP: 0010:f+0x1/0x2\nCode: " + string.Concat(Enumerable.Repeat("f0 ", 1200)) + "<f0> 00" },
        { "rust symbols", "BUG: KASAN: a in f+0x1\n Call Trace:\n " + "_RNvM" + string.Concat(Enumerable.Repeat("B0_MB_", 600)) + "+0x1/0x2\n" },
        { "modules", "BUG: x\nModules linked in: " + string.Concat(Enumerable.Repeat("a(OE) ", 600)) },
        { "stack marks", "BUG: kernel NULL pointer dereference\n" + string.Concat(Enumerable.Repeat("Call Trace:\n", 20000)) },
        { "allocations", "BUG: KASAN: use-after-free in f+0x1/0x2\nRead of size 8 at addr f\n" + string.Concat(Enumerable.Repeat("Allocated by task 1:\n f+0x1/0x2\n", 20000)) },
        { "lockdep", "WARNING: possible circular locking dependency detected\n" + string.Concat(Enumerable.Repeat(new string('-', 3000) + "is trying to acquire loc at: [<", 300)) },
        { "escapes", "BUG: x" + string.Concat(Enumerable.Repeat("\u001b[", 4000)) },
        { "an endless line", string.Concat(Enumerable.Repeat("no headline here, only text ", 40000)) + "BUG: kernel NULL pointer dereference" + new string('y', 2_000_000) },
        { "endless line of headlines", string.Concat(Enumerable.Repeat("BUG: kernel NULL pointer dereference ", 40000)) },
        { "headlines only", string.Concat(Enumerable.Repeat("BUG: x\n", 100000)) },
        { "journal that is none", "{\"MESSAGE\"" + new string('{', 2_000_000) },
        { "binary", "BUG: x\n" + new string('\0', 500_000) },
    };

    [Theory]
    [MemberData(nameof(WorstLines))]
    public void WorstLineIsDoneInTime(string what, string text)
    {
        AssertInTime(what, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Every rule is fed the lines that come closest to each of its patterns and miss by one character, over and over.</summary>
    [Fact]
    public void NoRuleCanBeMadeToTakeLong()
    {
        foreach (CrashRule rule in Enum.GetValues<CrashFamily>().SelectMany(CrashRules.Of))
        {
            // The announcement as its pattern wants it, so that the evidence is looked for.
            string headline = string.Concat(Examples(rule.Headline));
            foreach (LinePattern pattern in rule.Evidence.Append(rule.Headline))
            {
                var text = new StringBuilder("BUG: x ").Append(headline).Append('\n');
                string[] parts = Examples(pattern);
                for (int lines = 0; text.Length < 500_000; lines++)
                {
                    int repeated = lines % parts.Length;
                    string tail = string.Concat(parts.Skip(repeated));
                    text.Append(string.Concat(parts.Take(repeated)));
                    for (int end = text.Length + 3900; text.Length < end;)
                    {
                        text.Append(tail, 0, Math.Max(1, tail.Length - 1)).Append(' ');
                    }

                    text.Append('\n');
                }

                AssertInTime($"{rule.Kind}: {pattern}", Encoding.UTF8.GetBytes(text.ToString()));
            }
        }
    }

    // Each part of a pattern as a text that it matches.
    private static string[] Examples(LinePattern pattern) => Regex.Split(pattern.ToString().TrimStart('^'), @"(\{[^}]*\})").Where(part => part.Length > 0).Select(part => part switch
    {
        "{func}" => "fn+",
        "{src}" => "a/b-c.c:12",
        "{pc}" or "{addr}" => "[<ffffffff81000000>] ",
        "{num}" or "{:num}" => "12",
        "{any}" or "{text}" or "{task}" => "x ",
        "{rest}" or "{end}" => " ",
        ['{', .., '}'] => part.Contains('|', StringComparison.Ordinal) ? part[1..^1].TrimStart(':').Split('|')[0] : "ab",
        _ => part,
    }).ToArray();

    private static void AssertInTime(string what, byte[] bytes)
    {
        TimeSpan start = Clock();
        AssertAnswer(bytes);
        TimeSpan taken = Clock() - start;
        Assert.True(taken < Limit, $"{what}: {taken}");
    }

    // Processor time of this thread where the system tells it: other work on the machine is not the log's doing.
    private static TimeSpan Clock()
    {
        if (!OperatingSystem.IsLinux())
        {
            return Stopwatch.GetElapsedTime(0);
        }

        // The name in brackets may hold blanks; utime and stime are the 12th and 13th field behind it, in hundredths of a second.
        string stat = File.ReadAllText("/proc/thread-self/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], System.Globalization.CultureInfo.InvariantCulture) + long.Parse(fields[12], System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static void AssertAnswer(byte[] bytes)
    {
        using KernelLog log = KernelLog.Read(new MemoryStream(bytes), "test");
        KernelFaultAnalysis analysis = LogAnalysis.Analyze(log, new AnalysisOptions());
        Assert.False(string.IsNullOrEmpty(analysis.Title));
        Assert.True(analysis.Title.Length <= 120);
        Assert.NotNull(analysis.Linux);
        Assert.DoesNotContain(analysis.Stack, f => f.Function is null || f.Function.Any(char.IsControl));
    }

    private static void Damage(byte[] bytes, Random random)
    {
        for (int i = random.Next(1, 40); i > 0 && bytes.Length > 16; i--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    // A piece of the log over another.
                    int from = random.Next(bytes.Length);
                    int length = Math.Min(random.Next(200), bytes.Length - Math.Max(from, at));
                    Array.Copy(bytes, from, bytes, at, length);
                    break;
                default:
                    bytes[at] = (byte)"\n :[]<>+0x"[random.Next(10)];
                    break;
            }
        }
    }
}
