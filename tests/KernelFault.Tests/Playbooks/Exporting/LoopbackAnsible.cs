using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Exporting;
using KernelFault.Playbooks.Loading;
using YamlDotNet.RepresentationModel;

namespace KernelFault.Tests.Playbooks.Exporting;

/// <summary>A folder with playbooks that are exported and run by Ansible on this machine.</summary>
internal sealed class LoopbackAnsible : IDisposable
{
    internal const string Head = """
        version: 1
        name: scratch
        title: Work in a scratch folder
        description: For a test.
        requires: { platform: Linux }

        """;

    // Runs begin in the folder. What the machine is takes most of the time of a short one, and is the same in the next.
    internal LoopbackAnsible() => Write("ansible.cfg", $"[defaults]\ngathering = smart\nfact_caching = jsonfile\nfact_caching_connection = {Path("facts")}\n[connection]\npipelining = True\n");

    internal string Folder { get; } = Directory.CreateTempSubdirectory("kf-ansible").FullName;

    public void Dispose() => Directory.Delete(Folder, true);

    internal string Path(string name) => System.IO.Path.Combine(Folder, name);

    /// <summary>Writes a file into the folder.</summary>
    internal string Write(string name, string text)
    {
        string path = Path(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Reads a playbook that lies in the folder.</summary>
    internal Playbook Load(string text) => new PlaybookLoader(PlaybookActions.BuiltIn).Load(Write("scratch.yaml", text));

    /// <summary>Exports one.</summary>
    internal ExportedPlaybook Export(string text) => new AnsibleExport().Export(Load(text));

    /// <summary>Runs an exported playbook.</summary>
    internal (int Exit, string Output) Run(ExportedPlaybook exported, params string[] arguments)
    {
        string file = Write(exported.Playbook + ".yml", exported.Text);
        string[] local = ["-i", "localhost,", "-c", "local", "-e", "ansible_become=false", "-e", "ansible_python_interpreter=/usr/bin/python3", .. arguments, file];
        (int exit, string output, string error) = ExternalProgram.TryRun(Folder, "ansible-playbook", local);
        return (exit, output + error);
    }

    /// <summary>Runs one that has to succeed, with <c>--check</c> first.</summary>
    internal string RunWell(ExportedPlaybook exported, params string[] arguments)
    {
        (int exit, string output) = Run(exported, [.. arguments, "--check"]);
        Assert.True(exit == 0, output);
        (exit, output) = Run(exported, arguments);
        Assert.True(exit == 0, output);
        return output;
    }

    /// <summary>The tasks of an exported playbook, those in blocks too.</summary>
    internal static IEnumerable<YamlMappingNode> Tasks(ExportedPlaybook exported)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(exported.Text));
        return yaml.Documents[0].AllNodes.OfType<YamlMappingNode>().Where(node => node.Children.Keys.Any(key => key is YamlScalarNode { Value: "name" }));
    }

    /// <summary>What stands under a key; null when nothing does.</summary>
    internal static string? At(YamlMappingNode node, string key) => node.Children.TryGetValue(new YamlScalarNode(key), out YamlDotNet.RepresentationModel.YamlNode? value) ? (value as YamlScalarNode)?.Value : null;
}
