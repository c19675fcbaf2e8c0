using System.Diagnostics;
using System.Text.Json;

namespace KernelFault.Tests.Cli;

/// <summary>Runs that were broken off, and <c>kernelfault playbook resume</c>.</summary>
public sealed class PlaybookResumeTests : IDisposable
{
    private readonly PlaybookConsole _console = new();
    private Process? _long;

    public void Dispose()
    {
        // A run that was not ended as it should have been waits for ever.
        if (_long is { HasExited: false })
        {
            _long.Kill(entireProcessTree: true);
            _long.WaitForExit();
        }

        _long?.Dispose();
        _console.Dispose();
    }

    [SkippableFact]
    public void AKilledRunGoesOnAndDoesNothingTwice()
    {
        SkipOnWindows();
        Process process = StartLong();
        process.Kill();
        process.WaitForExit();

        Release();
        (int exitCode, string output, _) = _console.Resume(_console.RunId, "--json");

        Assert.Equal(0, exitCode);
        Assert.Equal("Succeeded", JsonDocument.Parse(output).RootElement.GetProperty("Status").GetString());
        Assert.Equal(["first", "last"], Done());
    }

    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("QUIT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void CtrlCAndTheLikeEndTheRunAtOnceWithAWholeJournal(string signal)
    {
        SkipOnWindows();
        StopsAndGoesOn(StartLong(), signal, toGroup: false);
    }

    // A terminal sends its signals to the whole group of processes: the program that a step runs gets them as well, and may take
    // them as its own way to fail.
    [SkippableTheory]
    [InlineData("INT", "")]
    [InlineData("QUIT", "")]
    [InlineData("TERM", "")]
    [InlineData("HUP", "")]
    [InlineData("INT", "trap 'exit 7' INT; ")]
    [InlineData("TERM", "trap 'exit 1' TERM; ")]
    public void ASignalToTheProgramOfAStepAsWellIsAStopAndNoFailure(string signal, string before)
    {
        SkipOnWindows();
        Skip.IfNot(File.Exists("/usr/bin/setsid"), "setsid is needed");
        StopsAndGoesOn(StartLong(before, inGroup: true), signal, toGroup: true);
    }

    private void StopsAndGoesOn(Process process, string signal, bool toGroup)
    {
        var clock = Stopwatch.StartNew();
        Send(signal, toGroup ? -process.Id : process.Id);
        Assert.True(process.WaitForExit(20_000));

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
        Assert.Equal(130, process.ExitCode);
        foreach (string journal in Directory.GetFiles(_console.Runs, "*.jsonl", SearchOption.AllDirectories))
        {
            string text = File.ReadAllText(journal);
            Assert.EndsWith("\n", text, StringComparison.Ordinal);
            Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => JsonDocument.Parse(line).Dispose());
        }

        string host = File.ReadAllText(Directory.GetFiles(Path.Combine(_console.Runs, _console.RunId, "hosts"), "*.jsonl").Single());
        Assert.Contains("host-ended", host.Trim().Split('\n')[^1], StringComparison.Ordinal);
        Assert.Contains("\"status\":\"Stopped\"", host.Trim().Split('\n')[^1], StringComparison.Ordinal);

        Release();
        Assert.Equal(0, _console.Resume(_console.RunId).ExitCode);
        Assert.Equal(["first", "last"], Done());
    }

    [SkippableFact]
    public void ARunThatAnotherProcessWorksOnIsLeftAlone()
    {
        SkipOnWindows();
        Process process = StartLong();

        (int exitCode, _, string error) = _console.Resume(_console.RunId);
        Release();
        process.WaitForExit();

        Assert.Equal(2, exitCode);
        Assert.Contains("Another process works on the run", error, StringComparison.Ordinal);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(["first", "last"], Done());
    }

