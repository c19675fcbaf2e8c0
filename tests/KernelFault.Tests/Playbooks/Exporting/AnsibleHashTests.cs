using System.Security.Cryptography;
using System.Text;
using KernelFault.Playbooks.Exporting;

namespace KernelFault.Tests.Playbooks.Exporting;

public sealed class AnsibleHashTests : IDisposable
{
    private const string Script = "echo ran > \"$1\"\n";

    private readonly LoopbackAnsible _ansible = new();

    public void Dispose() => _ansible.Dispose();

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_is_used_only_when_it_is_the_one_that_the_playbook_says(bool isScript)
    {
        ExternalProgram.Require("ansible-playbook");
        string mark = _ansible.Path("mark");
        _ansible.Write("sub/script.sh", Script);
        string hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Script)));
        ExportedPlaybook exported = _ansible.Export(LoopbackAnsible.Head + $$$"""
            steps:
              - id: use
                title: Use it
                why: For a test.
                {{{(isScript
                    ? $"action: run-script\n    inputs: {{ shell: sh, file: sub/script.sh, arguments: [\"{mark}\"], hash: {hash} }}"
                    : $"action: copy-file\n    inputs: {{ source: sub/script.sh, destination: \"{mark}\", hash: {hash} }}")}}}
                changes: true
            outputs: { hash: "${{ results.use.hash }}" }
            """);

        Assert.Contains(hash.ToLowerInvariant(), _ansible.RunWell(exported), StringComparison.Ordinal);
        Assert.True(File.Exists(mark));
        File.Delete(mark);
        File.AppendAllText(_ansible.Path("sub/script.sh"), "# another\n");

        (int exit, string output) = _ansible.Run(exported, isScript ? ["--check"] : []);
        Assert.True(exit != 0, output);
        Assert.Contains("another SHA-256", output, StringComparison.Ordinal);
        Assert.False(File.Exists(mark), output);
    }

    [SkippableFact]
    public void Each_file_of_a_list_is_compared_with_its_own_hash()
    {
        ExternalProgram.Require("ansible-playbook");
        string list = string.Join(", ", new[] { "one", "two" }.Select(name =>
        {
            _ansible.Write(name, name + "\n");
            return $"{{ name: {name}, hash: {Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name + "\n")))} }}";
        }));
        ExportedPlaybook exported = _ansible.Export(LoopbackAnsible.Head + $$$"""
            steps:
              - id: copy
                title: Copy them
                why: For a test.
                forEach: [{{{list}}}]
                action: copy-file
                inputs: { source: "${{ item.name }}", destination: "{{{_ansible.Folder}}}/copied-${{ item.name }}", hash: "${{ item.hash }}" }
                changes: true
            """);

        _ = _ansible.RunWell(exported);
        Assert.Equal("two\n", File.ReadAllText(_ansible.Path("copied-two")));
        _ansible.Write("two", "three\n");
        (int exit, string output) = _ansible.Run(exported);
        Assert.True(exit != 0, output);
        Assert.Equal("two\n", File.ReadAllText(_ansible.Path("copied-two")));
    }
}
