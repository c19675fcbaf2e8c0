using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Loading;

/// <summary>Reads steps.</summary>
/// <param name="problems">What is wrong.</param>
/// <param name="expressions">Takes paths and interpolations.</param>
/// <param name="actions">The actions there are.</param>
/// <param name="time">For regular expressions.</param>
internal sealed class StepReader(PlaybookProblems problems, ExpressionCheck expressions, PlaybookActions actions, PatternTime time)
{
    private readonly CallReader _calls = new(problems, expressions, actions, time);
    private readonly ConditionReader _conditions = new(problems, expressions);
    private readonly List<(int Index, YamlNode Node)> _goTo = [];

    /// <summary>Reads the steps.</summary>
    /// <param name="nodes">The steps.</param>
    /// <param name="requires">The machines that the playbook is for.</param>
    /// <returns>The steps.</returns>
    internal IReadOnlyList<PlaybookStep> Read(IReadOnlyList<YamlNode> nodes, PlaybookRequirements requires)
    {
        var ids = new Dictionary<string, YamlNode>(StringComparer.OrdinalIgnoreCase);
        var steps = new List<PlaybookStep>();
        foreach (YamlNode node in nodes)
        {
            steps.Add(Read(node, steps.Count, requires));
            if (node.Find("id") is not { Scalar: string id } at)
            {
                continue;
            }

            if (ids.TryGetValue(id, out YamlNode? first))
            {
                problems.Error(at, ProblemId.DuplicateId, $"The step in line {first.Line} has the id '{id}' too.", "an id that no other step has");
            }

            ids[id] = at;
        }

        foreach ((int index, YamlNode node) in _goTo)
        {
            DeclaredStep? target = expressions.Steps.FirstOrDefault(step => step.Id == node.Text);
            if (target is null || target.Index <= index)
            {
                problems.Error(node, ProblemId.GoTo, target is null ? $"There is no step '{node.Text}'." : $"The step '{node.Text}' does not come later: a playbook goes forward only.", problems.Hint(node.Text, expressions.Steps.Skip(index + 1).Select(step => step.Id)));
            }
        }

        return steps;
    }

    private PlaybookStep Read(YamlNode node, int index, PlaybookRequirements requires)
    {
        var map = new YamlMap(node, "a step", PlaybookForm.Step, problems);
        string id = map.Name("id", PlaybookForm.StepId, "a lower-case letter, then lower-case letters, digits and hyphens", required: true) ?? string.Empty;
        string register = map.Name("register", PlaybookForm.ValueName, "a letter, then letters, digits, hyphens and underscores") ?? id;
        YamlNode? forEach = map.Find("forEach");
        PlaybookActionInfo? info = map.IsMap ? _calls.Find(map) : null;
        var place = new ExpressionPlace { Steps = index, HasItem = forEach is not null };
        var shown = place with { IsShown = true };

        expressions.Declare(new DeclaredStep(index, id, register, info, forEach is not null));
        expressions.AddTemplates(forEach, place with { HasItem = false });
        expressions.AddTemplates(map.Find("title"), shown with { HasItem = false });
        expressions.AddTemplates(map.Find("confirm"), shown);
        var step = new PlaybookStep
        {
            Id = id,
            Title = map.Text("title", required: true, PlaybookForm.MaximumTitle, oneLine: true) ?? string.Empty,
            Why = map.Text("why"),
            Call = _calls.Read(node, map, info, place),
            When = _conditions.Read(map.Find("when"), place),
            ForEach = ForEach(forEach),
            Register = register,
            Retry = Retry(map.Find("retry"), place with { HasResult = true, Action = info }),
            Timeout = map.Number("timeout", 0, PlaybookForm.MaximumTimeout),
            OnFailure = OnFailure(map.Find("onFailure"), index),
            Confirm = map.Text("confirm"),
            Changes = map.Flag("changes"),
            Restart = map.Choice("restart", PlaybookForm.Restarts) ?? StepRestart.None,
            Rollback = Rollback(map, place with { Steps = index + 1 }),
            Evidence = Evidence(map, info),
            Line = node.Line,
        };
        if (info is not null)
        {
            Check(map, step, info, requires.Platform);
            new OfflineCheck(problems, requires.Offline).Check(map, step, info, actions);
        }

        return step;
    }

    private object? ForEach(YamlNode? node)
    {
        if (node is null || PlaybookValueRule.IsWholeTemplate(node.Scalar))
        {
            return node?.Scalar;
        }

        if (node.Kind != YamlNodeKind.List)
        {
            problems.Error(node, ProblemId.WrongType, $"'forEach' is {node.Description}.", "a list, or ${{ path }} and nothing else");
        }
        else if (node.Items.Count > PlaybookForm.MaximumElements)
        {
            problems.Error(node, ProblemId.TooMany, $"'forEach' has {node.Items.Count} elements.", $"at most {PlaybookForm.MaximumElements}");
        }

