using System.Text.Json;
using System.Text.RegularExpressions;
using KernelFault.Analysis;
using KernelFault.Knowledge;
using NJsonSchema;

namespace KernelFault.Tests.Knowledge;

/// <summary>What must hold for the data files as a whole.</summary>
public sealed class KnowledgeDataTests
{
    /// <summary>Every playbook that ships; a next step may name no other.</summary>
    private static readonly string[] Playbooks =
    [
        "windows-driver-page-fault", "windows-driver-user-memory", "windows-isolate-driver-with-verifier", "windows-repair-system-files",
        "windows-replace-driver", "windows-memory-and-heat", "windows-updates", "windows-repair-install", "windows-boot-loop-offline",
        "windows-capture-next-crash", "linux-module-oops", "linux-page-fault-trace", "linux-memory-and-machine-check", "linux-capture-next-crash",
    ];

    public static TheoryData<string, string> Files => new()
    {
        { "bugchecks", "bugchecks" },
        { "value-sets", "value-sets" },
        { "ntstatus", "ntstatus" },
        { "hresults", "ntstatus" },
        { "causes", "causes" },
        { "next-steps", "next-steps" },
        { "fault-classes", "fault-classes" },
        { "drivers", "drivers" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_data_file_obeys_its_schema(string file, string schemaName)
    {
        string schemaPath = Path.Combine(Corpus.RepositoryRoot, "tests", "KernelFault.Tests", "Knowledge", "Schemas", schemaName + ".schema.json");
        JsonSchema schema = await JsonSchema.FromFileAsync(schemaPath);

        var errors = schema.Validate(DataText(file));

        Assert.Empty(errors.Select(error => $"{error.Path}: {error.Kind}"));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_entry_stands_where_a_look_up_finds_it(string file, string schemaName)
    {
        Assert.NotEmpty(schemaName);
        using JsonDocument document = JsonDocument.Parse(DataText(file));
        JsonElement entries = document.RootElement.EnumerateObject().Last().Value;

        string[] keys = [.. entries.EnumerateArray().Select(entry => entry.EnumerateObject().First().Value.GetString()!)];

        var found = Regex.Matches(DataText(file), "\n    \\{ \"[a-z]+\": \"([^\"]+)\"").Select(match => match.Groups[1].Value);
        Assert.Equal(keys, found);
        Assert.Equal(keys.Length, keys.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void No_text_needs_an_escape(string file, string schemaName)
    {
        Assert.NotEmpty(schemaName);
        Assert.DoesNotContain('\\', DataText(file));
    }

    [Fact]
    public void Kinds_of_parameters_are_written_in_the_order_of_the_enumeration() =>
        Assert.Equal(Enum.GetNames<BugCheckParameterKind>(), BugCheckReader.KindNames, StringComparer.OrdinalIgnoreCase);

    [Fact]
    public void Every_driver_pattern_begins_with_a_letter_or_digit() =>
        Assert.All(Keys("drivers", "drivers", "name"), name => Assert.True(char.IsAsciiLetterOrDigit(name[0]), name));

    [Fact]
    public void Every_fault_class_is_described_and_no_other()
    {
        KnowledgeBase knowledge = KnowledgeBase.Default;
        foreach (string name in Enum.GetNames<FaultClass>())
        {
            Assert.True(knowledge.FaultClass(name) is { Phrase.Length: > 0 }, $"{name} is not described.");
        }

        using JsonDocument document = JsonDocument.Parse(DataText("fault-classes"));
        foreach (JsonElement entry in document.RootElement.GetProperty("faultClasses").EnumerateArray())
        {
            Assert.True(Enum.TryParse(entry.GetProperty("name").GetString(), out FaultClass _));
        }
    }

    [Fact]
    public void Every_fault_class_that_data_name_exists()
    {
        foreach (BugCheckInfo info in KnowledgeBase.Default.BugChecks)
        {
            foreach (string name in info.Cases.Select(item => item.FaultClass ?? info.FaultClass).Append(info.FaultClass))
            {
                Assert.True(Enum.TryParse(name, out FaultClass _), $"{info}: no fault class is called {name}.");
            }
        }

        using JsonDocument document = JsonDocument.Parse(DataText("ntstatus"));
        foreach (JsonElement entry in document.RootElement.GetProperty("statuses").EnumerateArray())
        {
            if (entry.TryGetProperty("faultClass", out JsonElement name))
            {
                Assert.True(Enum.TryParse(name.GetString(), out FaultClass _), $"No fault class is called {name}.");
            }
        }
    }

    [Fact]
    public void Every_cause_and_step_that_data_name_exists_and_every_one_is_used()
    {
        KnowledgeBase knowledge = KnowledgeBase.Default;
        var causes = new HashSet<string>();
        var steps = new HashSet<string>();
        foreach (BugCheckInfo info in knowledge.BugChecks)
        {
            causes.UnionWith(info.Causes);
            steps.UnionWith(info.NextSteps);
            foreach (BugCheckCase item in info.Cases)
            {
                causes.UnionWith(item.Causes ?? []);
                steps.UnionWith(item.NextSteps ?? []);
            }
        }

        foreach (string name in Enum.GetNames<FaultClass>())
        {
            FaultClassInfo info = knowledge.FaultClass(name)!;
            causes.UnionWith(info.Causes);
            steps.UnionWith(info.NextSteps);
            steps.UnionWith(info.LinuxNextSteps);
        }

        // What is said about programs depends on more than a class; those tags the analysis of process dumps names itself.
        string code = string.Concat(Directory
            .EnumerateFiles(Path.Combine(Corpus.RepositoryRoot, "src", "KernelFault", "Analysis"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText));
        causes.UnionWith(Keys("causes", "causes", "tag").Where(tag => code.Contains($"\"{tag}\"", StringComparison.Ordinal)));
        steps.UnionWith(Keys("next-steps", "nextSteps", "tag").Where(tag => code.Contains($"\"{tag}\"", StringComparison.Ordinal)));

        Assert.Equal(Keys("causes", "causes", "tag").Order(), causes.Order());
        Assert.Equal(Keys("next-steps", "nextSteps", "tag").Order(), steps.Order());
        Assert.All(causes, tag => Assert.False(string.IsNullOrWhiteSpace(knowledge.Cause(tag))));
        Assert.All(steps, tag => Assert.True(knowledge.NextStep(tag) is { Text.Length: > 0 } step && IsKnown(step.Playbook), tag));
    }

    [SkippableFact]
    public void Every_documented_code_is_there_under_its_name()
    {
        var missing = new List<string>();
        foreach (JsonElement reference in Reference().RootElement.EnumerateArray())
        {
            uint code = reference.GetProperty("code").GetUInt32();
            string name = reference.GetProperty("name").GetString()!;
            if (!KnowledgeBase.Default.BugChecks.Any(info => info.Code == code && info.Name == name))
            {
                missing.Add($"0x{code:X} {name}");
            }
        }

        Assert.Empty(missing);
    }

    [SkippableFact]
    public void No_sentence_is_the_references()
    {
        const int Run = 8;
        var theirs = new HashSet<string>();
        foreach (JsonElement reference in Reference().RootElement.EnumerateArray())
        {
            foreach (JsonProperty parameter in reference.GetProperty("parameters").EnumerateObject())
            {
                theirs.UnionWith(Runs(parameter.Value.GetString()!, Run));
            }
        }

        var copied = new List<string>();
        foreach (BugCheckInfo info in KnowledgeBase.Default.BugChecks)
        {
            copied.AddRange(Texts(info).Where(text => Runs(text, Run).Any(theirs.Contains)).Select(text => $"{info}: {text}"));
        }

        Assert.Empty(copied);
    }

    [Fact]
    public void No_code_speaks_of_another_that_does_not_exist()
    {
        foreach (BugCheckInfo info in KnowledgeBase.Default.BugChecks)
        {
            Assert.All(info.SeeAlso, code => Assert.NotNull(KnowledgeBase.Default.FindBugCheck(code)));
        }
    }

    [Fact]
    public void No_two_cases_of_a_code_overlap()
    {
        foreach (BugCheckInfo info in KnowledgeBase.Default.BugChecks)
        {
            BugCheckCase[] cases = [.. info.Cases.OrderBy(item => item.From)];
            for (int i = 1; i < cases.Length; i++)
            {
                Assert.True(cases[i].From > cases[i - 1].To, $"{info}: {cases[i].From:X} and {cases[i - 1].From:X}");
            }
        }
    }

    private static bool IsKnown(string? playbook) => playbook is null || Playbooks.Contains(playbook);

    private static IEnumerable<string> Texts(BugCheckInfo info)
    {
        IEnumerable<BugCheckParameterInfo> parameters = info.Parameters.Concat(info.Cases.SelectMany(item => item.Parameters));
        return info.Cases.Select(item => item.Meaning)
            .Concat(parameters.Select(parameter => parameter.Meaning ?? string.Empty))
            .Concat(parameters.SelectMany(parameter => parameter.Values.Concat(parameter.Bits).Select(value => value.Text)))
            .Append(info.Meaning)
            .Append(info.Note ?? string.Empty);
    }

    private static IEnumerable<string> Runs(string text, int length)
    {
        string[] words = [.. Regex.Matches(text.ToLowerInvariant(), "[a-z0-9']+").Select(match => match.Value)];
        for (int i = 0; i + length <= words.Length; i++)
        {
            yield return string.Join(' ', words, i, length);
        }
    }

    private static IEnumerable<string> Keys(string file, string array, string key)
    {
        using JsonDocument document = JsonDocument.Parse(DataText(file));
        return [.. document.RootElement.GetProperty(array).EnumerateArray().Select(entry => entry.GetProperty(key).GetString()!)];
    }

    private static string DataText(string file) =>
        File.ReadAllText(Path.Combine(Corpus.RepositoryRoot, "src", "KernelFault", "Knowledge", "Data", file + ".json"));

    private static JsonDocument Reference() => JsonDocument.Parse(File.ReadAllText(Corpus.File(Path.Combine("reference", "bugchecks.json"))));
}
