using System.Globalization;
using System.Text.Json;
using KernelFault.Analysis;
using KernelFault.Analysis.Linux;
using KernelFault.Dumps.Logs;
using Xunit.Abstractions;

namespace KernelFault.Tests.Analysis.Linux;

/// <summary>Compares our answers on 380 real console logs with those of an established analyser.</summary>
public sealed class OopsCorpusTests(ITestOutputHelper output)
{
    [SkippableFact]
    public void AnswersAgreeWithTheReference()
    {
        string folder = Corpus.File(Path.Combine("corpus", "oops"));
        using var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "index.json")));
        var table = new Dictionary<string, Score>(StringComparer.Ordinal);
        foreach (JsonElement expected in index.RootElement.EnumerateArray())
        {
            Compare(folder, expected, table);
        }

        foreach (KeyValuePair<string, Score> row in table)
        {
            output.WriteLine(string.Format(CultureInfo.InvariantCulture, "{0,-12} {1,4} of {2,4}  {3:0.0} %", row.Key, row.Value.Right, row.Value.Total, row.Value.Percent));
        }

        foreach (string miss in table.Values.SelectMany(s => s.Misses))
        {
            output.WriteLine(miss);
        }

        Assert.Equal(100, table["isCrash"].Percent);
        Assert.True(table["title"].Percent >= 95, "title");
        Assert.True(table["type"].Percent >= 97, "type");
        Assert.True(table["corrupted"].Percent >= 95, "corrupted");
        Assert.True(table["panicked"].Percent >= 98, "panicked");
        Assert.True(table["frame"].Percent >= 95, "frame");
        Assert.True(table["guiltyFile"].Percent >= 95, "guiltyFile");
        Assert.True(table["altTitles"].Percent >= 95, "altTitles");
    }

    private static void Compare(string folder, JsonElement expected, Dictionary<string, Score> table)
    {
        string name = expected.GetProperty("log").GetString()!;
        using var log = KernelLog.Open(Path.Combine(folder, name));
        KernelFaultAnalysis analysis = LogAnalysis.Analyze(log, new AnalysisOptions());
        LinuxReport report = Assert.IsType<LinuxReport>(analysis.Linux);
        Score("isCrash", expected.GetProperty("isCrash").GetBoolean(), report.IsCrash);
        if (expected.TryGetProperty("panicked", out JsonElement panicked))
        {
            Score("panicked", panicked.GetBoolean(), report.Panicked);
        }

        if (expected.TryGetProperty("guiltyFile", out JsonElement file))
        {
            Score("guiltyFile", file.GetString(), report.GuiltyFile);
        }

        if (!expected.TryGetProperty("title", out JsonElement title))
        {
            return;
        }

        Score("title", title.GetString(), analysis.Title);
        Score("type", Text("type"), report.Type);
        Score("corrupted", expected.TryGetProperty("corrupted", out JsonElement corrupted) && corrupted.GetBoolean(), report.Corrupted);
        Score("altTitles", Joined(expected), string.Join(" | ", report.AlternativeTitles.OrderBy(t => t, StringComparer.Ordinal)));
        if (Text("frame") is string frame)
        {
            Score("frame", frame, report.Frame);
        }

        string? Text(string property) => expected.TryGetProperty(property, out JsonElement value) ? value.GetString() : null;

        void Score<T>(string column, T want, T got)
        {
            if (!table.TryGetValue(column, out Score? score))
            {
                table[column] = score = new Score();
            }

            score.Add(EqualityComparer<T>.Default.Equals(want, got), $"{name} {column}: expected {want}, got {got}");
        }
    }

    private static string Joined(JsonElement expected) =>
        expected.TryGetProperty("altTitles", out JsonElement titles)
            ? string.Join(" | ", titles.EnumerateArray().Select(t => t.GetString()).OrderBy(t => t, StringComparer.Ordinal))
            : string.Empty;

    private sealed class Score
    {
        internal int Right { get; private set; }

        internal int Total { get; private set; }

        internal double Percent => 100.0 * Right / Total;

        internal List<string> Misses { get; } = [];

        internal void Add(bool right, string miss)
        {
            Total++;
            if (right)
            {
                Right++;
            }
            else
            {
                Misses.Add(miss);
            }
        }
    }
}
