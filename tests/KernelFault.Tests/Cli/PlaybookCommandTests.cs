using System.Text.Json;

namespace KernelFault.Tests.Cli;

/// <summary><c>kernelfault playbook list</c>, <c>check</c> and <c>run</c>.</summary>
public sealed class PlaybookCommandTests : IDisposable
{
    private readonly PlaybookConsole _console = new();

    public void Dispose() => _console.Dispose();

    [Fact]
    public void WhatAnIncludedPlaybookGivesIsThereForTheStepsBehindIt()
    {
        _console.File("inner.yaml", """
            version: 1
            name: inner
            title: Inner
            description: Tells the system.
            steps:
              - { id: look, title: Look, action: assert, inputs: { value: "${{ facts.operatingSystem }}", exists: true } }
            outputs: { system: "${{ facts.operatingSystem }}" }
            """);
        string outer = _console.Playbook("outer", """
              - { id: inner, title: Inner, action: include, inputs: { playbook: inner.yaml }, evidence: [outputs] }
              - { id: same, title: Same, action: assert, inputs: { value: "${{ results.inner.outputs.system }}", equals: "${{ facts.operatingSystem }}" } }
              - { id: well, title: Well, action: assert, when: { value: results.inner.status, equals: Succeeded }, inputs: { value: "${{ steps.same.status }}", equals: Done } }
            """);

        (int exitCode, string output, string error) = _console.Run(outer, "--host", PlaybookConsole.Debian, "--json");

        Assert.True(exitCode == 0, output + error);
        JsonElement.ArrayEnumerator steps = JsonDocument.Parse(output).RootElement.GetProperty("Steps").EnumerateArray();
        string kept = steps.Single(step => step.GetProperty("Id").GetString() == "inner").GetProperty("Evidence")[0].GetProperty("Path").GetString()!;
        Assert.Contains("Debian", File.ReadAllText(Path.Combine(_console.Runs, _console.RunId, kept)), StringComparison.Ordinal);
        Assert.Equal(["Done", "Done", "Done", "Done"], steps.Select(step => step.GetProperty("Status").GetString()));
    }

    [Fact]
    public void ListsWhatComesWithTheTool()
    {
        (int exitCode, string output, _) = ConsoleTool.Run("playbook", "list");

        Assert.Equal(0, exitCode);
        Assert.Matches(@"(?m)^ *linux-module-oops +Linux +\S", output);
        Assert.Matches(@"(?m)^ *windows-updates +Windows +\S", output);
    }

    [Theory]
    [InlineData("windows-boot-loop-offline", "--symptom", "boot loop")]
    [InlineData("windows-driver-page-fault", "--bugcheck", "PAGE_FAULT_IN_NONPAGED_AREA")]
    [InlineData("windows-driver-page-fault", "--bugcheck", "0x50")]
    [InlineData("linux-module-oops", "LINUX-MODULE-*")]
    public void ListsWhatFitsInJson(string name, params string[] question)
    {
        (int exitCode, string output, _) = ConsoleTool.Run(["playbook", "list", "--json", .. question]);
        JsonElement found = JsonDocument.Parse(output).RootElement;

        Assert.Equal(0, exitCode);
        Assert.Contains(name, (found.ValueKind == JsonValueKind.Array ? found.EnumerateArray().ToArray() : [found]).Select(playbook => playbook.GetProperty("Name").GetString()));
    }

