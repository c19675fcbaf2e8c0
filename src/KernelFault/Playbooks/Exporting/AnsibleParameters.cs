using KernelFault.Playbooks.Running;
using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>The parameters and variables of a playbook as facts: taken, checked, made of their kind, in that order.</summary>
/// <param name="frame">The playbook.</param>
/// <param name="actions">What actions become.</param>
/// <param name="systems">Whether it is for Windows, Linux or both: true for Windows.</param>
/// <param name="warn">Takes what is otherwise in Ansible.</param>
internal sealed class AnsibleParameters(AnsibleFrame frame, AnsibleActions actions, bool[] systems, Action<string> warn)
{
    private readonly AnsibleExpression _expressions = new(frame, actions, systems, warn);

    /// <summary>Variables of Ansible are what is given.</summary>
    internal IEnumerable<YamlNode> FromVariables()
    {
        var given = new List<(string, string)>();
        foreach (PlaybookParameter parameter in frame.Playbook.Parameters)
        {
            bool isHidden = parameter.Secret && parameter.Default is not null;
            if (isHidden)
            {
                warn($"The default of the secret '{parameter.Name}' is not written: it has to be given.");
            }

            given.Add((parameter.Name, $"{actions.Variable(parameter.Name)} | default({(isHidden ? "none" : _expressions.Value(parameter.Default))})"));
        }

        return Tasks(given, parameter => actions.Variable(parameter.Name), mayBeJson: true);
    }

    /// <summary>A step of the playbook that includes this one gives them.</summary>
    /// <param name="given">What the step gives, by name.</param>
    /// <param name="outer">Values of that playbook.</param>
    /// <param name="isSecret">Whether a value is made of secrets.</param>
    /// <exception cref="PlaybookException">One is missing, of another kind, not allowed, or no parameter.</exception>
    internal IEnumerable<YamlNode> FromStep(IReadOnlyDictionary<string, object?> given, AnsibleExpression outer, Func<object?, bool> isSecret)
    {
        RunParameters.Verify(frame.Playbook, given.Where(pair => !AnsibleExpression.IsTemplate(pair.Value)).Concat(given.Where(pair => AnsibleExpression.IsTemplate(pair.Value))
            .Select(pair => new KeyValuePair<string, object?>(pair.Key, null))).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase));
        IReadOnlyList<string> missing = RunParameters.Missing(frame.Playbook, PlaybookValue.Map([.. given.Select(pair => (pair.Key, pair.Value))]), PlaybookValue.Map());
        if (missing.Count > 0)
        {
            throw new PlaybookException($"{frame.Prefix} The playbook '{frame.Playbook.Name}' needs {string.Join(", ", missing.Select(name => $"the parameter '{name}'"))}.");
        }

        var values = new List<(string, string)>();
        foreach (PlaybookParameter parameter in frame.Playbook.Parameters)
        {
            object? value = given.FirstOrDefault(pair => string.Equals(pair.Key, parameter.Name, StringComparison.OrdinalIgnoreCase)).Value;
            string standard = _expressions.Value(parameter.Default);
            values.Add((parameter.Name, value is null ? standard
                : AnsibleExpression.IsTemplate(value) && parameter.Default is not null ? $"([{outer.Value(value)}, {standard}] | reject('none') | first)"
                : outer.Value(value)));
            if (isSecret(value))
            {
                frame.Secrets.AddParameter(parameter.Name);
            }
        }

