using KernelFault.Playbooks;
using KernelFault.Playbooks.Exporting;

namespace KernelFault.Tests.Playbooks.Exporting;

public sealed class AnsibleIncludeTests : IDisposable
{
    private const string Head = LoopbackAnsible.Head;

    private readonly LoopbackAnsible _ansible = new();

    public void Dispose() => _ansible.Dispose();

    [SkippableFact]
    public void Two_includes_of_one_playbook_have_values_of_their_own()
    {
        ExternalProgram.Require("ansible-playbook");
        _ansible.Write("sub/say.sh", "echo \"$1 beside\"\n");
        _ansible.Write("sub/inner.yaml", """
            version: 1
            name: inner
            title: Say a word
            description: For a test.
            requires: { platform: Any }
            parameters:
              word: { type: text, required: true, description: What is said. }
              times: { type: integer, default: 2, maximum: 9, description: How often. }
            variables: { both: "${{ parameters.word }} ${{ parameters.times }}" }
            steps:
              - id: say
                title: Say it
                why: For a test.
                action: run-script
                inputs: { shell: sh, file: say.sh, arguments: ["${{ variables.both }}"] }
            outputs: { said: "${{ results.say.output }}", count: "${{ parameters.times }}" }
            """);
        Playbook playbook = _ansible.Load(Head + """
            steps:
              - id: say
                title: Say something else
                why: Its name is that of a step of the other playbook.
                action: run-script
                inputs: { program: /bin/echo, arguments: [outer] }
              - id: one
                title: One
                why: For a test.
                action: include
                inputs: { playbook: sub/inner.yaml, parameters: { word: "${{ results.say.output }}", times: 3 } }
              - id: two
                title: Two
                why: For a test.
                action: include
                inputs: { playbook: sub/inner.yaml, parameters: { Word: second } }
              - id: never
                title: Never
                why: For a test.
                when: { value: steps.two.status, equals: Failed }
                action: include
                inputs: { playbook: sub/inner.yaml, parameters: { word: never } }
            """);
        ExportedPlaybook exported = new AnsibleExport().Export(playbook with
        {
            Outputs = new Dictionary<string, object?>
            {
                ["all"] = "${{ results.one.outputs.said }}|${{ results.one.outputs.count }}|${{ results.Two.Outputs.Said }}|${{ results.two.status }}|${{ steps.never.status }}|${{ results.say.output }}",
            },
        });

        Assert.Empty(exported.Warnings);
        string output = _ansible.RunWell(exported);
        Assert.Contains("failed=0", output, StringComparison.Ordinal);
        Assert.Matches(@"outer\\n 3 beside\\n\|3\|second 2 beside\\n\|Succeeded\|Skipped\|outer", output);
    }

