using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>What actions become in Ansible, from the files in Data.</summary>
internal sealed class AnsibleActions
{
    private readonly IReadOnlyDictionary<string, AnsibleAction> _any = Read("any");
    private readonly IReadOnlyDictionary<string, AnsibleAction> _linux = Read("linux");
    private readonly IReadOnlyDictionary<string, AnsibleAction> _windows = Read("windows");

    /// <summary>All names, on any system.</summary>
    internal IEnumerable<string> Names => _any.Keys.Concat(_linux.Keys).Concat(_windows.Keys).Distinct(StringComparer.Ordinal);

    /// <summary>Looks for an action.</summary>
    /// <param name="name">Its name in a playbook.</param>
    /// <param name="windows">Whether it is for Windows.</param>
    /// <returns>What it becomes; null when it has no counterpart there.</returns>
    internal AnsibleAction? Find(string name, bool windows) =>
        (windows ? _windows : _linux).TryGetValue(name, out AnsibleAction? action) || _any.TryGetValue(name, out action) ? action : null;

    private static Dictionary<string, AnsibleAction> Read(string system)
    {
        string name = $"Exporting.ansible-{system}.yaml";
        using Stream stream = typeof(AnsibleActions).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException(name);
        using var reader = new StreamReader(stream);
        var yaml = new YamlStream();
        yaml.Load(reader);
        return ((YamlMappingNode)yaml.Documents[0].RootNode).Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => Of(pair.Value), StringComparer.Ordinal);
    }

    private static AnsibleAction Of(YamlNode node) => new(
        [.. ((YamlSequenceNode)AnsibleYaml.At(node, "tasks")!).Children.Cast<YamlMappingNode>()],
        Expressions(AnsibleYaml.At(node, "outputs")),
        Expressions(AnsibleYaml.At(node, "early")),
        (AnsibleYaml.At(node, "notes") as YamlScalarNode)?.Value);

    private static Dictionary<string, string> Expressions(YamlNode? node) => node is YamlMappingNode map
        ? map.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!, StringComparer.OrdinalIgnoreCase)
        : [];
}
