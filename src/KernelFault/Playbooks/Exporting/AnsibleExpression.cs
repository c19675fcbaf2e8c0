using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Exporting;

/// <summary>Paths and templates of one playbook as expressions of Jinja.</summary>
/// <param name="frame">The playbook.</param>
/// <param name="actions">What actions become.</param>
/// <param name="systems">Whether it is for Windows, Linux or both: true for Windows.</param>
/// <param name="warn">Takes what cannot be said in Jinja.</param>
internal sealed class AnsibleExpression(AnsibleFrame frame, AnsibleActions actions, bool[] systems, Action<string> warn)
{
    private static readonly Dictionary<string, string> s_facts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["name"] = "inventory_hostname",
        ["computerName"] = "ansible_facts['hostname']",
        ["platform"] = "('Windows' if ansible_facts['os_family'] == 'Windows' else 'Linux')",
        ["operatingSystem"] = "ansible_facts['distribution']",
        ["version"] = "ansible_facts['distribution_version']",
        ["build"] = "ansible_facts['kernel']",
        ["architecture"] = "{'x86_64': 'x64', 'amd64': 'x64', '64-bit': 'x64', 'aarch64': 'arm64'}[ansible_facts['architecture']]",
        ["powerShellVersion"] = "ansible_facts['powershell_version']",
    };

    /// <summary>What <c>result</c> is while a step is tried again or taken back: expressions by output.</summary>
    internal IReadOnlyDictionary<string, string>? Result { get; set; }

    /// <summary>While a step is taken back: the name of its results, and the expression for them.</summary>
    internal (string Register, string Expression)? Own { get; set; }

    /// <summary>Whether a value has interpolations.</summary>
    internal static bool IsTemplate(object? value) => value switch
    {
        string text => text.Contains("${{", StringComparison.Ordinal),
        IReadOnlyDictionary<string, object?> map => map.Values.Any(IsTemplate),
        IReadOnlyList<object?> list => list.Any(IsTemplate),
        _ => false,
    };

    /// <summary>A value as an expression.</summary>
    internal string Value(object? value) => value switch
    {
        string text when IsTemplate(text) => Template(text),
        IReadOnlyDictionary<string, object?> map => "{" + string.Join(", ", map.Select(pair => $"{Jinja.Quote(pair.Key)}: {Value(pair.Value)}")) + "}",
        IReadOnlyList<object?> list => "[" + string.Join(", ", list.Select(Value)) + "]",
        _ => Jinja.Literal(value),
    };

    /// <summary>A value as an expression of the kind that an input or a parameter asks for, as far as it can be made one.</summary>
    internal string Value(object? value, PlaybookValueType type)
    {
        if (type == PlaybookValueType.Text)
        {
            return value is string text && IsTemplate(text) && Kind(text) != PlaybookValueType.Text ? AsText(Value(text)) : Value(value);
        }

        if (type != PlaybookValueType.TextList || value is null)
        {
            return Value(value);
        }

        if (value is IReadOnlyList<object?> list)
        {
            return "[" + string.Join(", ", list.Select(element => Value(element, PlaybookValueType.Text))) + "]";
        }

        string expression = Value(value);
        return value is not string one || Kind(one) == PlaybookValueType.Text ? $"([{expression}] if {expression} is not none else none)"
            : Kind(one) == PlaybookValueType.TextList ? expression
            : $"([{expression}] if {expression} is string else {expression} | default([], true) | map('string') | list)";
    }

    /// <summary>A path as an expression, none where nothing is there.</summary>
    internal string Path(string text)
    {
        PlaybookPath path = PlaybookPath.Parse(text);
        object[] rest = [.. path.Parts.Skip(1)];
        string first = rest.Length > 0 && rest[0] is string name ? name : string.Empty;
        bool isLength = rest.Length > (Same(path.Root, "item") ? 0 : 1) && rest[rest.Length - 1] is "length";
        if (isLength)
        {
            rest = [.. rest.Take(rest.Length - 1)];
        }

        string expression;
        switch (path.Root.ToLowerInvariant())
        {
            case "parameters":
                expression = frame.Parameters + Index([frame.Playbook.Parameters.FirstOrDefault(one => Same(one.Name, first))?.Name ?? first, .. rest.Skip(1)]);
                break;
            case "variables":
                expression = frame.Variables + Index([frame.Playbook.Variables.Keys.FirstOrDefault(one => Same(one, first)) ?? first, .. rest.Skip(1)]);
                break;
            case "results":
                expression = Results(text, first, rest);
                break;
            case "steps":
                if (rest.Length > 1 && rest[1] is string part && Same(part, "summary"))
                {
                    warn($"{text} is what Ansible says of a failure, and null when there was none.");
                }

                expression = frame.Steps + Index([.. rest.Select(one => one is string word ? word.ToLowerInvariant() : one)]);
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
            case "run":
                expression = "kf_run" + Index([Same(first, "startTime") ? "startTime" : first.ToLowerInvariant(), .. rest.Skip(1)]);
                break;
            default:
                expression = $"kf_{path.Root.ToLowerInvariant()}" + Index(Named(rest, 0, PlaybookActions.BuiltIn.FindInfo("analyse-dump")!.Outputs.Select(output => output.Name)));
                break;
        }

        expression = $"({expression} | default(none))";
        return isLength

            // Of a list it is how many elements it has; a map may have something of that name.
            ? $"({expression}['length'] | default(none) if {expression} is mapping else {expression} | length if {expression} is iterable and {expression} is not string else none)"
            : expression;
    }

    private string Results(string text, string register, object[] rest)
    {
        PlaybookStep[] sources = [.. frame.Playbook.Steps.Where(step => Same(step.Register, register))];
        string start = Own is (string name, string own) && Same(name, register) ? own : frame.Results + Index([frame.Register(register)]);
        object[] behind = [.. rest.Skip(1)];
        int at = Array.FindIndex(behind, part => part is string);
        if (at >= 0 && sources.Length > 0)
        {
            behind = Named(behind, at, sources.Select(step => PlaybookActions.BuiltIn.FindInfo(step.Call.Action)).OfType<PlaybookActionInfo>().SelectMany(info => info.Outputs).Select(output => output.Name)
                .Concat(sources.Any(step => step.Call.Action == IncludeAction.Name) ? ["outputs", "status"] : []));
            if (!sources.Any(step => Tells(step, behind, at)))
            {
                warn($"{text} is not told in Ansible and is null.");
            }

            if (sources.Select(step => frame.Included.TryGetValue(step.Id, out AnsibleFrame? inner) ? inner : null).OfType<AnsibleFrame>().FirstOrDefault() is { } included)
            {
                behind = Named(behind, at + 1, included.Playbook.Outputs.Keys);
            }
        }

        return start + Index(behind);
    }

    private bool Tells(PlaybookStep step, object[] parts, int at)
    {
        string output = (string)parts[at];
        if (step.Call.Action != IncludeAction.Name)
        {
            return systems.Any(windows => actions.Find(step.Call.Action, windows)?.Tells(output) == true);
        }

        return frame.Included.TryGetValue(step.Id, out AnsibleFrame? inner)
            && (output == "status" || (output == "outputs" && (parts.Length <= at + 1 || parts[at + 1] is not string name || inner.Playbook.Outputs.Keys.Any(key => Same(key, name)))));
    }

    // Names are the same in upper and lower case here, and others in Ansible.
    private static object[] Named(object[] parts, int at, IEnumerable<string> names) =>
        [.. parts.Select((part, index) => index == at && part is string name ? names.FirstOrDefault(one => Same(one, name)) ?? name : part)];

    private static string Index(IEnumerable<object> parts) => string.Concat(parts.Select(part => part is int index ? $"[{index}]" : $"[{Jinja.Quote((string)part)}]"));

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private string Template(string text)
    {
        IReadOnlyList<(IReadOnlyList<string> Paths, object? Value)> parts = PlaybookTemplate.Parse(text);
        return parts.Count == 1 ? Part(parts[0]) : "(" + string.Join(" ~ ", parts.Select(part => part.Paths.Count == 0 ? Jinja.Quote((string)part.Value!)
            : Kind(part) == PlaybookValueType.Text ? $"({Part(part)} | default('', true))"
            : $"({AsText(Part(part))} | default('', true))")) + ")";
    }

    private string Part((IReadOnlyList<string> Paths, object? Value) part)
    {
        string[] values = [.. part.Paths.Select(Path), .. part.Value is null ? (string[])[] : [Jinja.Literal(part.Value)]];
        return values.Length == 1 ? values[0] : $"([{string.Join(", ", values)}] | reject('none') | first | default(none))";
    }

    // True is 'true' here and 'True' there; 0 and false are no empty texts.
    private static string AsText(string expression) => $"({expression} if {expression} is string or {expression} is none else {expression} | to_json)";

    /// <summary>Of what kind the value of a text is that is one interpolation; text for one that is more, null where that is not known.</summary>
    private PlaybookValueType? Kind(string text)
    {
        IReadOnlyList<(IReadOnlyList<string> Paths, object? Value)> parts = PlaybookTemplate.Parse(text);
        return parts.Count == 1 ? Kind(parts[0]) : PlaybookValueType.Text;
    }

    private PlaybookValueType? Kind((IReadOnlyList<string> Paths, object? Value) part)
    {
        PlaybookValueType?[] kinds = [.. part.Paths.Select(path => KindOf(PlaybookPath.Parse(path))), .. part.Value is null ? (PlaybookValueType?[])[] : [part.Value is string ? PlaybookValueType.Text : null]];
        return kinds.Distinct().Count() == 1 ? kinds[0] : null;
    }

    private PlaybookValueType? KindOf(PlaybookPath path)
    {
        string[] names = [.. path.Parts.OfType<string>()];
        return path.Parts.Count != names.Length ? null : (names[0].ToLowerInvariant(), names.Length) switch
        {
            ("parameters", 2) => frame.Playbook.Parameters.FirstOrDefault(one => Same(one.Name, names[1]))?.Type,
            ("results", 3) when frame.Playbook.Steps.Count(step => Same(step.Register, names[1])) == 1 => PlaybookActions.BuiltIn.FindInfo(frame.Playbook.Steps.First(step => Same(step.Register, names[1])).Call.Action)
                ?.Outputs.FirstOrDefault(output => Same(output.Name, names[2]))?.Type,
            ("run", 2) or ("facts", 2) => PlaybookValueType.Text,
            _ => null,
        };
    }
}
