using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Loading;

/// <summary>Reads a playbook out of nodes of YAML.</summary>
/// <param name="problems">What is wrong.</param>
/// <param name="actions">The actions there are.</param>
internal sealed class PlaybookReader(PlaybookProblems problems, PlaybookActions actions)
{
    private readonly ExpressionCheck _expressions = new(problems, actions);
    private readonly PatternTime _time = new();

    /// <summary>Reads it; what comes back is to be used only when there is no error.</summary>
    /// <param name="root">The node at the top.</param>
    /// <param name="path">The file.</param>
    /// <param name="isBuiltIn">Whether it comes with this library.</param>
    /// <param name="hash">SHA-256 of the file.</param>
    /// <returns>The playbook.</returns>
    internal Playbook Read(YamlNode root, string path, bool isBuiltIn, string hash)
    {
        var map = new YamlMap(root, "a playbook", PlaybookForm.Top, problems);
        if (map.Require("version") is { } version && version.Scalar is not (long)Playbook.CurrentVersion)
        {
            problems.Error(version, ProblemId.Version, $"'version' is {version.Description}.", $"{Playbook.CurrentVersion}: the form that this library reads");
        }

        PlaybookRequirements requires = Requirements(map.Find("requires"));
        var parameters = new ParameterReader(problems, _expressions, _time);
        PlaybookParameter[] declared = [.. map.Map("parameters", PlaybookForm.MaximumParameters).Select(entry => parameters.Read(entry.Key, entry.Value))];
        IReadOnlyDictionary<string, object?> variables = Variables(map);
        IReadOnlyList<PlaybookStep> steps = Steps(map, requires);
        var playbook = new Playbook
        {
            Version = Playbook.CurrentVersion,
            Name = map.Name("name", PlaybookForm.PlaybookName, "lower-case letters, digits and hyphens, a letter first", required: true) ?? string.Empty,
            Title = map.Text("title", required: true, PlaybookForm.MaximumTitle, oneLine: true) ?? string.Empty,
            Description = map.Text("description", required: true) ?? string.Empty,
            Requires = requires,
            Match = Match(map.Find("match")),
            Parameters = declared,
            Variables = variables,
            Steps = steps,
            Outputs = Outputs(map, steps.Count),
            Path = path,
            IsBuiltIn = isBuiltIn,
            Hash = hash,
        };
        _expressions.Check();
        return playbook;
    }

    private PlaybookRequirements Requirements(YamlNode? node)
    {
        if (node is null)
        {
            return new PlaybookRequirements { Platform = PlaybookPlatform.Any, Elevated = false, Offline = false };
        }

        var map = new YamlMap(node, "'requires'", PlaybookForm.Requires, problems);
        YamlNode? offline = map.Find("offline");
        var requires = new PlaybookRequirements
        {
            Platform = map.Choice("platform", PlaybookForm.Platforms) ?? PlaybookPlatform.Any,
            Elevated = map.Flag("elevated"),
            Offline = offline?.Scalar is "any" ? null : map.Flag("offline"),
        };
        if (requires is { Platform: PlaybookPlatform.Linux, Offline: true })
        {
            problems.Error(offline!, ProblemId.Offline, "The playbook is for Linux, and what does not run is the folder of a Windows.", "platform: Windows, or no 'offline'");
        }

        return requires;
    }

    private PlaybookMatch Match(YamlNode? node)
    {
        if (node is null)
        {
            return new PlaybookMatch { BugChecks = [], FaultClasses = [], Symptoms = [] };
        }

        var map = new YamlMap(node, "'match'", PlaybookForm.Match, problems);
        return new PlaybookMatch
        {
            BugChecks = [.. map.List("bugChecks", PlaybookForm.MaximumMatches).Select(BugCheck).OfType<long>()],
            FaultClasses = [.. map.List("faultClasses", PlaybookForm.MaximumMatches).Select(Class).OfType<string>()],
            Symptoms = [.. map.List("symptoms", PlaybookForm.MaximumMatches).Select(Symptom).OfType<string>()],
        };
    }

    private long? BugCheck(YamlNode node)
    {
        if (node.Scalar is long code and >= 0 and <= uint.MaxValue)
        {
            return code;
        }

        problems.Error(node, node.Scalar is long ? ProblemId.OutOfRange : ProblemId.WrongType, $"A bug check is {node.Description}.", "a stop code of 32 bits, such as 0x50");
        return null;
    }

    private string? Class(YamlNode node)
    {
        if (node.Scalar is string name && PlaybookForm.FaultClasses.Contains(name))
        {
            return name;
        }

        problems.Error(node, ProblemId.WrongValue, $"A fault class is {node.Description}.", problems.Hint(node.Text, PlaybookForm.FaultClasses) ?? "a name such as NullDereference");
        return null;
    }

    private string? Symptom(YamlNode node)
    {
        if (node.Scalar is string text && text.Trim().Length > 0 && text.Length <= PlaybookForm.MaximumTitle)
        {
            return text.Trim().ToLowerInvariant();
        }

        problems.Error(node, ProblemId.WrongType, $"A symptom is {(node.Scalar is string ? "empty or too long" : node.Description)}.", $"a word or short phrase of at most {PlaybookForm.MaximumTitle} characters");
        return null;
    }

    private IReadOnlyDictionary<string, object?> Variables(YamlMap map)
    {
        IReadOnlyList<KeyValuePair<YamlNode, YamlNode>> entries = map.Map("variables", PlaybookForm.MaximumVariables);
        for (int i = 0; i < entries.Count; i++)
        {
            CheckName(entries[i].Key, "a variable");
            _expressions.DeclareVariable(entries[i].Key);
            _expressions.AddTemplates(entries[i].Value, new ExpressionPlace { Steps = 0, Variables = i, Variable = entries[i].Key.Text });
        }

        return Values(entries);
    }

    private IReadOnlyDictionary<string, object?> Outputs(YamlMap map, int steps)
    {
        IReadOnlyList<KeyValuePair<YamlNode, YamlNode>> entries = map.Map("outputs", PlaybookForm.MaximumOutputs);
        foreach (KeyValuePair<YamlNode, YamlNode> entry in entries)
        {
            CheckName(entry.Key, "an output");
            _expressions.AddTemplates(entry.Value, new ExpressionPlace { Steps = steps, IsShown = true });
        }

        return Values(entries);
    }

    private IReadOnlyList<PlaybookStep> Steps(YamlMap map, PlaybookRequirements requires)
    {
        IReadOnlyList<YamlNode> nodes = map.List("steps", PlaybookForm.MaximumSteps);
        if (map.Require("steps") is { Kind: YamlNodeKind.List, Items.Count: 0 } empty)
        {
            problems.Error(empty, ProblemId.WrongValue, "'steps' is empty.", "at least one step");
        }

        return new StepReader(problems, _expressions, actions, _time).Read(nodes, requires);
    }

    private void CheckName(YamlNode name, string what)
    {
        if (!PlaybookForm.IsName(name.Text, PlaybookForm.ValueName))
        {
            problems.Error(name, ProblemId.WrongName, $"'{name.Text}' is no name of {what}.", $"a letter, then letters, digits, hyphens and underscores, at most {PlaybookForm.MaximumName}");
        }
    }

    private static IReadOnlyDictionary<string, object?> Values(IReadOnlyList<KeyValuePair<YamlNode, YamlNode>> entries) =>
        PlaybookValue.Map([.. entries.Select(entry => (entry.Key.Text, entry.Value.ToValue()))]);
}
