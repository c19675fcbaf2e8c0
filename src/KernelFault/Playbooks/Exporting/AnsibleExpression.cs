using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>Paths, templates and conditions of one playbook as expressions of Jinja.</summary>
/// <param name="playbook">The playbook.</param>
/// <param name="tells">Whether a step's action tells an output in Ansible.</param>
/// <param name="warn">Takes what cannot be said in Jinja.</param>
internal sealed class AnsibleExpression(Playbook playbook, Func<PlaybookStep, string, bool> tells, Action<string> warn)
{
    private static readonly Dictionary<string, string> s_facts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["name"] = "inventory_hostname",
        ["computerName"] = "ansible_facts['hostname']",
        ["platform"] = "('Windows' if ansible_facts['os_family'] == 'Windows' else 'Linux')",
        ["operatingSystem"] = "ansible_facts['distribution']",
        ["version"] = "ansible_facts['distribution_version']",
        ["build"] = "ansible_facts['kernel']",
        ["architecture"] = "{'x86_64': 'x64', 'amd64': 'x64', 'aarch64': 'arm64'}[ansible_facts['architecture']]",
        ["powerShellVersion"] = "ansible_facts['powershell_version']",
    };

    /// <summary>What <c>result</c> is while a step is tried again: expressions by output.</summary>
    internal IReadOnlyDictionary<string, string>? Result { get; set; }

    /// <summary>A value of a playbook as a node: what stands there as it is, interpolations as expressions.</summary>
    internal YamlNode Node(object? value)
    {
        switch (value)
        {
            case null:
                return AnsibleYaml.Plain("null");
            case string text when text.Contains("${{", StringComparison.Ordinal):
                return AnsibleYaml.Value(Value(text));
            case string text:
                return AnsibleYaml.Text(text);
            case IReadOnlyDictionary<string, object?> map:
                // Keys are not looked at by Ansible.
                return new YamlMappingNode(map.Select(pair => new KeyValuePair<YamlNode, YamlNode>(new YamlScalarNode(pair.Key) { Style = YamlDotNet.Core.ScalarStyle.DoubleQuoted }, Node(pair.Value))));
            case IReadOnlyList<object?> list:
                return AnsibleYaml.List(list.Select(Node));
            default:
                return AnsibleYaml.Plain(Jinja.Literal(value));
        }
    }

    /// <summary>A value as an expression.</summary>
    internal string Value(object? value) => value switch
    {
        string text when text.Contains("${{", StringComparison.Ordinal) => Template(text),
        IReadOnlyDictionary<string, object?> map => "{" + string.Join(", ", map.Select(pair => $"{Jinja.Quote(pair.Key)}: {Value(pair.Value)}")) + "}",
        IReadOnlyList<object?> list => "[" + string.Join(", ", list.Select(Value)) + "]",
        _ => Jinja.Literal(value),
    };

    /// <summary>A path as an expression, none where nothing is there.</summary>
    internal string Path(string text)
    {
        PlaybookPath path = PlaybookPath.Parse(text);
        object[] rest = [.. path.Parts.Skip(1)];
        string first = rest.Length > 0 && rest[0] is string name ? name : string.Empty;
        bool isLength = rest.Length > 1 && rest[rest.Length - 1] is "length";
        if (isLength)
        {
            rest = [.. rest.Take(rest.Length - 1)];
        }

        string expression;
        switch (path.Root.ToLowerInvariant())
        {
            case "parameters":
                expression = "kf_parameters" + Index([playbook.Parameters.FirstOrDefault(one => Same(one.Name, first))?.Name ?? first, .. rest.Skip(1)]);
                break;
            case "variables":
                expression = "kf_variables" + Index([playbook.Variables.Keys.FirstOrDefault(one => Same(one, first)) ?? first, .. rest.Skip(1)]);
                break;
            case "results":
                PlaybookStep? source = playbook.Steps.FirstOrDefault(one => Same(one.Register, first));
                if (source is not null && rest.Skip(1).OfType<string>().FirstOrDefault() is string output && !tells(source, output))
                {
                    warn($"{text} is not told in Ansible and is null.");
                }

                expression = "kf_results" + Index([source?.Register ?? first, .. rest.Skip(1)]);
                break;
            case "steps":
                expression = "kf_steps" + Index(rest);
                break;
            case "facts" when s_facts.TryGetValue(first, out string? fact):
                expression = fact + Index(rest.Skip(1));
                break;
            case "facts":
                warn($"facts.{first} has no counterpart in Ansible and is null.");
                expression = "none";
                break;
            case "host":
                expression = "hostvars[inventory_hostname]" + Index(rest);
                break;
            case "item":
                expression = "kf_item" + Index(rest);
                break;
            case "result":
                expression = Result is null ? "none"
                    : Result.TryGetValue(first, out string? own) ? $"({own})" + Index(rest.Skip(1))
                    : Result.TryGetValue("*", out string? all) ? $"({all})" + Index(rest)
                    : "none";
                break;
            default:
                expression = $"kf_{path.Root.ToLowerInvariant()}" + Index(rest);
                break;
        }

        return isLength ? $"({expression} | default([], true) | length)" : $"({expression} | default(none))";
    }

    /// <summary>A condition.</summary>
    internal string Condition(PlaybookCondition condition) => condition.Kind switch
    {
        PlaybookConditionKind.All => "(" + string.Join(" and ", condition.Parts.Select(Condition)) + ")",
        PlaybookConditionKind.Any => "(" + string.Join(" or ", condition.Parts.Select(Condition)) + ")",
        PlaybookConditionKind.Not => $"(not {Condition(condition.Parts[0])})",
        _ => Compare(condition.Kind, Path(condition.Value!), condition.Operand),
    };

    /// <summary>A comparison.</summary>
    internal string Compare(PlaybookConditionKind kind, string value, object? operand)
    {
        string other = Value(operand);
        bool isText = operand is string;
        return kind switch
        {
            PlaybookConditionKind.Exists => operand is true ? $"{value} is not none" : $"{value} is none",
            PlaybookConditionKind.Equals when operand is null => $"{value} is none",
            PlaybookConditionKind.Equals when isText => $"({value} is not none and {Lower(value)} == {Lower(other)})",
            PlaybookConditionKind.Equals when operand is bool => $"{value} is sameas {other}",
            PlaybookConditionKind.Equals => $"{value} == {other}",
            PlaybookConditionKind.In => $"({value} is not none and {Lower(value)} in ({other} | map('string') | map('lower') | list))",
            PlaybookConditionKind.Contains =>
                $"({Lower(other)} in (({value} | lower) if {value} is string else ({value} | default([], true) | map('string') | map('lower') | list)))",
            PlaybookConditionKind.Matches => $"({value} is not none and {value} | string is search({other}, ignorecase=true))",
            PlaybookConditionKind.GreaterThan => Order(value, ">", operand, other),
            PlaybookConditionKind.LessThan => Order(value, "<", operand, other),
            _ => throw new InvalidOperationException(kind.ToString()),
        };
    }

    // Times in ISO 8601 are in order as texts.
    private static string Order(string value, string sign, object? operand, string other) =>
        operand is string text && !text.Contains("${{", StringComparison.Ordinal)
            ? $"({value} is not none and {value} | string {sign} {other})"
            : $"({value} is not none and {value} | float {sign} {other} | float)";

    private static string Lower(string expression) => $"({expression} | string | lower)";

    private static string Index(IEnumerable<object> parts) => string.Concat(parts.Select(part => part is int index ? $"[{index}]" : $"[{Jinja.Quote((string)part)}]"));

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private string Template(string text)
    {
        IReadOnlyList<(IReadOnlyList<string> Paths, object? Value)> parts = PlaybookTemplate.Parse(text);
        return parts.Count == 1 ? Part(parts[0]) : "(" + string.Join(" ~ ", parts.Select(part => part.Paths.Count == 0 ? Jinja.Quote((string)part.Value!) : $"({Part(part)} | default('', true))")) + ")";
    }

    private string Part((IReadOnlyList<string> Paths, object? Value) part)
    {
        string[] values = [.. part.Paths.Select(Path), .. part.Value is null ? (string[])[] : [Jinja.Literal(part.Value)]];
        return values.Length == 1 ? values[0] : $"([{string.Join(", ", values)}] | reject('none') | first | default(none))";
    }
}