    [Fact]
    public void ARunThatIsOverHasNothingToGoOnWith()
    {
        Assert.Equal(0, _console.Run(_console.Playbook("look", PlaybookConsole.Look), "--host", PlaybookConsole.Debian).ExitCode);
        string[] journals = Directory.GetFiles(_console.Runs, "*.jsonl", SearchOption.AllDirectories);
        byte[][] before = [.. journals.Select(File.ReadAllBytes)];
        string report = Path.Combine(_console.Folder, "again.md");

        (int exitCode, string output, string error) = _console.Resume(_console.RunId, "--report", report);

        Assert.Equal(0, exitCode);
        Assert.Empty(output);
        Assert.Contains("nothing to go on with", error, StringComparison.Ordinal);
        Assert.Equal(before, journals.Select(File.ReadAllBytes));
        Assert.StartsWith("# A test", File.ReadAllText(report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc", "is not the id of a run")]
    [InlineData("20260101-000000-aaaaaa", "There is no run")]
    public void EndsWith2WhereThereIsNoSuchRun(string id, string expected)
    {
        (int exitCode, string output, string error) = _console.Resume(id);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("kernelfault: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void AQuestionWithoutAPersonWaitsForOne()
    {
        string playbook = _console.Playbook("asks", """  - { id: look, title: Look, action: assert, confirm: "Really \u202elook?", inputs: { value: 1, equals: 1 } }""");

        (int exitCode, string output, _) = ConsoleTool.RunWith([], "playbook", "run", playbook, "--host", PlaybookConsole.Debian, "--run-path", _console.Runs);
        Assert.Equal(3, exitCode);
        Assert.Contains(": NeedsPerson: A person has to agree", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', output);

        Assert.Equal(0, _console.Resume(_console.RunId, "--force").ExitCode);
    }

    [Fact]
    public void TheJournalSaysInTheWordsOfTheCmdletsHowAMachineWasReached()
    {
        _console.Run(_console.Playbook("asks", """  - { id: look, title: Look, action: assert, confirm: Really?, inputs: { value: 1, equals: 1 } }"""), "--host", PlaybookConsole.Debian);
        string journal = Path.Combine(_console.Runs, _console.RunId, "run.jsonl");
        Assert.Contains("\"kind\":\"ComputerName\"", File.ReadAllText(journal), StringComparison.Ordinal);
    }

    private static void SkipOnWindows() => Skip.If(OperatingSystem.IsWindows(), "sh and signals are needed");

    private static void Send(string signal, int process)
    {
        using Process kill = Process.Start("/bin/kill", ["-" + signal, "--", process.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private string[] Done() => File.ReadAllLines(Path.Combine(_console.Folder, "done"));

    private void Release() => File.WriteAllText(Path.Combine(_console.Folder, "go"), string.Empty);

    // In its second step when this returns, and there until it is released.
    private Process StartLong(string before = "", bool inGroup = false)
    {
        string folder = _console.Folder;
        string playbook = _console.Playbook("long", $$"""
              - { id: first, title: First, action: run-script, inputs: { program: sh, arguments: [ '-c', 'echo first >> {{folder}}/done' ] }, changes: true }
              - { id: long, title: Long, action: run-script, inputs: { program: sh, arguments: [ '-c', "{{before}}echo begun > {{folder}}/begun; while [ ! -e {{folder}}/go ]; do sleep 0.1; done" ], repeatable: true } }
              - { id: last, title: Last, action: run-script, inputs: { program: sh, arguments: [ '-c', 'echo last >> {{folder}}/done' ] }, changes: true }
            """);
        string[] arguments = ["playbook", "run", playbook, "--host", "localhost", "--run-path", _console.Runs];
        _long = inGroup ? ConsoleTool.StartInGroup(arguments) : ConsoleTool.Start(hasInput: false, arguments);
        var clock = Stopwatch.StartNew();
        while (!File.Exists(Path.Combine(folder, "begun")) && clock.Elapsed.TotalSeconds < 60)
        {
            Thread.Sleep(50);
        }

        return _long;
    }
}
