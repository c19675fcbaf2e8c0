using KernelFault.Playbooks.Loading;

namespace KernelFault.Playbooks.Running;

/// <summary>
/// Machines in a file, YAML or JSON: <c>hosts: { NAME: { variables } }</c> and
/// <c>groups: { NAME: { hosts: [NAME], variables: { … } } }</c>. Read as playbooks are: no tags, bounded, errors with their places.
/// </summary>
public sealed class RunInventory
{
    private const int MaximumHosts = 10_000;

    private readonly List<string> _names = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, object?>> _variables = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (List<string> Hosts, IReadOnlyDictionary<string, object?> Variables)> _groups = new(StringComparer.OrdinalIgnoreCase);

    private RunInventory(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Names of its groups, in the file's order.</summary>
    public IReadOnlyList<string> Groups => [.. _groups.Keys];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The inventory.</returns>
    /// <exception cref="PlaybookException">It is no inventory, or cannot be read.</exception>
    public static RunInventory Load(string path)
    {
        string whole = System.IO.Path.GetFullPath(path ?? throw new ArgumentNullException(nameof(path)));
        try
        {
            return Read(PlaybookFile.Read(whole, new PlaybookProblems(whole)), whole);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlaybookException($"The inventory '{whole}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="content">The bytes, UTF-8.</param>
    /// <param name="path">What the file is called.</param>
    /// <returns>The inventory.</returns>
    /// <exception cref="PlaybookException">It is no inventory; everything that is wrong with it is told.</exception>
    public static RunInventory Read(byte[] content, string path)
    {
        var problems = new PlaybookProblems(path ?? throw new ArgumentNullException(nameof(path)));
        string text = PlaybookFile.Decode(content ?? throw new ArgumentNullException(nameof(content)), problems);
        var root = new YamlMap(new YamlReader(problems).Read(text), "an inventory", ["hosts", "groups"], problems);
        var inventory = new RunInventory(path);
        foreach (KeyValuePair<YamlNode, YamlNode> host in root.Map("hosts", MaximumHosts))
        {
            inventory.Add(host.Key.Text, Variables(host.Value, $"what is said of '{host.Key.Text}'", problems));
        }

        foreach (KeyValuePair<YamlNode, YamlNode> entry in root.Map("groups", MaximumHosts))
        {
            var map = new YamlMap(entry.Value, "a group", ["hosts", "variables"], problems);
            var hosts = new List<string>();
            foreach (YamlNode host in map.List("hosts", MaximumHosts))
            {
                if (host.Kind != YamlNodeKind.Scalar || host.Text.Length == 0)
                {
                    problems.Error(host, ProblemId.WrongType, $"Here is {host.Description}.", "the name of a machine");
                    continue;
                }

                hosts.Add(host.Text);
                inventory.Add(host.Text, null);
            }

            inventory._groups[entry.Key.Text] = (hosts, map.Find("variables") is { } variables ? Variables(variables, "'variables'", problems) : PlaybookValue.Map());
        }

        return problems.HasErrors ? throw new PlaybookFormatException(problems.All()) : inventory;
    }

    /// <summary>The machines of some groups, each once, in the file's order.</summary>
    /// <param name="groups">Names of groups; empty for all machines.</param>
    /// <returns>The machines. A machine's own variables go before those of its groups, a later group's before an earlier one's.</returns>
    /// <exception cref="PlaybookException">There is no such group.</exception>
    public IReadOnlyList<InventoryHost> Select(IReadOnlyList<string> groups)
    {
        foreach (string name in (groups ?? throw new ArgumentNullException(nameof(groups))).Where(name => !_groups.ContainsKey(name)))
        {
            throw new PlaybookException($"The inventory '{Path}' has no group '{name}': {(_groups.Count == 0 ? "it has none" : string.Join(", ", _groups.Keys))}.");
        }

        var chosen = new HashSet<string>(groups.Count == 0 ? _names : groups.SelectMany(name => _groups[name].Hosts), StringComparer.OrdinalIgnoreCase);
        return [.. _names.Where(chosen.Contains).Select(name => new InventoryHost(name, AllVariables(name)))];
    }

    private static IReadOnlyDictionary<string, object?> Variables(YamlNode node, string what, PlaybookProblems problems)
    {
        if (node.Kind == YamlNodeKind.Map)
        {
            return (IReadOnlyDictionary<string, object?>)node.ToValue()!;
        }

        if (node.Kind != YamlNodeKind.Scalar || node.Scalar is not null)
        {
            problems.Error(node, ProblemId.WrongType, $"Here is {node.Description}.", $"{what}: names with values");
        }

        return PlaybookValue.Map();
    }

    private void Add(string name, IReadOnlyDictionary<string, object?>? variables)
    {
        if (!_variables.TryGetValue(name, out IReadOnlyDictionary<string, object?>? known))
        {
            _names.Add(name);
        }

        _variables[name] = variables ?? known ?? PlaybookValue.Map();
    }

    private IReadOnlyDictionary<string, object?> AllVariables(string name)
    {
        IEnumerable<KeyValuePair<string, object?>> ofGroups = _groups.Values.Where(group => group.Hosts.Contains(name, StringComparer.OrdinalIgnoreCase)).SelectMany(group => group.Variables);
        return PlaybookValue.Map([.. ofGroups.Concat(_variables[name]).Select(pair => (pair.Key, pair.Value))]);
    }
}