        return node.ToValue();
    }

    private PlaybookRetry? Retry(YamlNode? node, ExpressionPlace place)
    {
        if (node is null)
        {
            return null;
        }

        var map = new YamlMap(node, "'retry'", PlaybookForm.Retry, problems);
        _ = map.Require("count");
        return new PlaybookRetry(
            (int)(map.Number("count", 1, PlaybookForm.MaximumRetries, whole: true) ?? 1),
            map.Number("delay", 0, PlaybookForm.MaximumDelay) ?? 0,
            map.Number("backOff", 1, PlaybookForm.MaximumBackOff) ?? 1,
            _conditions.Read(map.Find("until"), place));
    }

    private StepFailure OnFailure(YamlNode? node, int index)
    {
        if (node is null)
        {
            return new StepFailure(StepFailureKind.Stop, null);
        }

        foreach ((string word, StepFailureKind kind) in PlaybookForm.Failures)
        {
            if (node.Scalar as string == word)
            {
                return new StepFailure(kind, null);
            }
        }

        if (node.Kind != YamlNodeKind.Map)
        {
            string[] words = [.. PlaybookForm.Failures.Select(failure => failure.Key)];
            problems.Error(node, ProblemId.WrongValue, $"'onFailure' is {node.Description}.", NearestName.Find(node.Text, words) is string near ? $"did you mean '{near}'?" : $"one of {string.Join(", ", words)}, or {{ goTo: STEP }}");
            return new StepFailure(StepFailureKind.Stop, null);
        }

        var map = new YamlMap(node, "'onFailure'", ["goTo"], problems);
        _ = map.Require("goTo");
        string? target = map.Text("goTo");
        if (target is not null)
        {
            _goTo.Add((index, map.Find("goTo")!));
        }

        return new StepFailure(StepFailureKind.GoTo, target);
    }

    private PlaybookCall? Rollback(YamlMap step, ExpressionPlace place)
    {
        if (step.Find("rollback") is not { } node)
        {
            return null;
        }

        var map = new YamlMap(node, "'rollback'", PlaybookForm.Call, problems);
        if (!map.IsMap)
        {
            return null;
        }

        PlaybookActionInfo? info = _calls.Find(map);
        PlaybookCall call = _calls.Read(node, map, info, place);
        if (info?.MayChange(call.Inputs) == true && step.Find("changes")?.Scalar is not true)
        {
            problems.Error(node, ProblemId.ChangesNotDeclared, $"'{info.Name}' changes the machine, and the step does not say that it does.", "changes: true");
        }

        return call;
    }

    private List<string> Evidence(YamlMap map, PlaybookActionInfo? info)
    {
        var names = new List<string>();
        foreach (YamlNode node in map.List("evidence", PlaybookForm.MaximumMatches))
        {
            if (node.Scalar is not string name)
            {
                problems.Error(node, ProblemId.WrongType, $"Evidence is {node.Description}.", "names of outputs");
                continue;
            }

            if (info is not null && !info.Outputs.Any(output => output.Name == name))
            {
                problems.Error(node, ProblemId.UnknownOutput, $"The action '{info.Name}' gives no '{name}'.", problems.Hint(name, info.Outputs.Select(output => output.Name)));
            }

            names.Add(name);
        }

        return names;
    }

    private void Check(YamlMap map, PlaybookStep step, PlaybookActionInfo info, PlaybookPlatform platform)
    {
        YamlNode action = map.Find("action")!;
        bool mayChange = info.MayChange(step.Call.Inputs);
        if (mayChange && !step.Changes)
        {
            problems.Error(action, ProblemId.ChangesNotDeclared, $"'{info.Name}' changes the machine, and the step does not say that it does.", "changes: true");
        }

        if (info.Platform != PlaybookPlatform.Any && platform != PlaybookPlatform.Any && info.Platform != platform)
        {
            problems.Error(action, ProblemId.Platform, $"'{info.Name}' is for {info.Platform}, the playbook for {platform}.");
        }

        if (step.Why is null)
        {
            problems.Warn(action, ProblemId.NoReason, $"The step '{step.Id}' does not say why it is done.", "why: one sentence for the one who reads it");
        }

        if (info.Restarts && step.Restart != StepRestart.None)
        {
            problems.Warn(map.Find("restart")!, ProblemId.RestartTwice, $"'{info.Name}' restarts the machine itself: it would be restarted twice.", "no 'restart'");
        }

        if (mayChange && !info.Restarts && step.Rollback is null)
        {
            problems.Warn(action, ProblemId.NoRollback, $"Nothing takes back what the step '{step.Id}' changes.", "rollback, where there is an action for it");
        }
    }
}
