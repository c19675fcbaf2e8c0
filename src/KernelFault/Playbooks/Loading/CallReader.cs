using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Loading;

/// <summary>Reads an action with its inputs, and compares them with what the action takes.</summary>
/// <param name="problems">What is wrong.</param>
/// <param name="expressions">Takes the interpolations.</param>
/// <param name="actions">The actions there are.</param>
/// <param name="time">For regular expressions.</param>
internal sealed class CallReader(PlaybookProblems problems, ExpressionCheck expressions, PlaybookActions actions, PatternTime time)
{
    /// <summary>Looks for the action that a map names.</summary>
    /// <param name="map">A step, or what takes one back.</param>
    /// <returns>The action; null, and an error, when it is not known.</returns>
    internal PlaybookActionInfo? Find(YamlMap map)
    {
        _ = map.Require("action");
        string? name = map.Text("action");
        PlaybookActionInfo? info = name is null ? null : actions.FindInfo(name);
        if (name is not null && info is null)
        {
            problems.Error(map.Find("action")!, ProblemId.UnknownAction, $"There is no action '{name}'.", NearestName.Find(name, actions.Infos.Select(known => known.Name)) is string nearest ? $"did you mean '{nearest}'?" : "one of those that Get-PlaybookAction lists");
        }

        return info;
    }

    /// <summary>Reads the inputs.</summary>
    /// <param name="node">Where the action stands.</param>
    /// <param name="map">It.</param>
    /// <param name="info">The action; null when it is not known.</param>
    /// <param name="place">What its inputs can name.</param>
    /// <returns>The call.</returns>
    internal PlaybookCall Read(YamlNode node, YamlMap map, PlaybookActionInfo? info, ExpressionPlace place)
    {
        IReadOnlyList<KeyValuePair<YamlNode, YamlNode>> inputs = map.Map("inputs", PlaybookForm.MaximumElements);
        expressions.AddTemplates(map.Find("inputs"), place);
        if (info is not null)
        {
            foreach (KeyValuePair<YamlNode, YamlNode> input in inputs)
            {
                // As it is written: the schema that editors use knows one way to write a name.
                ActionInput? known = info.Inputs.FirstOrDefault(candidate => candidate.Name == input.Key.Text);
                if (known is null)
                {
                    problems.Error(input.Key, ProblemId.UnknownInput, $"The action '{info.Name}' takes no '{input.Key.Text}'.", problems.Hint(input.Key.Text, info.Inputs.Select(candidate => candidate.Name)) ?? (info.Inputs.Count == 0 ? "no inputs" : null));
                }
                else if (!IsNothing(input.Value))
                {
                    // What has no value counts as not given.
                    Check(known, input.Value);
                }
            }

            foreach (ActionInput missing in info.Inputs.Where(input => input.Required && !inputs.Any(given => given.Key.Text == input.Name && !IsNothing(given.Value))))
            {
                problems.Error(map.Find("action") ?? node, ProblemId.MissingInput, $"The action '{info.Name}' needs the input '{missing.Name}'.", $"{PlaybookForm.NameOf(missing.Type)}: {missing.Description}");
            }
        }

        return new PlaybookCall(map.Find("action")?.Text ?? string.Empty, PlaybookValue.Map([.. inputs.Select(input => (input.Key.Text, input.Value.ToValue()))]));
    }

    /// <summary>What an input must be.</summary>
    /// <param name="input">The input.</param>
    /// <returns>The rule.</returns>
    internal static PlaybookValueRule RuleOf(ActionInput input) => new(input.Type)
    {
        Allowed = [.. input.Allowed],
        Minimum = input.Minimum,
        Maximum = input.Maximum,
        HasTemplates = true,
    };

    private static bool IsNothing(YamlNode node) => node is { Kind: YamlNodeKind.Scalar, Scalar: null };

    private void Check(ActionInput input, YamlNode node)
    {
        if (input.Type != PlaybookValueType.Any && RuleOf(input).Problem(node.ToValue(), time) is ({ } id, { } expected))
        {
            problems.Error(node, id, $"'{input.Name}' is {node.Description}.", expected);
        }
        else if (input.IsBesidePlaybook && node.Scalar is string path && !PlaybookValueRule.IsTemplate(path) && PlaybookFile.PathProblem(path) is string problem)
        {
            problems.Error(node, ProblemId.PathEscape, problem, "a file beside the playbook, or in a folder there");
        }
    }
}