    [SkippableFact]
    public void A_failure_within_is_one_of_the_step_and_what_was_done_there_is_taken_back()
    {
        ExternalProgram.Require("ansible-playbook");
        string mark = _ansible.Path("mark");
        _ansible.Write("inner.yaml", $$$"""
            version: 1
            name: inner
            title: Make a mark and fail
            description: For a test.
            parameters:
              fail: { type: boolean, default: true, description: Whether it fails. }
              name: { type: text, default: first, description: The mark's end. }
            steps:
              - id: mark
                title: Make a mark
                why: For a test.
                action: run-script
                inputs: { program: /usr/bin/touch, arguments: ["{{{mark}}}${{ parameters.name }}"] }
                changes: true
                rollback: { action: run-script, inputs: { program: /bin/mv, arguments: ["{{{mark}}}${{ parameters.name }}", "{{{mark}}}${{ parameters.name }}.back${{ results.mark.exitCode }}"] } }
              - id: goes-on
                title: Fail and go on
                why: For a test.
                action: run-script
                inputs: { program: /bin/false }
                onFailure: continue
              - id: fail
                title: Fail
                why: For a test.
                when: { value: parameters.fail, equals: true }
                action: run-script
                inputs: { program: /bin/false }
            """);
        string outer = Head + """
            steps:
              - id: first
                title: One that fails
                why: For a test.
                action: include
                inputs: { playbook: inner.yaml }
                changes: true
                onFailure: continue
              - id: failed
                title: It is known to have failed
                why: For a test.
                action: assert
                inputs: { value: "${{ steps.first.status }} ${{ steps.first.changed }}", equals: Failed true }
              - id: second
                title: One that does not
                why: For a test.
                action: include
                inputs: { playbook: inner.yaml, parameters: { fail: false, name: second } }
                changes: true
              - id: third
                title: Fail
                why: For a test.
                action: run-script
                inputs: { program: /bin/false }
                onFailure: roll-back
            """;

        (int exit, string output) = _ansible.Run(_ansible.Export(outer));

        Assert.True(exit != 0, output);
        Assert.Equal(["markfirst.back0", "marksecond.back0"], Directory.GetFiles(_ansible.Folder, "mark*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("The step third failed", output, StringComparison.Ordinal);
        Assert.DoesNotContain("The step failed failed", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_included_is_refused_with_a_reason()
    {
        string Include(string name, string parameters = "") => Head.Replace("name: scratch", "name: " + name, StringComparison.Ordinal) + $$"""
            steps:
              - id: other
                title: Another
                why: For a test.
                action: include
                inputs: { playbook: {{name}}.yaml{{parameters}} }
            """;
        string Reason(string text) => Assert.Throws<PlaybookException>(() => _ansible.Export(text)).Message;

        _ansible.Write("cycle.yaml", Include("cycle"));
        Assert.Contains("includes itself", Reason(Include("cycle")), StringComparison.Ordinal);
        Assert.Contains("There is no playbook 'missing.yaml'", Reason(Include("missing")), StringComparison.Ordinal);
        for (int i = 1; i <= 6; i++)
        {
            _ansible.Write($"deep{i}.yaml", Include($"deep{i + 1}"));
        }

        Assert.Contains("more than 5 deep", Reason(Include("deep1")), StringComparison.Ordinal);
        _ansible.Write("good.yaml", Head + """
            parameters:
              count: { type: integer, required: true, maximum: 3, description: For a test. }
            steps:
              - { id: wait, title: Wait, why: For a test., action: pause, inputs: { seconds: "${{ parameters.count }}" } }
            """);
        Assert.Contains("needs the parameter 'count'", Reason(Include("good")), StringComparison.Ordinal);
        Assert.Contains("no parameter 'other'", Reason(Include("good", ", parameters: { other: 1 }")), StringComparison.Ordinal);
        Assert.Contains("at most 3", Reason(Include("good", ", parameters: { count: 4 }")), StringComparison.Ordinal);
    }

    [Fact]
    public void So_many_includes_that_they_would_not_end_are_refused()
    {
        string Many(string name) => Head + "steps:\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"  - {{ id: s{i}, title: Step, why: For a test., action: include, inputs: {{ playbook: {name} }} }}\n"));
        _ansible.Write("two.yaml", Many("three.yaml"));
        _ansible.Write("three.yaml", Head + "steps:\n  - { id: wait, title: Wait, why: For a test., action: pause, inputs: { seconds: 1 } }\n");

        Assert.Contains("more than 2000 steps", Assert.Throws<PlaybookException>(() => _ansible.Export(Many("two.yaml"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_include_that_Ansible_cannot_do_exactly_fails_there_and_is_told()
    {
        _ansible.Write("inner.yaml", Head.Replace("Linux", "Windows", StringComparison.Ordinal) + "steps:\n  - { id: wait, title: Wait, why: For a test., action: pause, inputs: { seconds: 1 } }\n");
        ExportedPlaybook exported = _ansible.Export(Head + """
            steps:
              - { id: list, title: For a list, why: For a test., action: include, forEach: [1, 2], inputs: { playbook: inner.yaml } }
              - { id: named, title: Named, why: For a test., action: include, inputs: { playbook: "${{ host.which }}" } }
              - { id: other, title: Elsewhere, why: For a test., action: include, inputs: { playbook: inner.yaml } }
            """);

        Assert.Contains(exported.Warnings, warning => warning.StartsWith("list: A playbook cannot be included for each element", StringComparison.Ordinal));
        Assert.Contains(exported.Warnings, warning => warning.StartsWith("named: A playbook that is named by an expression", StringComparison.Ordinal));
        Assert.Contains(exported.Warnings, warning => warning.StartsWith("other: 'inner.yaml' is not for such a machine", StringComparison.Ordinal));
        Assert.Equal(3, LoopbackAnsible.Tasks(exported).Count(task => task.Children.Keys.Any(key => key.ToString() == "ansible.builtin.fail")));
    }
}
