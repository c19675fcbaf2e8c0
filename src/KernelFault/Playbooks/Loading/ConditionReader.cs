using System.Globalization;

namespace KernelFault.Playbooks.Loading;

/// <summary>Reads conditions.</summary>
/// <param name="problems">What is wrong.</param>
/// <param name="expressions">Takes the paths and interpolations.</param>
internal sealed class ConditionReader(PlaybookProblems problems, ExpressionCheck expressions)
{
    // Each may have a regular expression that is tried; a playbook that a person reads has a few.
    private const int MaximumConditions = 1000;

    private static readonly string[] s_keys = [.. PlaybookForm.Groups.Select(group => group.Key), "value", .. PlaybookForm.Operators.Select(kind => kind.Key)];

    private int _count;

    /// <summary>Reads a condition.</summary>
    /// <param name="node">The condition; null for none.</param>
    /// <param name="place">Where it stands.</param>
    /// <returns>The condition; null for none, and when it is wrong.</returns>
    internal PlaybookCondition? Read(YamlNode? node, ExpressionPlace place)
    {
        if (node is null)
        {
            return null;
        }

        if (++_count > MaximumConditions)
        {
            problems.Error(node, ProblemId.TooMany, "There are too many conditions.", $"at most {MaximumConditions} in a playbook");
            return null;
        }

        var map = new YamlMap(node, "a condition", s_keys, problems);
        if (!map.IsMap)
        {
            return null;
        }

        (string Key, PlaybookConditionKind Value)[] groups = [.. PlaybookForm.Groups.Where(group => map.Find(group.Key) is not null)];
        (string Key, PlaybookConditionKind Value)[] operators = [.. PlaybookForm.Operators.Where(kind => map.Find(kind.Key) is not null)];
        YamlNode? value = map.Find("value");
        if (groups.Length + (value is null && operators.Length == 0 ? 0 : 1) != 1)
        {
            problems.Error(node, ProblemId.Condition, groups.Length == 0 ? "A condition is empty." : "A condition asks several things at once.", "exactly one of all, any, not, or 'value' with one operator");
            return null;
        }

        return groups.Length == 1 ? Group(map, groups[0], place) : Comparison(node, map, value, operators, place);
    }

    private PlaybookCondition Group(YamlMap map, (string Key, PlaybookConditionKind Value) group, ExpressionPlace place)
    {
        YamlNode node = map.Find(group.Key)!;
        IReadOnlyList<YamlNode> parts = group.Value == PlaybookConditionKind.Not ? [node] : map.List(group.Key, PlaybookForm.MaximumMatches);
        if (parts.Count == 0 && node.Kind == YamlNodeKind.List)
        {
            problems.Error(node, ProblemId.Condition, $"'{group.Key}' is empty.", "at least one condition");
        }

        return new PlaybookCondition { Kind = group.Value, Parts = [.. parts.Select(part => Read(part, place)).OfType<PlaybookCondition>()], Value = null, Operand = null };
    }

    private PlaybookCondition? Comparison(YamlNode node, YamlMap map, YamlNode? value, (string Key, PlaybookConditionKind Value)[] operators, ExpressionPlace place)
    {
        string? path = null;
        if (value is null)
        {
            problems.Error(node, ProblemId.MissingKey, "The key 'value' is missing.", "the path of a value, such as facts.platform");
        }
        else if (map.Text("value") is string text)
        {
            path = text;
            expressions.AddPath(value, place);
        }

        if (operators.Length != 1)
        {
            problems.Error(node, ProblemId.Condition, operators.Length == 0 ? "A condition has no operator." : "A condition has several operators.", "one of " + string.Join(", ", PlaybookForm.Operators.Select(kind => kind.Key)));
            return null;
        }

        YamlNode operand = map.Find(operators[0].Key)!;
        Check(operators[0], operand);
        expressions.AddTemplates(operand, place);
        return path is null ? null : new PlaybookCondition { Kind = operators[0].Value, Parts = [], Value = path, Operand = operand.ToValue() };
    }

    private void Check((string Key, PlaybookConditionKind Value) kind, YamlNode operand)
    {
        bool template = PlaybookValueRule.IsWholeTemplate(operand.Scalar);
        string? expected = kind.Value switch
        {
            PlaybookConditionKind.In when operand.Kind != YamlNodeKind.List && !template => "a list",
            PlaybookConditionKind.Contains when operand.Kind != YamlNodeKind.Scalar || operand.Scalar is null => "a text, a number, true or false",
            PlaybookConditionKind.Matches when operand.Scalar is not string => "a regular expression",
            PlaybookConditionKind.GreaterThan or PlaybookConditionKind.LessThan when !(operand.Scalar is long or double || template || IsTime(operand.Scalar)) => "a number, or a time such as 2026-11-21T08:00:00Z",
            PlaybookConditionKind.Exists when operand.Scalar is not bool => "true or false",
            _ => null,
        };
        if (expected is not null)
        {
            problems.Error(operand, ProblemId.WrongType, $"'{kind.Key}' is {operand.Description}.", expected);
        }
        else if (kind.Value == PlaybookConditionKind.Matches && !PlaybookValueRule.IsTemplate(operand.Scalar) && PlaybookPattern.Problem(operand.Text) is string problem)
        {
            problems.Error(operand, ProblemId.Pattern, problem);
        }
    }

    // A year first: what else a machine takes for a time depends on who reads it.
    private static bool IsTime(object? value) => value is string { Length: > 4 } text && text[4] == '-'
        && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out _);
}
