using System.Text;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Loading;
using KernelFault.Playbooks.Running;
using KernelFault.Tests.Playbooks.Actions;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>A step that takes a file from the machine: it only looks, as far as the playbook says so itself.</summary>
public sealed class CopyFromTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kf-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("from")]
    [InlineData("From")]
    public void It_is_done_in_a_check_and_by_a_user_who_may_change_nothing(string direction)
    {
        (Playbook playbook, byte[] bytes) = Load($"inputs: {{ source: /var/log/app.log, direction: {direction} }}");

        Assert.Equal(4, Done(playbook, bytes, check: true));
        Assert.Equal(4, Done(playbook, bytes, check: false));
    }

    [Fact]
    public void It_may_say_that_it_changes_and_is_left_out_of_a_check_then()
    {
        (Playbook playbook, byte[] bytes) = Load("inputs: { source: /var/log/app.log, direction: from }", "changes: true");

        Assert.Null(Done(playbook, bytes, check: true));
        Assert.Equal(4, Done(playbook, bytes, check: false));
    }

    [Theory]
    [InlineData("to")]
    [InlineData("${{ parameters.way }}")]
    [InlineData("from${{ parameters.way }}")]
    public void Any_other_direction_counts_as_a_change(string direction)
    {
        string text = Text($"inputs: {{ source: /a, destination: /b, direction: '{direction}' }}", null);

        Assert.Contains(Check(text), problem => problem.Id == "ChangesNotDeclared");
        Assert.DoesNotContain(Check(Text($"inputs: {{ source: /a, destination: /b, direction: '{direction}' }}", "changes: true")), problem => problem.Severity == PlaybookProblemSeverity.Error);
    }

    [Fact]
    public void What_takes_a_step_back_may_look_without_saying_more()
    {
        string step = "{ id: a, title: A, why: W, action: pause, rollback: { action: copy-file, inputs: { source: /a, direction: WAY } } }";
        string[] Ids(string way) => [.. Check(Head + "  - " + step.Replace("WAY", way, StringComparison.Ordinal) + "\n").Where(problem => problem.Severity == PlaybookProblemSeverity.Error).Select(problem => problem.Id)];

        Assert.Empty(Ids("from"));
        Assert.Equal(["ChangesNotDeclared"], Ids("to"));
    }

    [Fact]
    public void A_step_made_in_code_that_names_its_direction_by_an_expression_is_refused()
    {
        (Playbook playbook, byte[] bytes) = Load("inputs: { source: /var/log/app.log, direction: from }");
        PlaybookStep step = playbook.Steps[0];
        Playbook sly = playbook with { Steps = [step with { Call = step.Call with { Inputs = PlaybookValue.Map(("source", "/var/log/app.log"), ("direction", "${{ parameters.way }}")) } }] };

        HostRun run = Run(sly, bytes, check: false);

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Contains("does not say 'changes: true'", run.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void The_description_of_the_action_tells_it()
    {
        PlaybookActionInfo info = Acting.Find("copy-file").Info;

        Assert.True(info.Changes);
        Assert.True(info.MayChange(PlaybookValue.Map()));
        Assert.True(info.MayChange(PlaybookValue.Map(("direction", "to"))));
        Assert.True(info.MayChange(PlaybookValue.Map(("direction", null))));
        Assert.False(info.MayChange(PlaybookValue.Map(("direction", "FROM"))));
        Assert.Equal(["from"], info.Inputs.Single(input => input.Name == "direction").LooksOnly);
        Assert.All(PlaybookActions.BuiltIn.Infos.SelectMany(one => one.Inputs), input => Assert.All(input.LooksOnly, value => Assert.Contains(value, input.Allowed)));
        Assert.All(PlaybookActions.BuiltIn.Infos.SelectMany(one => one.Inputs), input => Assert.DoesNotContain(input.Default, input.LooksOnly.Cast<object?>()));
    }

    private const string Head = """
        version: 1
        name: take
        title: Take a file
        description: For a test.
        requires: { platform: Linux }
        parameters:
          way: { type: text, default: from }
        steps:

        """;

    private static string Text(string inputs, string? changes) =>
        Head + "  - id: take\n    title: Take it\n    why: To read it.\n    action: copy-file\n    " + inputs + "\n" + (changes is null ? string.Empty : "    " + changes + "\n");

    private static IReadOnlyList<PlaybookProblem> Check(string text) => new PlaybookLoader(PlaybookActions.BuiltIn).Check(Encoding.UTF8.GetBytes(text), "take.yaml").Problems;

    private static (Playbook Playbook, byte[] Bytes) Load(string inputs, string? changes = null)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Text(inputs, changes));
        return (new PlaybookLoader(PlaybookActions.BuiltIn).Read(bytes, "take.yaml", isBuiltIn: true), bytes);
    }

    // How many bytes were kept; null when the step was only shown.
    private long? Done(Playbook playbook, byte[] bytes, bool check)
    {
        HostRun run = Run(playbook, bytes, check);
        StepRun step = Assert.Single(run.Steps);
        Assert.Equal(check ? RunStatus.Planned : RunStatus.Succeeded, run.Status);
        Assert.False(step.Changed);
        return step.Status == StepStatus.Planned ? null : (long)step.Outputs["length"]!;
    }

    private HostRun Run(Playbook playbook, byte[] bytes, bool check)
    {
        RecordedHost host = new("db2", new HostRecording { Facts = Acting.Linux with { IsElevated = false }, Files = [new RecordedFile("/var/log/app.log", "text"u8.ToArray())] });
        RunRequest request = new() { Playbook = playbook, PlaybookBytes = bytes, Targets = [new RunTarget("db2", _ => host)], Parameters = PlaybookValue.Map() };
        RunServices services = new() { Actions = PlaybookActions.BuiltIn };
        using PlaybookRollout rollout = check ? PlaybookRollout.Rehearse(request, services, check: true, CancellationToken.None) : PlaybookRollout.Begin(request, services, new RunStore(_folder), CancellationToken.None);
        return Assert.Single(RunFixture.TakeAll(rollout));
    }
}
