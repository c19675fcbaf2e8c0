using System.Text;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Loading;

namespace KernelFault.Tests.Playbooks.Loading;

public class PlaybookLoaderTests
{
    [Fact]
    public void APlaybookIsReadAsItStands()
    {
        Playbook playbook = Sample.Read(Sample.Text);

        Assert.Equal("linux-module-oops", playbook.Name);
        Assert.Equal("Collects the dump, finds the module and keeps it from being loaded.", playbook.Description);
        Assert.Equal((PlaybookPlatform.Linux, true, (bool?)false), (playbook.Requires.Platform, playbook.Requires.Elevated, playbook.Requires.Offline));
        Assert.Equal([0x50L, 0xD1L], playbook.Match.BugChecks);
        Assert.Equal(["oops", "kernel panic"], playbook.Match.Symptoms);
        Assert.Equal(["module", "hours", "mode", "token"], playbook.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(24L, playbook.Parameters[1].Default);
        Assert.Equal(720, playbook.Parameters[1].Maximum);
        Assert.True(playbook.Parameters[3].Secret);
        Assert.Equal("${{ parameters.hours ?? 5 }}", playbook.Variables["limit"]);
        Assert.Equal(["culprit", "started"], playbook.Outputs.Keys);
        Assert.Equal(64, playbook.Hash.Length);
    }

    [Fact]
    public void AStepIsReadAsItStands()
    {
        IReadOnlyList<PlaybookStep> steps = Sample.Read(Sample.Text).Steps;

        Assert.Equal(["collect", "look", "blacklist", "keep"], steps.Select(step => step.Id));
        Assert.Equal(["dumps", "look", "blacklist", "keep"], steps.Select(step => step.Register));
        Assert.Equal([21, 31, 46, 56], steps.Select(step => step.Line));
        Assert.Equal((3, 10.0, 2.0), (steps[0].Retry!.Count, steps[0].Retry!.Delay, steps[0].Retry!.BackOff));
        Assert.Equal(PlaybookConditionKind.GreaterThan, steps[0].Retry!.Until!.Kind);
        Assert.Equal(new StepFailure(StepFailureKind.GoTo, "keep"), steps[1].OnFailure);
        Assert.Equal("${{ results.dumps.paths }}", steps[1].ForEach);
        Assert.Equal([PlaybookConditionKind.Equals, PlaybookConditionKind.Not, PlaybookConditionKind.Any], steps[1].When!.Parts.Select(part => part.Kind));
        Assert.Equal((StepRestart.Allowed, true, "unblacklist-module"), (steps[2].Restart, steps[2].Changes, steps[2].Rollback!.Action));
        Assert.Equal(new StepFailure(StepFailureKind.Stop, null), steps[3].OnFailure);
        Assert.Equal(["files"], steps[0].Evidence);
    }

    [Fact]
    public void AGoodPlaybookHasNothingToLookAt() => Assert.Empty(Sample.Problems(Sample.Text));

    [Theory]
    [InlineData("version: 1", "version: 2", "Version", 1, 10)]
    [InlineData("version: 1\n", "", "MissingKey", 1, 1)]
    [InlineData("name: linux-module-oops", "name: Linux_Oops", "WrongName", 2, 7)]
    [InlineData("title: Take a faulty module out of a Linux machine", "title: 5", "WrongType", 3, 8)]
    [InlineData("platform: Linux", "platform: linux", "WrongValue", 7, 23)]
    [InlineData("elevated: true", "elevated: yes", "WrongType", 7, 40)]
    [InlineData("0x50", "0x100000000", "OutOfRange", 9, 15)]
    [InlineData("NullDereference", "NullDerefence", "WrongValue", 10, 18)]
    [InlineData("type: integer", "type: int", "WrongValue", 14, 18)]
    [InlineData("default: 24", "default: '24'", "WrongType", 14, 36)]
    [InlineData("default: 24", "default: 2400", "OutOfRange", 14, 36)]
    [InlineData("default: 24", "default: 24, required: true", "WrongValue", 14, 36)]
    [InlineData("minimum: 1,", "minimum: 1000,", "OutOfRange", 14, 49)]
    [InlineData("default: now", "default: never", "WrongValue", 15, 32)]
    [InlineData("'[a-z0-9_-]+'", "'[a-z'", "Pattern", 13, 60)]
    [InlineData("'[a-z0-9_-]+'", "'a)|(b'", "Pattern", 13, 60)]
    [InlineData("parameters.hours ?? 5", "parameters.days ?? 5", "UnknownReference", 18, 10)]
    [InlineData("parameters.hours ?? 5", "parameters.hours ?? 'five'", "Expression", 18, 10)]
    [InlineData("parameters.hours ?? 5", "results.dumps.count", "LaterReference", 18, 10)]
    [InlineData("parameters.hours ?? 5", "variables.name", "LaterReference", 18, 10)]
    [InlineData("parameters.hours ?? 5", "parameter.hours", "UnknownReference", 18, 10)]
    [InlineData("id: collect", "id: Collect", "WrongName", 21, 9)]
    [InlineData("id: keep", "id: collect", "DuplicateId", 56, 9)]
    [InlineData("action: collect-dumps", "action: colect-dumps", "UnknownAction", 24, 13)]
    [InlineData("action: collect-dumps", "acton: collect-dumps", "UnknownKey", 24, 5)]
    [InlineData("kinds: [Vmcore, Log]", "kinds: [Vmcore, 5]", "WrongType", 25, 60)]
    [InlineData("kinds: [Vmcore, Log]", "kind: [Vmcore]", "UnknownInput", 25, 53)]
    [InlineData("\"${{ variables.limit }}\"", "-1", "OutOfRange", 25, 27)]
    [InlineData("\"${{ variables.limit }}\"", "\"a ${{ variables.limit }}\"", "WrongType", 25, 27)]
    [InlineData("count: 3", "count: 1000", "OutOfRange", 27, 21)]
    [InlineData("count: 3, ", "", "MissingKey", 27, 12)]
    [InlineData("result.count", "result.number", "UnknownOutput", 27, 63)]
    [InlineData("timeout: 600", "timeout: 10 minutes", "WrongType", 28, 14)]
    [InlineData("onFailure: continue", "onFailure: ignore", "WrongValue", 29, 16)]
    [InlineData("onFailure: continue", "onfailure: continue", "UnknownKey", 29, 5)]
    [InlineData("[files]", "[file]", "UnknownOutput", 30, 16)]
    [InlineData("results.dumps.paths", "results.dump.paths", "UnknownReference", 35, 14)]
    [InlineData("results.dumps.paths", "results.dumps.path", "UnknownOutput", 35, 14)]
    [InlineData("{ path: \"${{ item }}\" }", "{ path: \"${{ result.a }}\" }", "UnknownReference", 36, 21)]
    [InlineData("equals: Linux", "equal: Linux", "UnknownKey", 39, 36)]
    [InlineData("equals: Linux", "equals: Linux, exists: true", "Condition", 39, 11)]
    [InlineData("in: [later]", "in: later", "WrongType", 40, 46)]
    [InlineData("results.dumps.count,", "\"${{ results.dumps.count }}\",", "Expression", 42, 24)]
    [InlineData("exists: true", "exists: 1", "WrongType", 43, 54)]
    [InlineData("'^6\\.'", "'^6\\'", "Pattern", 44, 48)]
    [InlineData("goTo: keep", "goTo: collect", "GoTo", 45, 24)]
    [InlineData("changes: true", "changes: false", "ChangesNotDeclared", 49, 13)]
    [InlineData("${{ results.look[0].culprit ?? \"none\" }}", "${{ results.look.culprit }}", "UnknownReference", 51, 13)]
    [InlineData("      name: ${{ results.look[0].culprit ?? \"none\" }}\n", "      {}\n", "MissingInput", 49, 13)]
    [InlineData("restart: allowed", "restart: always", "WrongValue", 54, 14)]
    [InlineData("unblacklist-module", "enable-verifier", "UnknownInput", 55, 52)]
    [InlineData("Done: ${{ results.look.length }}", "Done: ${{ results.look.length", "Expression", 60, 74)]
    [InlineData("program: /bin/echo", "file: ../evil.sh", "PathEscape", 60, 21)]
    [InlineData("steps.blacklist.status", "steps.blacklist.state", "UnknownReference", 61, 20)]
    [InlineData("steps.blacklist.status", "steps.keep.status", "LaterReference", 61, 20)]
    [InlineData("run.startTime", "parameters.token", "SecretShown", 64, 12)]
    [InlineData("title: Read each", "title: Read each ${{ parameters.token }}", "SecretShown", 32, 12)]
    public void WhatIsWrongIsToldWithItsPlace(string piece, string other, string id, int line, int column)
    {
        PlaybookProblem problem = Assert.Single(Sample.With(piece, other), problem => problem.Severity == PlaybookProblemSeverity.Error && problem.Id == id && problem.Line == line);

        Assert.Equal(column, problem.Column);
        Assert.Equal("sample.yaml", problem.Path);
    }

    [Theory]
    [InlineData("onFailure: continue", "onFailur: continue", "did you mean 'onFailure'?")]
    [InlineData("onFailure: continue", "on-failure: continue", "did you mean 'onFailure'?")]
    [InlineData("action: collect-dumps", "action: collect-dump", "did you mean 'collect-dumps'?")]
    [InlineData("type: integer", "type: interger", "did you mean 'integer'?")]
    [InlineData("parameters.hours", "parameters.hour", "did you mean 'hours'?")]
    [InlineData("facts.platform", "facts.plattform", "did you mean 'platform'?")]
    [InlineData("goTo: keep", "goTo: keeps", "did you mean 'keep'?")]
    public void TheNearestNameIsSuggested(string piece, string other, string expected) =>
        Assert.Contains(Sample.With(piece, other), problem => problem.Expected == expected);

    [Fact]
    public void AllThatIsWrongIsToldAtOnce()
    {
        string text = Sample.Text.Replace("version: 1", "version: one").Replace("name: linux-module-oops", "name: Linux").Replace("restart: allowed", "restart: maybe").Replace("goTo: keep", "goTo: nowhere").Replace("parameters.mode", "parameters.mood");

        PlaybookFormatException error = Assert.Throws<PlaybookFormatException>(() => Sample.Read(text));

        Assert.Equal(["Version", "WrongName", "UnknownReference", "GoTo", "WrongValue"], error.Problems.Where(problem => problem.Severity == PlaybookProblemSeverity.Error).Select(problem => problem.Id));
        Assert.StartsWith("sample.yaml:1:10: error Version: 'version' is the text 'one'. Expected: 1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("why: Several may be there.\n    ", "", "NoReason")]
    [InlineData("    rollback: { action: unblacklist-module, inputs: { name: \"${{ variables.name }}\" } }\n", "", "NoRollback")]
    [InlineData("equals: Linux", "equals: on", "AmbiguousScalar")]
    [InlineData("timeout: 600", "timeout: 0600", "AmbiguousScalar")]
    [InlineData("${{ parameters.token }}", "x", "UnusedParameter")]
    [InlineData("secret: true", "secret: true, default: abc", "SecretInClearText")]
    public void WhatAPersonShouldLookAtIsAWarning(string piece, string other, string id)
    {
        IReadOnlyList<PlaybookProblem> problems = Sample.With(piece, other);

        Assert.DoesNotContain(problems, problem => problem.Severity == PlaybookProblemSeverity.Error);
        Assert.Contains(problems, problem => problem.Id == id);
    }

    [Fact]
    public void WhatIsMadeOfASecretIsSecretToo()
    {
        string text = Sample.Text.Replace("parameters.module ??", "parameters.token ??").Replace("${{ run.startTime }}", "${{ variables.name }}");

        Assert.Contains(Sample.Problems(text), problem => problem is { Id: "SecretShown", Line: 64 });
    }

    [Theory]
    [InlineData("yes", "yes")]
    [InlineData("~", null)]
    [InlineData("TRUE", true)]
    [InlineData("0644", 644L)]
    [InlineData("0o644", 420L)]
    [InlineData("0x7fffffffffffffff", long.MaxValue)]
    [InlineData("-17", -17L)]
    [InlineData("1e3", 1000.0)]
    [InlineData(".5", 0.5)]
    [InlineData("'5'", "5")]
    [InlineData("1_000", "1_000")]
    [InlineData("12:30:45", "12:30:45")]
    [InlineData("2026-11-21", "2026-11-21")]
    public void ScalarsAreOfTheKindsOfYaml12(string scalar, object? value)
    {
        Playbook playbook = Sample.Read(Sample.Text.Replace("${{ parameters.hours ?? 5 }}", "x").Replace("limit: \"x\"", "limit: " + scalar));

        Assert.Equal(value, playbook.Variables["limit"]);
    }

    [Fact]
    public void AFileIsReadAndABadOneIsToldByItsPath()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".yaml");
        try
        {
            File.WriteAllText(path, Sample.Text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
            Assert.Equal(path, Sample.Loader.Load(path).Path);
            File.WriteAllText(path, "steps: 5\n");
            PlaybookCheck check = Sample.Loader.Check(path);
            Assert.Equal((path, false), (check.Path, check.IsValid));
            Assert.Equal(check.ErrorCount, Assert.Throws<PlaybookFormatException>(() => Sample.Loader.Load(path)).Problems.Count);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
