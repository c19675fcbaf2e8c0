using System.Diagnostics;
using System.Text;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Loading;

namespace KernelFault.Tests.Playbooks.Loading;

/// <summary>Files made to break what reads them: a typed error, in bounded time.</summary>
public class HostileYamlTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    public static TheoryData<string, string, string> Files => new()
    {
        { "billion laughs", "a: &a [x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 20).Select(i => $"{(char)('a' + i)}: &{(char)('a' + i)} [{string.Join(", ", Enumerable.Repeat("*" + (char)('a' + i - 1), 9))}]\n")), "TooManyNodes" },
        { "long text named often", "a: &a \"" + new string('x', 500_000) + "\"\nb: [" + string.Join(", ", Enumerable.Repeat("*a", 1000)) + "]\n", "TooManyNodes" },
        { "anchor in itself", "a: &a [*a]\n", "UnknownAnchor" },
        { "anchor in itself as a map", "a: &a\n  b: *a\n", "UnknownAnchor" },
        { "anchor that is not there", "a: *nothing\n", "UnknownAnchor" },
        { "object tag", "name: !!python/object/apply:os.system [id]\n", "Tag" },
        { "type tag", "name: !System.Diagnostics.Process {}\n", "Tag" },
        { "text tag", "name: !!str 5\n", "Tag" },
        { "tag on a key", "!!str name: x\n", "Tag" },
        { "tag directive", "%TAG ! tag:example.com,2000:\n---\nname: x\n", "Directive" },
        { "version directive", "%YAML 1.1\n---\nname: x\n", "Directive" },
        { "flow nesting", new string('[', 100_000), "TooDeep" },
        { "flow map nesting", string.Concat(Enumerable.Repeat("{a: ", 50_000)), "TooDeep" },
        { "block nesting", string.Concat(Enumerable.Range(0, 200).Select(i => new string(' ', i) + "a:\n")), "TooDeep" },
        { "list nesting", string.Concat(Enumerable.Repeat("- ", 100_000)), "TooDeep" },
        { "question nesting", string.Concat(Enumerable.Repeat("? ", 50_000)), "TooDeep" },
        { "several documents", "name: x\n---\nname: y\n", "SeveralDocuments" },
        { "same key twice", "name: x\nname: y\n", "DuplicateKey" },
        { "same key in other case", "name: x\nName: y\n", "DuplicateKey" },
        { "same quoted key", "name: x\n\"name\": y\n", "DuplicateKey" },
        { "list as a key", "? [a, b]\n: c\n", "ComplexKey" },
        { "alias as a key", "a: &a x\n*a : y\n", "ComplexKey" },
        { "empty key", ": x\n", "ComplexKey" },
        { "merge key", "a: &a { b: 1 }\nc:\n  <<: *a\n", "MergeKey" },
        { "number of 65 bits", "version: 36893488147419103232\n", "NumberRange" },
        { "no number", "version: .nan\n", "NumberRange" },
        { "no end", "version: .inf\n", "NumberRange" },
        { "great exponent", "version: 1e999999999\n", "NumberRange" },
        { "text behind a zero", "name: x\n\0evil: true\n", "ControlCharacter" },
        { "escape sequence", "name: \u001B[2J\n", "ControlCharacter" },
        { "empty", "", "Empty" },
        { "comment alone", "# nothing\n", "Empty" },
        { "scalar", "hello\n", "WrongType" },
        { "list", "- hello\n", "WrongType" },
        { "open quote", "name: \"abc\n", "Syntax" },
        { "bad escape", "name: \"\\q\"\n", "Syntax" },
        { "surrogate escape", "name: \"\\UFFFFFFFF\"\n", "Syntax" },
        { "tabs", "steps:\n\t- id: x\n", "Syntax" },
        { "interpolation without quotes", "outputs: { a: ${{ x }} }\n", "Syntax" },
        { "many unknown keys", string.Concat(Enumerable.Range(0, 9000).Select(i => $"key{i}: x\n")), "TooManyProblems" },
        { "long unknown key", new string('k', 900) + ": x\n", "UnknownKey" },
        { "many documents", string.Concat(Enumerable.Repeat("---\n", 100_000)), "SeveralDocuments" },
        { "many steps", "steps: [" + string.Join(",", Enumerable.Repeat("{}", 9000)) + "]\n", "TooMany" },
        { "many anchors", string.Concat(Enumerable.Range(0, 9000).Select(i => $"- &a{i} x\n")), "WrongType" },
        { "long line of commas", "[" + new string(',', 100_000), "Syntax" },
        { "long plain text", "name: " + new string('a', 900_000) + "\n", "WrongValue" },
        { "many open interpolations", "title: \"" + string.Concat(Enumerable.Repeat("${{ ", 100_000)) + "\"\n", "WrongValue" },
        { "many interpolations", "outputs: { a: \"" + string.Concat(Enumerable.Repeat("${{ results.x.y }}", 20_000)) + "\" }\n", "UnknownReference" },
        { "deep path", "outputs: { a: \"${{ facts" + string.Concat(Enumerable.Repeat(".a", 100_000)) + " }}\" }\n", "Expression" },
        { "deep literal", "outputs: { a: \"${{ facts.name ?? " + new string('[', 100_000) + " }}\" }\n", "Expression" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void AHostileFileIsATypedErrorInBoundedTime(string what, string text, string id)
    {
        byte[] content = Encoding.UTF8.GetBytes(text);
        PlaybookFormatException error = Assert.Throws<PlaybookFormatException>(() => Sample.Loader.Read(content, "hostile.yaml", isBuiltIn: false));

        Assert.True(Shortest(() => Sample.Problems(text)) < s_limit, what);
        Assert.Contains(error.Problems, problem => problem.Id == id);
        Assert.True(error.Problems.Count <= 501);
        Assert.All(error.Problems, problem => Assert.True(problem.Line >= 1 && problem.Column >= 1 && problem.Text.Length <= 400 && !problem.ToString().Any(char.IsControl)));
    }

    [Fact]
    public void ManyKeysThatNobodyKnowsAreNotAllTold()
    {
        IReadOnlyList<PlaybookProblem> problems = Sample.Problems(string.Concat(Enumerable.Range(0, 3000).Select(i => $"key{i}: x\n")));

        Assert.Equal(501, problems.Count);
        Assert.Contains(problems, problem => problem.Id == "TooManyProblems");
    }

    // The machine that tests run on does other things too.
    private static TimeSpan Shortest(Action work)
    {
        var shortest = TimeSpan.MaxValue;
        for (int i = 0; i < 5 && shortest >= s_limit; i++)
        {
            var watch = Stopwatch.StartNew();
            work();
            shortest = watch.Elapsed < shortest ? watch.Elapsed : shortest;
        }

        return shortest;
    }

    [Fact]
    public void AFileOf100MegabytesIsRefusedBeforeItIsRead()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".yaml");
        try
        {
            using (FileStream file = File.Create(path))
            {
                file.SetLength(100_000_000);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            PlaybookFormatException error = Assert.Throws<PlaybookFormatException>(() => Sample.Loader.Load(path));

            Assert.Equal("TooLarge", Assert.Single(error.Problems).Id);
            Assert.True(watch.Elapsed < s_limit);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4_000_000);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [SkippableFact]
    public void ADeviceWithoutEndIsRefused()
    {
        Skip.IfNot(File.Exists("/dev/zero"));

        Assert.Equal("TooLarge", Assert.Single(Assert.Throws<PlaybookFormatException>(() => Sample.Loader.Load("/dev/zero")).Problems).Id);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'n', 0 }, "The file is UTF-16.")]
    [InlineData(new byte[] { (byte)'n', (byte)'\n', 0xC3, 0x28 }, "There are bytes here that are not UTF-8.")]
    public void WhatIsNotUtf8IsRefused(byte[] content, string text) =>
        Assert.Equal(text, Assert.Single(Assert.Throws<PlaybookFormatException>(() => Sample.Loader.Read(content, "hostile.yaml", isBuiltIn: false)).Problems).Text);

    [Fact]
    public void TextShownInAnotherOrderIsPointedOut() =>
        Assert.Contains(Sample.With("The one who reads it.", "The one \u202Ewho reads it."), problem => problem.Id == "HiddenText");

    [Fact]
    public void ExpressionsThatNeverEndAreEnded()
    {
        string parameters = string.Concat(Enumerable.Range(0, 100).Select(i => $"  p{i}: {{ pattern: '(a+)+$', default: {new string('a', 40)}! }}\n"));
        string text = $"version: 1\nname: x\ntitle: x\ndescription: x\nparameters:\n{parameters}steps: [{{ id: a, title: a, action: pause }}]\n";

        Assert.Contains(Sample.Problems(text), problem => problem.Id == "Pattern");
        Assert.True(Shortest(() => Sample.Problems(text)) < s_limit);
    }

    [Theory]
    [InlineData("../x.sh")]
    [InlineData("a/../../x.sh")]
    [InlineData("..\\x.sh")]
    [InlineData("a/.. /x")]
    [InlineData("/etc/passwd")]
    [InlineData("\\\\server\\share\\x")]
    [InlineData("\\x")]
    [InlineData("C:\\x.ps1")]
    [InlineData("C:x.ps1")]
    [InlineData("x.sh:stream")]
    [InlineData("a//x")]
    [InlineData("a/")]
    [InlineData("...")]
    [InlineData("x. ")]
    [InlineData("x.")]
    [InlineData("NUL")]
    [InlineData("a/con.txt")]
    [InlineData("LPT1")]
    [InlineData("a\nb")]
    [InlineData("*.sh")]
    [InlineData("")]
    public void APathThatLeadsOutOfThePlaybooksFolderIsRefused(string path) =>
        Assert.Throws<PlaybookException>(() => PlaybookFile.Resolve("/playbooks", path));

    [Theory]
    [InlineData("x.sh", "x.sh")]
    [InlineData("./scripts/x.sh", "scripts/x.sh")]
    [InlineData("scripts\\x..y.ps1", "scripts/x..y.ps1")]
    [InlineData("console.log", "console.log")]
    public void AFileBesideThePlaybookIsFound(string path, string expected) =>
        Assert.Equal(Path.Combine("/playbooks", Path.Combine(expected.Split('/'))), PlaybookFile.Resolve("/playbooks", path));

    [Theory]
    [InlineData("$(id)")]
    [InlineData("`id`")]
    [InlineData("; rm -rf /")]
    [InlineData("${{ results.dumps.count }}")]
    [InlineData("\"; Stop-Computer #")]
    public void AValueThatLooksLikeCodeStaysTheValue(string value)
    {
        PlaybookStep step = Sample.Read(Sample.Text).Steps[3];
        PlaybookScope scope = new PlaybookScope().With("parameters", PlaybookValue.Map(("token", value))).With("results", PlaybookValue.Map(("dumps", PlaybookValue.Map(("count", 7L))), ("look", new object?[] { 1L, 2L })));

        var arguments = (IReadOnlyList<object?>)((IReadOnlyDictionary<string, object?>)PlaybookTemplate.Resolve(step.Call.Inputs, scope)!)["arguments"]!;

        Assert.Equal([value, "Done: 2 of 7"], arguments);
    }

    [Theory]
    [InlineData("${{ results.dumps.count; rm }}")]
    [InlineData("${{ $(id) }}")]
    [InlineData("${{ results['x'] }}")]
    [InlineData("${{ parameters.mode | system }}")]
    [InlineData("${{ system('id') }}")]
    [InlineData("${{ results.dumps.count + 1 }}")]
    [InlineData("${{ __proto__.x }}")]
    [InlineData("${{ }}")]
    public void AnExpressionIsAPathAndNothingMore(string expression) =>
        Assert.Contains(Sample.With("\"${{ variables.limit }}\"", "'" + expression.Replace("'", "''", StringComparison.Ordinal) + "'"), problem => problem is { Line: 25, Id: "Expression" or "UnknownReference" });

    [Fact]
    public void NothingButTypedErrorsComesOfDamagedPlaybooks()
    {
        byte[] sample = Encoding.UTF8.GetBytes(Sample.Text);
        string[] pieces = ["{", "}", "[", "]", ": ", "- ", "&a ", "*a", "!!x ", "'", "\"", "#", "\n", "\n  ", "${{", "}}", "??", "|", ">", "%", "@", "\t", "\0", "\\", "null", "5", "true", "---\n", "<<: ", "? "];
        var random = new Random(7);
        var watch = Stopwatch.StartNew();
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            var damaged = new List<byte>(sample);
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int at = random.Next(damaged.Count);
                switch (random.Next(5))
                {
                    case 0:
                        damaged[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        damaged.RemoveRange(at, Math.Min(random.Next(1, 60), damaged.Count - at));
                        break;
                    case 2:
                        damaged.InsertRange(at, damaged.GetRange(random.Next(at + 1), Math.Min(random.Next(1, 80), damaged.Count - at)));
                        break;
                    default:
                        damaged.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
                        break;
                }
            }

            try
            {
                _ = Sample.Loader.Read([.. damaged], "damaged.yaml", isBuiltIn: false);
            }
            catch (PlaybookFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 3000);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), watch.Elapsed.ToString());
    }
}
