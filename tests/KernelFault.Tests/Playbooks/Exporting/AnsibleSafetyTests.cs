using KernelFault.Playbooks.Exporting;

namespace KernelFault.Tests.Playbooks.Exporting;

/// <summary>What must not happen by an exported playbook, whatever a playbook, a machine or a parameter says.</summary>
public sealed class AnsibleSafetyTests : IDisposable
{
    private const string Head = LoopbackAnsible.Head;

    private readonly LoopbackAnsible _ansible = new();

    public void Dispose() => _ansible.Dispose();

    [SkippableFact]
    public void A_secret_is_shown_nowhere_not_by_what_was_made_of_it_and_not_by_a_failure()
    {
        ExternalProgram.Require("ansible-playbook");
        _ansible.Write("inner.yaml", """
            version: 1
            name: inner
            title: Say a word
            description: For a test.
            parameters:
              word: { type: text, required: true, description: A word. }
            steps:
              - { id: say, title: Say it, why: w, action: run-script, inputs: { program: /bin/echo, arguments: ["${{ parameters.word }}"] } }
            outputs: { said: "${{ results.say.output }}" }
            """);
        ExportedPlaybook exported = _ansible.Export(Head + """
            parameters:
              key: { type: text, secret: true, default: in-the-file, pattern: '[a-z0-9-]+', description: The key. }
            variables: { header: "Bearer ${{ parameters.key }}" }
            steps:
              - { id: direct, title: Directly, why: w, action: run-script, inputs: { program: /bin/echo, arguments: ["${{ parameters.key }}"] } }
              - { id: made, title: Made of it, why: w, action: run-script, inputs: { program: /bin/echo, arguments: ["${{ variables.header }}"] } }
              - { id: told, title: What a step told, why: w, action: run-script, inputs: { program: /bin/echo, arguments: ["${{ results.direct.output }}"] } }
              - { id: list, title: A list, why: w, forEach: ["${{ parameters.key }}"], action: run-script, inputs: { program: /bin/echo, arguments: ["${{ item }}"] } }
              - { id: other, title: Another playbook, why: w, action: include, inputs: { playbook: inner.yaml, parameters: { word: "x ${{ variables.header }}" } } }
              - { id: whole, title: What it gave, why: w, action: assert, inputs: { value: "${{ results.other }}", equals: nothing, message: No. }, onFailure: continue }
              - { id: report, title: Report it, why: w, action: report, inputs: { path: report } }
              - { id: fails, title: Fail, why: w, action: run-script, inputs: { program: /bin/sh, arguments: [-c, 'echo "$1" >&2; exit 1', x, "${{ results.told.output }}"] }, onFailure: continue }
            """);

        Assert.DoesNotContain("in-the-file", exported.Text, StringComparison.Ordinal);
        Assert.Contains(exported.Warnings, warning => warning.Contains("default of the secret 'key'", StringComparison.Ordinal));
        (int exit, string output) = _ansible.Run(exported, "-vvv", "-e", "kf_key=hush-hush-7");
        Assert.True(exit == 0, output);

        // With -vvv the command line that was given is told.
        Assert.DoesNotContain("hush-hush-7", output.Replace("kf_key=hush-hush-7", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush-7", File.ReadAllText(Directory.GetFiles(_ansible.Folder, "report*.json").Single()), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Nobody_who_agrees_ends_the_run_even_where_failures_are_passed_over()
    {
        ExternalProgram.Require("ansible-playbook");
        _ansible.Write("inner.yaml", Head + """
            steps:
              - { id: pause, title: Wait, why: w, action: pause, inputs: { message: "Go on? {{ 1 }}" }, onFailure: continue }
            """);
        ExportedPlaybook exported = _ansible.Export(Head + $$"""
            steps:
              - { id: ask, title: Ask, why: w, action: include, inputs: { playbook: inner.yaml }, onFailure: continue }
              - { id: after, title: After, why: w, action: run-script, inputs: { program: /usr/bin/touch, arguments: ["{{_ansible.Path("mark")}}"] }, changes: true }
            """);

        (int exit, string output) = _ansible.Run(exported);
        Assert.True(exit != 0, output);
        Assert.False(File.Exists(_ansible.Path("mark")), output);
        (exit, output) = _ansible.Run(exported, "-e", "kf_force=true");
        Assert.True(exit == 0, output);
        Assert.True(File.Exists(_ansible.Path("mark")), output);
    }

    [SkippableFact]
    public void A_machine_cannot_name_the_file_of_the_control_node_that_is_sent_to_it()
    {
        ExternalProgram.Require("ansible-playbook");
        _ansible.Write("sub/beside", "beside\n");
        _ansible.Write("secret", "secret\n");
        string steps = string.Concat(new[] { "/etc/hostname", "../secret", "sub/../../secret", _ansible.Path("kernelfault/../secret"), "sub/beside", string.Empty }.Select((name, i) => $$$"""
              - { id: say{{{i}}}, title: Say, why: w, action: run-script, inputs: { program: /usr/bin/printf, arguments: ["%s", "{{{name}}}"] } }
              - { id: send{{{i}}}, title: Send, why: w, action: copy-file, inputs: { source: "${{ results.say{{{i}}}.output }}", destination: "{{{_ansible.Path("sent")}}}{{{i}}}" }, changes: true, onFailure: continue }

            """));

        _ = _ansible.RunWell(_ansible.Export(Head + "steps:\n" + steps));

        Assert.Equal(["sent4"], Directory.GetFiles(_ansible.Folder, "sent*").Select(Path.GetFileName));
    }

    [SkippableTheory]
    [InlineData("count: { type: integer, default: 1, minimum: 1, maximum: 9, description: c. }", "kf_count", "5", "x", "5.5", "10")]
    [InlineData("flag: { type: boolean, default: false, description: c. }", "kf_flag", "true", "perhaps", "1")]
    [InlineData("word: { type: text, default: One, allowed: [One, two], description: c. }", "kf_word", "TWO", "three")]
    [InlineData("list: { type: textList, default: [One], pattern: '[a-z]+', description: c. }", "kf_list", "two", "2")]
    [InlineData("force: { type: number, required: true, description: c. }", "kf_parameter_force", "0.5", "many", "")]
    public void A_parameter_that_does_not_fit_is_refused(string parameter, string variable, string good, params string[] bad)
    {
        ExternalProgram.Require("ansible-playbook");
        string name = parameter.Substring(0, parameter.IndexOf(':', StringComparison.Ordinal));
        ExportedPlaybook exported = _ansible.Export(Head + $$$"""
            parameters:
              {{{parameter}}}
            steps:
              - { id: use, title: Use it, why: w, action: assert, inputs: { value: "${{ parameters.{{{name}}} }}", exists: true } }
            """);

        (int exit, string output) = _ansible.Run(exported, "-e", $"{variable}={good}");
        Assert.True(exit == 0, output);
        foreach (string value in bad)
        {
            (exit, output) = _ansible.Run(exported, "-e", $"{variable}={value}");
            Assert.True(exit != 0 && output.Contains($"{variable} is missing, of another kind", StringComparison.Ordinal), output);
        }
    }
}
