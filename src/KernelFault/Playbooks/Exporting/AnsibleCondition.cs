namespace KernelFault.Playbooks.Exporting;

/// <summary>Conditions as expressions of Jinja, with the rules of <see cref="PlaybookValue"/>: texts without regard to case, and never equal to numbers.</summary>
/// <param name="expressions">Values.</param>
/// <param name="warn">Takes what may come out otherwise.</param>
internal sealed class AnsibleCondition(AnsibleExpression expressions, Action<string> warn)
{
    // What .NET reads in a regular expression and Python does not, or otherwise.
    private static readonly string[] s_dialect = ["(?<", "(?>", "\\p{", "\\P{", "\\z", "\\G", "\\k<", "(?("];

    /// <summary>A condition.</summary>
    internal string Of(PlaybookCondition condition) => condition.Kind switch
    {
        PlaybookConditionKind.All => "(" + string.Join(" and ", condition.Parts.Select(Of)) + ")",
        PlaybookConditionKind.Any => "(" + string.Join(" or ", condition.Parts.Select(Of)) + ")",
        PlaybookConditionKind.Not => $"(not {Of(condition.Parts[0])})",
        _ => Compare(condition.Kind, expressions.Path(condition.Value!), condition.Operand),
    };

    /// <summary>A comparison.</summary>
    internal string Compare(PlaybookConditionKind kind, string value, object? operand)
    {
        bool isTemplate = AnsibleExpression.IsTemplate(operand);
        switch (kind)
        {
            case PlaybookConditionKind.Exists:
                return operand is true ? $"{value} is not none" : $"{value} is none";
            case PlaybookConditionKind.Equals:
                return Equal(value, operand, isTemplate);
            case PlaybookConditionKind.In:
                return operand is IReadOnlyList<object?> list && !isTemplate ? AmongLiterals(value, list) : Among(value, $"({expressions.Value(operand)} | default([], true))");
            case PlaybookConditionKind.Contains:
                return Contains(value, operand, isTemplate);
            case PlaybookConditionKind.Matches:
                if (operand is string pattern && s_dialect.Any(mark => pattern.Contains(mark, StringComparison.Ordinal) && !IsLookBehind(pattern, mark)))
                {
                    warn($"the regular expression '{pattern}' has what Python reads otherwise.");
                }

                return $"({value} is not none and {value} | string is search({expressions.Value(operand, PlaybookValueType.Text)}, ignorecase=true))";
            case PlaybookConditionKind.GreaterThan:
                return Order(value, ">", operand, isTemplate);
            case PlaybookConditionKind.LessThan:
                return Order(value, "<", operand, isTemplate);
            default:
                throw new InvalidOperationException(kind.ToString());
        }
    }

    private string Equal(string value, object? operand, bool isTemplate)
    {
        string other = expressions.Value(operand);
        return isTemplate ? $"({Lower(value)} == {Lower(other)} if {value} is string and {other} is string else {value} == {other})" : operand switch
        {
            null => $"{value} is none",
            string => $"({value} is string and {Lower(value)} == {Lower(other)})",
            bool => $"{value} is sameas {other}",
            long or double => $"({value} is not boolean and {value} == {other})",
            _ => $"{value} == {other}",
        };
    }

    private static string AmongLiterals(string value, IReadOnlyList<object?> list)
    {
        string texts = Jinja.Literal((object?[])[.. list.OfType<string>().Select(text => text.ToLowerInvariant())]);
        object?[] others = [.. list.Where(element => element is not string)];
        return others.Length == 0 ? $"({value} is string and {Lower(value)} in {texts})" : $"({Lower(value)} in {texts} if {value} is string else {value} in {Jinja.Literal(others)})";
    }

    private static string Among(string value, string list) => $"({Lower(value)} in ({list} | select('string') | map('lower') | list) if {value} is string else {value} in {list})";

    private string Contains(string value, object? operand, bool isTemplate)
    {
        string other = expressions.Value(operand);
        string list = $"({value} if {value} is iterable and {value} is not string and {value} is not mapping else [])";
        return isTemplate ? $"({Lower(other)} in {Lower(value)} if {value} is string and {other} is string else {Among(other, list)})"
            : operand is string ? $"({Lower(other)} in {Lower(value)} if {value} is string else {Lower(other)} in ({list} | select('string') | map('lower') | list))"
            : $"({other} in {list})";
    }

    // Times in ISO 8601 are in order as texts.
    private string Order(string value, string sign, object? operand, bool isTemplate)
    {
        string other = expressions.Value(operand);
        return isTemplate ? $"({value} is not none and ({value} | float {sign} {other} | float if {value} is number and {other} is number else {value} | string {sign} {other} | string))"
            : operand is string ? $"({value} is not none and {value} | string {sign} {other})"
            : $"({value} is not none and {value} | float {sign} {other})";
    }

    private static string Lower(string expression) => $"({expression} | lower)";

    private static bool IsLookBehind(string pattern, string mark) => mark == "(?<" && !pattern.Replace("(?<=", string.Empty).Replace("(?<!", string.Empty).Contains(mark, StringComparison.Ordinal);
}
