using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>What actions become in Ansible, from the files in Data.</summary>
internal sealed class AnsibleActions
{
    private static readonly string[] s_own =
    [
        "kf_analysis", "kf_answer", "kf_at", "kf_folder", "kf_force", "kf_from", "kf_given", "kf_hidden", "kf_hosts", "kf_in", "kf_item", "kf_parameters", "kf_plain", "kf_raw", "kf_refused",
        "kf_results", "kf_run", "kf_sources", "kf_steps", "kf_variables",
    ];

    private readonly IReadOnlyDictionary<string, AnsibleAction> _any = Read("any");
    private readonly IReadOnlyDictionary<string, AnsibleAction> _linux = Read("linux");
    private readonly IReadOnlyDictionary<string, AnsibleAction> _windows = Read("windows");

    private readonly HashSet<string> _words;

    /// <summary>Reads what is embedded.</summary>
    internal AnsibleActions() => _words = [.. _any.Values.Concat(_linux.Values).Concat(_windows.Values).SelectMany(action => action.Words)];

    /// <summary>All names, on any system.</summary>
    internal IEnumerable<string> Names => _any.Keys.Concat(_linux.Keys).Concat(_windows.Keys).Distinct(StringComparer.Ordinal);

    /// <summary>The name of Ansible's variable for a parameter: <c>sinceHours</c> is <c>kf_since_hours</c>, and never one that the play has itself.</summary>
    internal string Variable(string parameter) => Jinja.Variable(parameter) is var name && (_words.Contains(name) || s_own.Contains(name)) ? name.Insert("kf".Length, "_parameter") : name;

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
