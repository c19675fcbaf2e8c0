namespace KernelFault.Playbooks.Loading;

/// <summary>Reads the declarations of parameters.</summary>
/// <param name="problems">What is wrong.</param>
/// <param name="expressions">Takes the interpolations of defaults.</param>
/// <param name="time">For regular expressions.</param>
internal sealed class ParameterReader(PlaybookProblems problems, ExpressionCheck expressions, PatternTime time)
{
    private static readonly ExpressionPlace s_place = new() { Steps = 0, HasParameters = false };

    /// <summary>What the value of a parameter must be.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <returns>The rule.</returns>
    internal static PlaybookValueRule RuleOf(PlaybookParameter parameter) => new(parameter.Type)
    {
        Allowed = parameter.Allowed,
        Pattern = parameter.Pattern,
        Minimum = parameter.Minimum,
        Maximum = parameter.Maximum,
    };

    /// <summary>Reads one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="node">The declaration.</param>
    /// <returns>The parameter.</returns>
    internal PlaybookParameter Read(YamlNode name, YamlNode node)
    {
        if (!PlaybookForm.IsName(name.Text, PlaybookForm.ParameterName))
        {
            problems.Error(name, ProblemId.WrongName, $"'{name.Text}' is no name of a parameter.", $"a letter, then letters and digits, at most {PlaybookForm.MaximumName}");
        }

        var map = new YamlMap(node, "a parameter", PlaybookForm.Parameter, problems);

        // Of a type that is not known nothing more need be said.
        PlaybookValueType? known = map.Choice("type", PlaybookForm.Types);
        PlaybookValueType type = known ?? (map.Find("type") is null ? PlaybookValueType.Text : PlaybookValueType.Any);
        bool numeric = type is PlaybookValueType.Integer or PlaybookValueType.Number || (known is null && map.Find("type") is not null);
        YamlNode? standard = map.Find("default");
        var parameter = new PlaybookParameter
        {
            Name = name.Text,
            Type = type,
            Description = map.Text("description"),
            Required = map.Flag("required"),
            Default = standard?.ToValue(),
            Allowed = [.. map.List("allowed", PlaybookForm.MaximumElements).Select(allowed => allowed.ToValue())],
            Pattern = Pattern(map, type),
            Minimum = Bound(map, "minimum", numeric),
            Maximum = Bound(map, "maximum", numeric),
            Secret = map.Flag("secret"),
        };
        expressions.DeclareParameter(name, parameter.Secret);
        expressions.AddTemplates(standard, s_place);
        Check(map, parameter);
        return parameter;
    }

    private string? Pattern(YamlMap map, PlaybookValueType type)
    {
        string? pattern = map.Text("pattern", maximum: 1000);
        if (pattern is null)
        {
            return null;
        }

        if (type is not (PlaybookValueType.Text or PlaybookValueType.TextList))
        {
            problems.Error(map.Find("pattern")!, ProblemId.WrongValue, "'pattern' is for texts alone.", "type: text or textList");
            return null;
        }

        // Alone as well: a bracket too many could close the one that is put around.
        string? problem = PlaybookPattern.Problem(pattern) ?? PlaybookPattern.Problem(PlaybookValueRule.Whole(pattern));
        if (problem is not null)
        {
            problems.Error(map.Find("pattern")!, ProblemId.Pattern, problem);
        }

        return problem is null ? pattern : null;
    }

    private double? Bound(YamlMap map, string key, bool numeric)
    {
        double? bound = map.Number(key, double.MinValue, double.MaxValue);
        if (bound is not null && !numeric)
        {
            problems.Error(map.Find(key)!, ProblemId.WrongValue, $"'{key}' is for numbers alone.", "type: integer or number");
            bound = null;
        }

        return bound;
    }

    private void Check(YamlMap map, PlaybookParameter parameter)
    {
        if (parameter.Minimum > parameter.Maximum)
        {
            problems.Error(map.Find("minimum")!, ProblemId.OutOfRange, "'minimum' is greater than 'maximum'.");
            return;
        }

        PlaybookValueRule kind = new(parameter.Type == PlaybookValueType.TextList ? PlaybookValueType.Text : parameter.Type);
        foreach (YamlNode allowed in map.List("allowed", PlaybookForm.MaximumElements))
        {
            if (kind.Problem(allowed.ToValue(), time) is ({ } id, { } expected))
            {
                problems.Error(allowed, id, $"An allowed value is {allowed.Description}.", expected);
            }
        }

        if (map.Find("allowed") is { Kind: YamlNodeKind.List, Items.Count: 0 } empty)
        {
            problems.Error(empty, ProblemId.WrongValue, "'allowed' is empty: no value would do.", "at least one value");
        }

        if (map.Find("default") is not { } standard || parameter.Default is null)
        {
            return;
        }

        if (parameter.Required)
        {
            problems.Error(standard, ProblemId.WrongValue, "A parameter that must be given needs no default.", "required or default");
        }

        if (parameter.Secret)
        {
            problems.Warn(standard, ProblemId.SecretInClearText, $"The default of the secret '{parameter.Name}' stands in the file for all to read.");
        }

        try
        {
            if ((RuleOf(parameter) with { HasTemplates = true }).Problem(parameter.Default, time) is ({ } id, { } expected))
            {
                problems.Error(standard, id, $"'default' is {standard.Description}.", expected);
            }
        }
        catch (PlaybookException e)
        {
            problems.Error(standard, ProblemId.Pattern, e.Message);
        }
    }
}