        return Tasks(values, parameter => $"{frame.Playbook.Name}: {parameter.Name}", mayBeJson: false);
    }

    private List<YamlNode> Tasks(List<(string Name, string Value)> given, Func<PlaybookParameter, string> name, bool mayBeJson)
    {
        Playbook playbook = frame.Playbook;
        foreach (PlaybookParameter secret in playbook.Parameters.Where(parameter => parameter.Secret))
        {
            frame.Secrets.AddParameter(secret.Name);
        }

        var tasks = new List<YamlNode>
        {
            AnsibleYaml.Map(
                ("name", AnsibleYaml.Name("Take what was given" + In())),
                ("ansible.builtin.set_fact", AnsibleYaml.Map(
                    (frame.Given, AnsibleYaml.Fact(given)),
                    ("kf_run", frame.Outer is null ? AnsibleYaml.Value("{'id': 'ansible', 'startTime': now(utc=true).isoformat() ~ 'Z'}") : null),
                    (frame.Results, AnsibleYaml.Nothing()),
                    (frame.Steps, AnsibleYaml.Nothing()))),
                ("no_log", NoLog(frame.Secrets.Any))),
        };
        foreach (PlaybookParameter parameter in playbook.Parameters)
        {
            string[] conditions = [.. Conditions(parameter, mayBeJson)];
            if (conditions.Length > 0)
            {
                YamlMappingNode check = AnsibleYaml.Assert($"Is {name(parameter)} good?", conditions, $"{name(parameter)} is missing, of another kind, or none of the values that are allowed: {parameter.Description ?? parameter.Name}");
                if (frame.Secrets.AreIn($"${{{{ parameters.{parameter.Name} }}}}"))
                {
                    AnsibleYaml.Set(check, "no_log", AnsibleYaml.Plain("true"));
                }

                tasks.Add(check);
            }
        }

        tasks.Add(AnsibleYaml.Map(
            ("name", AnsibleYaml.Name("Make it of its kind" + In())),
            ("ansible.builtin.set_fact", AnsibleYaml.Map((frame.Parameters, AnsibleYaml.Fact(playbook.Parameters.Select(parameter => (parameter.Name, Typed(parameter, mayBeJson))))))),
            ("no_log", NoLog(frame.Secrets.Any))));
        foreach (KeyValuePair<string, object?> variable in playbook.Variables)
        {
            // Each may name those before it.
            bool isSecret = frame.Secrets.AreIn(variable.Value);
            tasks.Add(AnsibleYaml.Map(
                ("name", AnsibleYaml.Name($"Make the variable {variable.Key}{In()}")),
                ("ansible.builtin.set_fact", AnsibleYaml.Map((frame.Variables, AnsibleYaml.Value($"{frame.Variables} | default({{}}) | combine({AnsibleYaml.Pairs([(variable.Key, _expressions.Value(variable.Value))])})")))),
                ("no_log", NoLog(isSecret || (frame.Secrets.Any && playbook.Variables.Keys.Any(key => frame.Secrets.AreIn($"${{{{ variables.{key} }}}}")))))));
            if (isSecret)
            {
                frame.Secrets.AddVariable(variable.Key);
            }
        }

        return tasks;
    }

    private string In() => frame.Outer is null ? string.Empty : $" ({frame.Prefix.TrimEnd('/')})";

    private static YamlScalarNode? NoLog(bool isSecret) => isSecret ? AnsibleYaml.Plain("true") : null;

    private string Raw(PlaybookParameter parameter) => $"{frame.Given}[{Jinja.Quote(parameter.Name)}]";

    // What -e gives is text, whatever it looks like; what an inventory gives has its kind.
    private string Typed(PlaybookParameter parameter, bool mayBeJson)
    {
        string raw = Raw(parameter);
        string? typed = parameter.Type switch
        {
            PlaybookValueType.Integer => $"{raw} | int",
            PlaybookValueType.Number => $"({raw} | int if {raw} | int == {raw} | float else {raw} | float)",
            PlaybookValueType.Boolean => $"{raw} | bool",
            PlaybookValueType.Text => $"({raw} if {raw} is string else {raw} | to_json)",
            PlaybookValueType.TextList => $"([{raw}] if {raw} is string else [{raw} | string] if {raw} is number else {raw} | map('string') | list)",
            PlaybookValueType.List or PlaybookValueType.Map when mayBeJson => $"({raw} | from_json if {raw} is string else {raw})",
            _ => null,
        };
        return typed is null ? raw : $"none if {raw} is none else {typed}";
    }

    private IEnumerable<string> Conditions(PlaybookParameter parameter, bool mayBeJson)
    {
        string value = Raw(parameter);
        string orNone = $"{value} is none or ";
        if (parameter.Required || (mayBeJson && parameter is { Secret: true, Default: not null }))
        {
            yield return $"{value} is not none";
        }

        bool isList = parameter.Type is PlaybookValueType.TextList or PlaybookValueType.List;
        string? kind = parameter.Type switch
        {
            PlaybookValueType.Integer => $"{value} | string is match({Jinja.Quote(@"[+-]?[0-9]{1,18}(\.0+)?\Z")})",
            PlaybookValueType.Number => $"{value} | string is match({Jinja.Quote(@"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,2})?\Z")}, ignorecase=true)",
            PlaybookValueType.Boolean => $"{value} | string | lower in ['true', 'false']",
            PlaybookValueType.Text => $"{value} is string or {value} is number",
            PlaybookValueType.TextList => $"{value} is string or {value} is number or ({value} is iterable and {value} is not mapping)",
            PlaybookValueType.List => $"({value} is iterable and {value} is not mapping and {value} is not string){(mayBeJson ? $" or ({value} is string and {value}.startswith('['))" : string.Empty)}",
            PlaybookValueType.Map => $"{value} is mapping{(mayBeJson ? $" or ({value} is string and {value}.startswith({Jinja.Quote("{")}))" : string.Empty)}",
            _ => null,
        };
        if (kind is not null)
        {
            yield return orNone + kind;
        }

        string elements = isList ? $"([{value}] if {value} is string else {value})" : $"[{value}]";
        if (parameter.Allowed.Count > 0)
        {
            yield return $"{orNone}{elements} | map('string') | map('lower') | difference({Jinja.Literal((object?[])[.. parameter.Allowed.Select(allowed => PlaybookValue.Text(allowed).ToLowerInvariant())])}) | length == 0";
        }

        if (parameter.Pattern is string pattern)
        {
            yield return $"{orNone}{elements} | map('string') | reject('regex', {Jinja.Quote($"\\A(?:{pattern})\\Z")}, ignorecase=true) | list | length == 0";
        }

        if (parameter.Minimum is double minimum && !isList)
        {
            yield return $"{orNone}{value} | float >= {Jinja.Literal(minimum)}";
        }

        if (parameter.Maximum is double maximum && !isList)
        {
            yield return $"{orNone}{value} | float <= {Jinja.Literal(maximum)}";
        }
    }
}
