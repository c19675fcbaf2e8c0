using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>
/// A playbook as one of Ansible, for fleets that are run by it: one play, a block for each step. What only looks runs with
/// <c>--check</c> too; what changes a machine does not. Texts of the playbook stay texts: none of them becomes Jinja.
/// </summary>
/// <remarks>
/// Parameters are variables of Ansible (<c>sinceHours</c> is <c>kf_since_hours</c>), from the inventory or by <c>-e</c>; secret ones are
/// asked for. <c>kf_hosts</c> says on which machines, <c>kf_force</c> answers questions with yes, <c>kf_folder</c> is where files are kept,
/// <c>kf_analysis</c> has the outputs of analyse-dump for a crash that is known already.
/// </remarks>
public sealed class AnsibleExport
{
    private readonly AnsibleActions _actions = new();

    /// <summary>Turns a playbook into one of Ansible.</summary>
    /// <param name="playbook">The playbook.</param>
    /// <returns>The file's content and what is different there.</returns>
    /// <exception cref="PlaybookException">A text in it cannot be read.</exception>
    public ExportedPlaybook Export(Playbook playbook)
    {
        if (playbook is null)
        {
            throw new ArgumentNullException(nameof(playbook));
        }

        var warnings = new List<string>();
        bool[] systems = playbook.Requires.Platform switch { PlaybookPlatform.Windows => [true], PlaybookPlatform.Linux => [false], _ => [false, true] };
        var expressions = new AnsibleExpression(playbook, (step, output) => systems.Any(windows => _actions.Find(step.Call.Action, windows)?.Tells(output) == true), warnings.Add);
        List<YamlNode> tasks = [.. Beginning(playbook, expressions)];
        foreach (bool windows in systems)
        {
            bool hasChanged = false;
            var blocks = new List<YamlNode>();
            foreach (PlaybookStep step in playbook.Steps)
            {
                var steps = new AnsibleStep(playbook, _actions, expressions, text => warnings.Add($"{step.Id}: {text}"));
                blocks.Add(steps.Block(step, windows, hasChanged));
                hasChanged |= step.Changes;
            }

            tasks.AddRange(systems.Length == 1 ? blocks : [AnsibleYaml.Map(
                ("name", AnsibleYaml.Name(windows ? "On Windows" : "On Linux")),
                ("when", AnsibleYaml.Condition(System(windows))),
                ("block", AnsibleYaml.List(blocks)))]);
        }

        tasks.AddRange(End(playbook, expressions));
        if (playbook.Requires.Offline == true)
        {
            warnings.Add("The playbook is for a Windows that is not running; Ansible reaches none: what it does is done to the machine that answers.");
        }

        YamlMappingNode play = AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(playbook.Title)),
            ("hosts", AnsibleYaml.Value("kf_hosts | default('all')")),
            ("gather_facts", AnsibleYaml.Plain("true")),
            ("become", playbook.Requires is { Elevated: true, Platform: PlaybookPlatform.Linux } ? AnsibleYaml.Plain("true") : null),
            ("vars_prompt", Prompts(playbook)),
            ("vars", AnsibleYaml.Map(
                ("kf_force", AnsibleYaml.Plain("false")),
                ("kf_plain", AnsibleYaml.Unsafe(string.Empty)),
                ("kf_folder", AnsibleYaml.Value("playbook_dir ~ '/kernelfault'")),
                ("kf_analysis", new YamlMappingNode { Style = YamlDotNet.Core.Events.MappingStyle.Flow }))),
            ("tasks", AnsibleYaml.List(tasks)));
        return new ExportedPlaybook
        {
            Playbook = playbook.Name,
            Format = PlaybookExportFormat.Ansible,
            Text = AnsibleYaml.Write(AnsibleYaml.List([play]), Comments(playbook)),
            Warnings = [.. warnings.Distinct()],
        };
    }

    private static IEnumerable<string> Comments(Playbook playbook)
    {
        yield return $"{playbook.Name}, exported by KernelFault from the playbook with SHA-256 {playbook.Hash}.";
        foreach (PlaybookParameter parameter in playbook.Parameters)
        {
            string need = parameter.Required ? ", required" : parameter.Default is null ? string.Empty : $", {PlaybookValue.Text(parameter.Default)} unless given";
            yield return $"{Jinja.Variable(parameter.Name)} ({parameter.Type.ToString().ToLowerInvariant()}{need}): {parameter.Description ?? parameter.Name}";
        }
    }

    private static YamlSequenceNode? Prompts(Playbook playbook)
    {
        YamlNode[] prompts = [.. playbook.Parameters.Where(parameter => parameter.Secret).Select(parameter => AnsibleYaml.Map(
            ("name", AnsibleYaml.Plain(Jinja.Variable(parameter.Name))),
            ("prompt", AnsibleYaml.Text(parameter.Description ?? parameter.Name)),
            ("private", AnsibleYaml.Plain("true")),
            ("unsafe", AnsibleYaml.Plain("true"))))];
        return prompts.Length == 0 ? null : AnsibleYaml.List(prompts);
    }

    private static IEnumerable<YamlNode> Beginning(Playbook playbook, AnsibleExpression expressions)
    {
        if (playbook.Requires.Platform != PlaybookPlatform.Any)
        {
            bool windows = playbook.Requires.Platform == PlaybookPlatform.Windows;
            yield return Assert("Is the machine one that the playbook is for?", [System(windows)], $"The playbook is for {playbook.Requires.Platform}.");
        }

        bool isSecret = playbook.Parameters.Any(parameter => parameter.Secret);
        yield return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name("Take what was given")),
            ("ansible.builtin.set_fact", AnsibleYaml.Map(
                ("kf_parameters", Fact(playbook.Parameters.Select(parameter => $"{Jinja.Quote(parameter.Name)}: {Typed(parameter)}"))),
                ("kf_run", AnsibleYaml.Value("{'id': 'ansible', 'startTime': now(utc=true).isoformat() ~ 'Z'}")),
                ("kf_results", new YamlMappingNode { Style = YamlDotNet.Core.Events.MappingStyle.Flow }),
                ("kf_steps", new YamlMappingNode { Style = YamlDotNet.Core.Events.MappingStyle.Flow }))),
            ("no_log", isSecret ? AnsibleYaml.Plain("true") : null));
        foreach (PlaybookParameter parameter in playbook.Parameters)
        {
            string[] conditions = [.. Conditions(parameter)];
            if (conditions.Length > 0)
            {
                yield return Assert($"Is {Jinja.Variable(parameter.Name)} good?", conditions, $"{Jinja.Variable(parameter.Name)} is missing or none of the values that are allowed: {parameter.Description ?? parameter.Name}");
            }
        }

        if (playbook.Variables.Count > 0)
        {
            yield return AnsibleYaml.Map(
                ("name", AnsibleYaml.Name("Make the playbook's variables")),
                ("ansible.builtin.set_fact", AnsibleYaml.Map(
                    ("kf_variables", Fact(playbook.Variables.Select(pair => $"{Jinja.Quote(pair.Key)}: {expressions.Value(pair.Value)}"))))),
                ("no_log", isSecret ? AnsibleYaml.Plain("true") : null));
        }
    }

    // A fact is a template again wherever it is used, unless something unsafe took part in making it: then it stays as it stands.
    private static YamlScalarNode Fact(IEnumerable<string> pairs) => AnsibleYaml.Value("{" + string.Join(", ", pairs) + "} if kf_plain == '' else {}");

    // What -e gives is text, whatever it looks like.
    private static string Typed(PlaybookParameter parameter)
    {
        string given = $"{Jinja.Variable(parameter.Name)} | default({Jinja.Literal(parameter.Default)})";
        string? kind = parameter.Type switch
        {
            PlaybookValueType.Integer => "int",
            PlaybookValueType.Number => "float",
            PlaybookValueType.Boolean => "bool",
            PlaybookValueType.Text => "string",
            _ => null,
        };
        return kind is null ? $"({given})"
            : parameter.Default is null ? $"(none if ({given}) is none else ({given}) | {kind})"
            : $"(({given}) | {kind})";
    }

    private static IEnumerable<string> Conditions(PlaybookParameter parameter)
    {
        string value = $"kf_parameters[{Jinja.Quote(parameter.Name)}]";
        string orNone = parameter.Required ? string.Empty : $"{value} is none or ";
        if (parameter.Required)
        {
            yield return $"{value} is not none";
        }

        if (parameter.Allowed.Count > 0)
        {
            yield return $"{orNone}({value} | string | lower) in {Jinja.Literal((object?[])[.. parameter.Allowed.Select(allowed => PlaybookValue.Text(allowed).ToLowerInvariant())])}";
        }

        if (parameter.Pattern is string pattern)
        {
            yield return $"{orNone}{value} | string is regex({Jinja.Quote($"\\A(?:{pattern})\\Z")}, ignorecase=true)";
        }

        if (parameter.Minimum is double minimum)
        {
            yield return $"{orNone}{value} | float >= {Jinja.Literal(minimum)}";
        }

        if (parameter.Maximum is double maximum)
        {
            yield return $"{orNone}{value} | float <= {Jinja.Literal(maximum)}";
        }
    }

    private static IEnumerable<YamlNode> End(Playbook playbook, AnsibleExpression expressions)
    {
        if (playbook.Outputs.Count > 0)
        {
            yield return AnsibleYaml.Map(
                ("name", AnsibleYaml.Name("What came of it")),
                ("ansible.builtin.debug", AnsibleYaml.Map(
                    ("msg", AnsibleYaml.Value("{" + string.Join(", ", playbook.Outputs.Select(pair => $"{Jinja.Quote(pair.Key)}: {expressions.Value(pair.Value)}")) + "}")))),
                ("no_log", playbook.Parameters.Any(parameter => parameter.Secret) ? AnsibleYaml.Plain("true") : null));
        }
    }

    private static YamlMappingNode Assert(string name, IEnumerable<string> conditions, string message) => AnsibleYaml.Map(
        ("name", AnsibleYaml.Name(name)),
        ("ansible.builtin.assert", AnsibleYaml.Map(
            ("that", AnsibleYaml.List(conditions.Select(AnsibleYaml.Condition))),
            ("fail_msg", AnsibleYaml.Text(message)),
            ("quiet", AnsibleYaml.Plain("true")))));

    private static string System(bool windows) => $"ansible_facts['os_family'] {(windows ? "==" : "!=")} 'Windows'";
}
