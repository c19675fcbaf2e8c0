using System.Text;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Exporting;
using KernelFault.Playbooks.Loading;
using YamlDotNet.RepresentationModel;

namespace KernelFault.Tests.Playbooks.Exporting;

public sealed class AnsibleExportTests : IDisposable
{
    private const string Head = LoopbackAnsible.Head;

    private readonly string _folder = Directory.CreateTempSubdirectory("kf-ansible").FullName;

    public static TheoryData<string> BuiltIn =>
        new(Directory.GetFiles(Path.Combine(Corpus.RepositoryRoot, "playbooks"), "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal));

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Every_action_but_include_has_a_counterpart()
    {
        var actions = new AnsibleActions();
        foreach (PlaybookActionInfo info in PlaybookActions.BuiltIn.Infos.Where(info => info.Name != "include"))
        {
            foreach (bool windows in info.Platform switch { PlaybookPlatform.Windows => [true], PlaybookPlatform.Linux => [false], _ => (bool[])[false, true] })
            {
                Assert.True(actions.Find(info.Name, windows) is not null, $"{info.Name}, Windows: {windows}");
            }
        }

        Assert.Empty(actions.Names.Except(PlaybookActions.BuiltIn.Infos.Select(info => info.Name)));
    }

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void A_built_in_playbook_becomes_a_play_with_a_block_for_each_step(string name)
    {
        Playbook playbook = Load(File.ReadAllBytes(Path.Combine(Corpus.RepositoryRoot, "playbooks", name + ".yaml")));
        ExportedPlaybook exported = new AnsibleExport().Export(playbook);

        var play = (YamlMappingNode)Assert.Single(((YamlSequenceNode)Yaml(exported.Text)).Children);
        var tasks = (YamlSequenceNode)play.Children[new YamlScalarNode("tasks")];
        Assert.Equal(playbook.Steps.Count, tasks.Children.Cast<YamlMappingNode>().Count(task => task.Children.ContainsKey(new YamlScalarNode("block"))));
        Assert.DoesNotContain(exported.Warnings, warning => warning.Contains("no counterpart in Ansible: the task fails", StringComparison.Ordinal));
    }

    [Fact]
    public void What_an_installed_driver_replaces_is_exported_first()
    {
        string text = BuiltInAsAnsible("windows-replace-driver");

        int export = text.IndexOf("pnputil.exe /export-driver $before[0].Driver", StringComparison.Ordinal);
        Assert.InRange(export, 1, text.IndexOf("pnputil.exe /add-driver $Inf", StringComparison.Ordinal));
        Assert.DoesNotContain("ProgramData", text);
    }

    [Fact]
    public void An_assertion_that_only_tells_fails_nothing_there_and_a_restart_has_the_time_of_its_step()
    {
        var play = (YamlMappingNode)((YamlSequenceNode)Yaml(BuiltInAsAnsible("windows-isolate-driver-with-verifier"))).Children[0];
        YamlMappingNode[] blocks = [.. ((YamlSequenceNode)play.Children[new YamlScalarNode("tasks")]).Children.Cast<YamlMappingNode>()];
        YamlMappingNode told = Assert.Single(blocks, block => Name(block) == "Was it Driver Verifier that stopped the machine?");
        YamlMappingNode enable = Assert.Single(blocks, block => Name(block) == "Switch Driver Verifier on");

        Assert.Contains(told.AllNodes, node => node is YamlScalarNode { Value: "ansible.builtin.debug" });
        Assert.DoesNotContain(told.AllNodes, node => node is YamlScalarNode { Value: "ansible.builtin.assert" });
        Assert.Contains(enable.AllNodes, node => node is YamlScalarNode { Value: "3600" });
    }

    private static string? Name(YamlMappingNode block) => block.Children.Where(pair => pair.Key is YamlScalarNode { Value: "name" }).Select(pair => (pair.Value as YamlScalarNode)?.Value).FirstOrDefault();

    private static string BuiltInAsAnsible(string name) => new AnsibleExport().Export(Load(File.ReadAllBytes(Path.Combine(Corpus.RepositoryRoot, "playbooks", name + ".yaml")))).Text;

    [SkippableFact]
    public void Built_in_playbooks_pass_the_syntax_check_and_the_linter()
    {
        ExternalProgram.Require("ansible-playbook", "ansible-lint");
        string[] files = [.. Directory.GetFiles(Path.Combine(Corpus.RepositoryRoot, "playbooks"), "*.yaml").Select(file => Write(new AnsibleExport().Export(Load(File.ReadAllBytes(file)))))];

        Ansible("ansible-playbook", ["--syntax-check", .. files]);
        Ansible("ansible-lint", ["--offline", "--nocolor", "-q", .. files]);
    }

    [SkippableFact]
    public void A_run_with_check_changes_nothing_a_real_one_does_and_a_second_one_no_more()
    {
        ExternalProgram.Require("ansible-playbook");
        string marker = Path.Combine(_folder, "marker");
        string source = Path.Combine(_folder, "source");
        File.WriteAllText(source, "content\n");
        Playbook playbook = Load($$$"""
            {{{Head}}}
            parameters:
              times: { type: integer, default: 2, minimum: 1, description: How often. }
            steps:
              - id: look
                title: Look for the marker
                why: Only what looks runs when nothing may be changed.
                action: run-script
                inputs: { program: /usr/bin/test, arguments: [-e, {{{marker}}}], exitCodes: [0, 1] }
              - id: copy
                title: Copy the source
                why: A change that is made once.
                when: { value: parameters.times, greaterThan: 1 }
                action: copy-file
                inputs: { source: source, destination: {{{marker}}} }
                changes: true
              - id: read
                title: Read it
                why: For what follows.
                when: { value: results.look.exitCode, equals: 0 }
                action: run-script
                inputs: { program: /bin/cat, arguments: [{{{marker}}}] }
              - id: never
                title: Never
                why: The condition does not hold.
                when: { value: parameters.times, lessThan: 2 }
                action: run-script
                inputs: { program: /bin/false }
              - id: each
                title: Each
                why: A list.
                forEach: [one, two]
                action: run-script
                inputs: { program: /bin/echo, arguments: ["${{ item }}"] }
              - id: fails
                title: Fails
                why: It goes on.
                action: run-script
                inputs: { program: /bin/false }
                onFailure: continue
              - id: proof
                title: The list was gone through
                why: The proof.
                action: assert
                inputs: { value: "${{ results.each[1].output }}", matches: "^two$", message: It was not. }
            outputs:
              read: ${{ results.read.output }}
              failed: ${{ steps.fails.status }}
            """);
        string file = Write(new AnsibleExport().Export(playbook));

        Ansible("ansible-playbook", [.. Local, "--check", file]);
        Assert.False(File.Exists(marker));

        string first = Ansible("ansible-playbook", [.. Local, file]);
        Assert.Equal("content\n", File.ReadAllText(marker));
        Assert.Contains("changed=1 ", first, StringComparison.Ordinal);
        Assert.Contains("rescued=1", first, StringComparison.Ordinal);

        string second = Ansible("ansible-playbook", [.. Local, file]);
        Assert.Contains("changed=0 ", second, StringComparison.Ordinal);
        Assert.Contains("\"read\": \"content\\n\"", second, StringComparison.Ordinal);
        Assert.Contains("\"failed\": \"Failed\"", second, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_file_that_is_taken_is_taken_in_a_check_too_and_is_no_change()
    {
        ExternalProgram.Require("ansible-playbook");
        string source = Path.Combine(_folder, "app.log");
        File.WriteAllText(source, "content\n");
        string file = Write(new AnsibleExport().Export(Load(Head + $$"""
            steps:
              - id: take
                title: Take it
                why: To read it.
                action: copy-file
                inputs: { source: {{source}}, destination: taken.log, direction: From }
            """)));

        string output = Ansible("ansible-playbook", [.. Local, "--check", file]);

        Assert.Equal("content\n", File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, "kernelfault", "localhost", "taken.log")));
        Assert.Contains("changed=0 ", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void No_text_of_a_playbook_or_a_machine_becomes_a_template()
    {
        ExternalProgram.Require("ansible-playbook");
        string[] marks = [.. Enumerable.Range(0, 6).Select(i => Path.Combine(_folder, "pwned" + i))];
        string[] hostile = [.. marks.Select(mark => $"{{{{ lookup('pipe', 'touch {mark}') }}}}")];
        string echoed = Path.Combine(_folder, "echoed");
        File.WriteAllText(echoed, hostile[5]);
        string text = $$$"""
            version: 1
            name: hostile
            title: "{{{hostile[0]}}}"
            description: For a test.
            requires: { platform: Linux }
            parameters:
              text: { type: text, default: "{{{hostile[1]}}}", description: "{{{hostile[1]}}}" }
            steps:
              - id: echo
                title: "Say {{{hostile[2]}}}"
                why: "{{{hostile[2]}}}"
                action: run-script
                inputs: { program: /bin/echo, arguments: ["{{{hostile[3]}}}", "' }} {{{hostile[3]}}}", "a ${{ parameters.text }} {{{hostile[4]}}} ' ~ '"] }
              - id: read
                title: Read what a machine says
                why: It is hostile as well.
                action: run-script
                inputs: { program: /bin/cat, arguments: [{{{echoed}}}] }
              - id: again
                title: Use it
                why: Twice.
                action: run-script
                inputs: { program: /bin/echo, arguments: ["${{ results.read.output }}", "and ${{ results.read.output }}"] }
              - id: proof
                title: Compare it
                why: In a condition.
                action: assert
                inputs: { value: "${{ results.again.output }}", contains: "{{{hostile[5]}}}", message: "{{{hostile[4]}}}" }
            outputs: { read: "${{ results.read.output }}" }
            """;
        string file = Write(new AnsibleExport().Export(Load(text)));

        string output = Ansible("ansible-playbook", [.. Local, "-v", file]);

        Assert.All(marks, mark => Assert.False(File.Exists(mark), output));
        Assert.Contains("failed=0", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_done_otherwise_is_told()
    {
        ExportedPlaybook exported = new AnsibleExport().Export(Load(Head + """
            steps:
              - id: other
                title: Another playbook
                why: For a test.
                action: include
                inputs: { playbook: "${{ host.which }}" }
              - id: log
                title: Read the log
                why: For a test.
                action: read-events
                inputs: { providers: [disk] }
                retry: { count: 3, delay: 2, backOff: 2 }
            """));

        Assert.Contains(exported.Warnings, warning => warning.StartsWith("other: A playbook that is named by an expression", StringComparison.Ordinal));
        Assert.Contains(exported.Warnings, warning => warning.StartsWith("log: the input providers", StringComparison.Ordinal));
        Assert.Contains(exported.Warnings, warning => warning.Contains("no back-off", StringComparison.Ordinal));
        Assert.Contains("ansible.builtin.fail", exported.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_asked_for_and_never_shown()
    {
        ExportedPlaybook exported = new AnsibleExport().Export(Load(Head + """
            parameters:
              apiKey: { type: text, secret: true, description: The key. }
            steps:
              - id: say
                title: Say it
                why: For a test.
                action: run-script
                inputs: { program: /bin/echo, arguments: ["${{ parameters.apiKey }}"] }
            """));

        var play = (YamlMappingNode)((YamlSequenceNode)Yaml(exported.Text)).Children[0];
        Assert.Equal("kf_api_key", ((YamlScalarNode)((YamlSequenceNode)play.Children[new YamlScalarNode("vars_prompt")]).Children[0][new YamlScalarNode("name")]).Value);
        YamlMappingNode[] tasks = [.. ((YamlSequenceNode)play.Children[new YamlScalarNode("tasks")]).Children.Cast<YamlMappingNode>()];
        Assert.All(tasks.Where(task => task.ToString().Contains("apiKey", StringComparison.Ordinal)), task => Assert.Equal("true", ((YamlScalarNode)task.Children[new YamlScalarNode("no_log")]).Value));
    }

    private static string[] Local => ["-i", "localhost,", "-c", "local", "-e", "ansible_become=false", "-e", "ansible_python_interpreter=/usr/bin/python3", "-e", "kf_force=true"];

    private static Playbook Load(string text) => Load(Encoding.UTF8.GetBytes(text));

    private static Playbook Load(byte[] content) => new PlaybookLoader(PlaybookActions.BuiltIn).Read(content, Path.Combine(Path.GetTempPath(), "test.yaml"), isBuiltIn: false);

    private Playbook LoadFrom(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return new PlaybookLoader(PlaybookActions.BuiltIn).Load(path);
    }

    private static YamlDotNet.RepresentationModel.YamlNode Yaml(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return yaml.Documents[0].RootNode;
    }

    private string Write(ExportedPlaybook exported)
    {
        string path = Path.Combine(_folder, exported.Playbook + ".yml");
        File.WriteAllText(path, exported.Text);
        return path;
    }

    private string Ansible(string program, string[] arguments)
    {
        (int exit, string output, string error) = ExternalProgram.TryRun(_folder, program, arguments);
        Assert.True(exit == 0, $"{program}: {output}{error}");
        return output;
    }
}