    [Theory]
    [InlineData("no playbook is called 'nonsense'", "nonsense")]
    [InlineData("no stop code 'nonsense' is known", "--bugcheck", "nonsense")]
    [InlineData("no playbook fits", "--symptom", "zzzz")]
    public void EndsWith3WhereNoPlaybookFits(string expected, params string[] question)
    {
        (int exitCode, string output, string error) = ConsoleTool.Run(["playbook", "list", "--json", .. question]);

        Assert.Equal(3, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("kernelfault: " + expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void EndsWith1WhenOneOfTheNamesIsNone()
    {
        (int exitCode, string output, string error) = ConsoleTool.Run("playbook", "list", "windows-updates", "nonsense");

        Assert.Equal(1, exitCode);
        Assert.Contains("windows-updates", output, StringComparison.Ordinal);
        Assert.Equal("kernelfault: no playbook is called 'nonsense'", error.Trim());
    }

    [Fact]
    public void TellsAllThatIsWrongWithItsPlace()
    {
        string bad = _console.File("bad.yaml", "version: 2\nname: Bad\nsteps: []\n");

        (int exitCode, string output, _) = ConsoleTool.Run("playbook", "check", bad);

        Assert.Equal(3, exitCode);
        Assert.Contains($"{bad}:1:10: error Version: ", output, StringComparison.Ordinal);
        Assert.Contains($"{bad}:2:7: error WrongName: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void ChecksManyFilesAndEndsWith1WhenSomeAreNone()
    {
        string good = _console.Playbook("good", PlaybookConsole.Look);
        string bad = _console.File("bad.yaml", "version: 2\n");

        Assert.Equal(0, ConsoleTool.Run("playbook", "check", good).ExitCode);
        (int exitCode, string output, string error) = ConsoleTool.Run("playbook", "check", "--json", Path.Combine(_console.Folder, "*.yaml"), Path.Combine(_console.Folder, "none.yaml"));

        Assert.Equal(1, exitCode);
        Assert.Equal([(bad, false), (good, true)], JsonDocument.Parse(output).RootElement.EnumerateArray().Select(check => (check.GetProperty("Path").GetString()!, check.GetProperty("IsValid").GetBoolean())).Order());
        Assert.Contains("none.yaml", error, StringComparison.Ordinal);
    }

    [Fact]
    public void RunsOnARecordedMachineAndKeepsAJournal()
    {
        (int exitCode, string output, string error) = _console.Run(_console.Playbook("look", PlaybookConsole.Look), "--host", PlaybookConsole.Debian);

        Assert.Equal(0, exitCode);
        Assert.StartsWith($"{PlaybookConsole.Debian}: Succeeded: ", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^  Done +look: ", output);
        Assert.Equal($"Run {_console.RunId} in {Path.Combine(_console.Runs, _console.RunId)}", error.Trim());
    }

    [Fact]
    public void WritesTheJsonOfTheCmdlet()
    {
        JsonElement run = JsonDocument.Parse(_console.Run(_console.Playbook("look", PlaybookConsole.Look), "--host", PlaybookConsole.Debian, "--json").Output).RootElement;

        Assert.Equal("Succeeded", run.GetProperty("Status").GetString());
        Assert.Equal(_console.RunId, run.GetProperty("RunId").GetString());
        Assert.Equal("look", Assert.Single(run.GetProperty("Steps").EnumerateArray()).GetProperty("Id").GetString());
    }

    [Fact]
    public void ACheckKeepsNothing()
    {
        string report = Path.Combine(_console.Folder, "report.html");

        (int exitCode, string output, string error) = _console.Run(_console.Playbook("look", PlaybookConsole.Look), "--host", PlaybookConsole.Debian, "--check", "--report", report);

        Assert.Equal(0, exitCode);
        Assert.Contains(": Planned: ", output, StringComparison.Ordinal);
        Assert.Contains("no report", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_console.Runs));
        Assert.False(File.Exists(report));
    }

    [Fact]
    public void EndsWith1WhenSomeMachinesFailedAnd3WhenAllDid()
    {
        string playbook = _console.Playbook("half", """  - { id: look, title: Look, action: assert, inputs: { value: "${{ facts.operatingSystem }}", matches: Debian } }""");

        (int exitCode, string output, _) = _console.Run(playbook, "--host", PlaybookConsole.Debian, "--host", PlaybookConsole.Windows, "--json");
        Assert.Equal(1, exitCode);
        Assert.Equal(["Failed", "Succeeded"], JsonDocument.Parse(output).RootElement.EnumerateArray().Select(run => run.GetProperty("Status").GetString()).Order());

        Assert.Equal(3, _console.Run(playbook, "--host", PlaybookConsole.Windows).ExitCode);
    }

    [Fact]
    public void WritesBothFormsOfTheReport()
    {
        string[] reports = [Path.Combine(_console.Folder, "report.HTML"), Path.Combine(_console.Folder, "report.md")];
        File.WriteAllText(reports[0], "what was there before");

        Assert.Equal(3, _console.Run(_console.Playbook("fails", """  - { id: look, title: Look <b>here</b>, action: assert, inputs: { value: 1, equals: 2, message: "Not <i>so</i>." } }"""), "--host", PlaybookConsole.Debian, "--report", reports[0], "--report", reports[1]).ExitCode);

        Assert.StartsWith("<!doctype html>", File.ReadAllText(reports[0]), StringComparison.Ordinal);
        Assert.Contains("Look &lt;b&gt;here&lt;/b&gt;", File.ReadAllText(reports[0]), StringComparison.Ordinal);
        Assert.Contains("Not \\<i\\>so\\</i\\>.", File.ReadAllText(reports[1]), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_console.Folder, "report*").Length);
    }

    [Theory]
    [InlineData("There is no playbook 'nonsense'", "nonsense")]
    [InlineData("There is no playbook './look.yml'", "./look.yml")]
    [InlineData("no machine that can be reached", "LOOK", "--host", "nowhere at all")]
    [InlineData("no parameter: name=value", "LOOK", "--host", "DEBIAN", "--parameter", "module")]
    [InlineData("module", "LOOK", "--host", "DEBIAN", "--parameter", "module=a")]
    [InlineData("is no JSON", "LOOK", "--host", "DEBIAN", "--parameter", "a=[")]
    [InlineData("'--inventory' is missing", "LOOK", "--group", "web")]
    [InlineData("machines.yaml", "LOOK", "--inventory", "machines.yaml")]
    [InlineData("throttle", "LOOK", "--host", "DEBIAN", "--throttle", "0")]
    [InlineData("none%", "LOOK", "--host", "DEBIAN", "--serial", "none%")]
    [InlineData("-1", "LOOK", "--host", "DEBIAN", "--max-failure", "-1")]
    [InlineData(".html or .md is expected", "LOOK", "--host", "DEBIAN", "--report", "report.pdf")]
    [InlineData("The report '", "LOOK", "--host", "DEBIAN", "--report", "/no/such/folder/report.md")]
    [InlineData("There is no signature", "LOOK", "--host", "DEBIAN", "--require-signed")]
    [InlineData("neither a thumbprint", "LOOK", "--host", "DEBIAN", "--trusted-signer", "nobody.cer")]
    [InlineData("crash file", "LOOK", "--host", "DEBIAN", "--crash-dump", "LOOK")]
    public void EndsWith2AndDoesNothingWhereSomethingIsWrong(string expected, params string[] arguments)
    {
        string look = _console.Playbook("look", PlaybookConsole.Look);

        (int exitCode, string output, string error) = _console.Run([.. arguments.Select(argument => argument switch { "LOOK" => look, "DEBIAN" => PlaybookConsole.Debian, _ => argument })]);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("kernelfault: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_console.Runs));
    }

    [Fact]
    public void APlaybookWithMistakesIsToldLineByLine()
    {
        (int exitCode, _, string error) = _console.Run(_console.File("bad.yaml", "version: 2\nname: Bad\nsteps: []\n"), "--host", PlaybookConsole.Debian);

        Assert.Equal(2, exitCode);
        Assert.True(error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length >= 3);
        Assert.All(error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("kernelfault: ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("run", "kernelfault playbook run ")]
    [InlineData("resume", "kernelfault playbook resume ")]
    [InlineData("list", "kernelfault playbook list")]
    [InlineData("check", "kernelfault playbook check ")]
    public void ShowsExamplesAndExitCodesInItsHelp(string command, string example)
    {
        string help = ConsoleTool.Run("playbook", command, "--help").Output;

        Assert.Contains("  " + example, help, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", help, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesTheWholeCommandWhoseHelpTellsMore() =>
        Assert.Contains("see 'kernelfault playbook run --help'", ConsoleTool.Run("playbook", "run", "--nonsense").Error, StringComparison.Ordinal);
}
