namespace KernelFault.Playbooks.Loading;

/// <summary>What a value must be: for an input of an action, a default, and what a parameter is given.</summary>
/// <param name="Type">Of what kind it is.</param>
internal sealed record PlaybookValueRule(PlaybookValueType Type)
{
    private const string Open = "${{";

    /// <summary>The values that are allowed, for a list of texts those of its elements; empty for all.</summary>
    internal IReadOnlyList<object?> Allowed { get; init; } = [];

    /// <summary>A regular expression that the whole of a text must match; null for none.</summary>
    internal string? Pattern { get; init; }

    internal double? Minimum { get; init; }

    internal double? Maximum { get; init; }

    /// <summary>Whether a text with <c>${{ … }}</c> stands for a value that is known later.</summary>
    internal bool HasTemplates { get; init; }

    /// <summary>Whether a text is one <c>${{ … }}</c> and nothing else: it becomes a value of any kind.</summary>
    /// <param name="value">A value.</param>
    /// <returns>Whether it is.</returns>
    internal static bool IsWholeTemplate(object? value)
    {
        if (value is not string text || !text.StartsWith(Open, StringComparison.Ordinal))
        {
            return false;
        }

        int close = text.IndexOf("}}", StringComparison.Ordinal);
        return close < 0 || close == text.Length - 2;
    }

    /// <summary>Whether a text has <c>${{</c> in it.</summary>
    /// <param name="value">A value.</param>
    /// <returns>Whether it has.</returns>
    internal static bool IsTemplate(object? value) => value is string text && text.Contains(Open);

    /// <summary>What is wrong with a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="time">How long regular expressions may take.</param>
    /// <returns>The kind of problem and what is expected; null when nothing is wrong.</returns>
    /// <exception cref="PlaybookException">The regular expression cannot be used, or takes too long.</exception>
    internal (string Id, string Expected)? Problem(object? value, PatternTime time)
    {
        if (HasTemplates && IsWholeTemplate(value))
        {
            return null;
        }

        bool fits = Type switch
        {
            PlaybookValueType.Text => value is string,
            PlaybookValueType.Integer => value is long,
            PlaybookValueType.Number => value is long or double,
            PlaybookValueType.Boolean => value is bool,
            PlaybookValueType.TextList => value is string || value is IReadOnlyList<object?> list && list.All(element => element is string),
            PlaybookValueType.List => value is IReadOnlyList<object?>,
            PlaybookValueType.Map => value is IReadOnlyDictionary<string, object?>,
            _ => true,
        };
        if (!fits)
        {
            return (ProblemId.WrongType, Describe());
        }

        foreach (object? element in Type == PlaybookValueType.TextList && value is IReadOnlyList<object?> texts ? texts : [value])
        {
            if (HasTemplates && IsTemplate(element))
            {
                continue;
            }

            if (Allowed.Count > 0 && !Allowed.Any(allowed => PlaybookValue.AreEqual(allowed, element)))
            {
                return (ProblemId.WrongValue, "one of " + string.Join(", ", Allowed.Select(PlaybookValue.Text)));
            }

            if (Pattern is not null && element is string text && !time.Matches(text, Whole(Pattern)))
            {
                return (ProblemId.WrongValue, $"a text that matches '{Pattern}'");
            }

            double? number = element switch { long whole => whole, double fraction => fraction, _ => null };
            if (number < Minimum || number > Maximum)
            {
                return (ProblemId.OutOfRange, Describe());
            }
        }

        return null;
    }

    /// <summary>An expression that the whole of a text must match.</summary>
    /// <param name="pattern">An expression.</param>
    /// <returns>It between anchors.</returns>
    internal static string Whole(string pattern) => @"\A(?:" + pattern + @")\z";

    private string Describe()
    {
        string what = Type switch
        {
            PlaybookValueType.Text => "a text; quotes make one",
            PlaybookValueType.Integer => "a whole number",
            PlaybookValueType.Number => "a number",
            PlaybookValueType.Boolean => "true or false",
            PlaybookValueType.TextList => "a list of texts",
            PlaybookValueType.List => "a list",
            PlaybookValueType.Map => "a map",
            _ => "a value",
        };
        return (Minimum, Maximum) switch
        {
            (null, null) => what,
            (not null, null) => $"{what} of at least {PlaybookValue.Text(Minimum)}",
            (null, not null) => $"{what} of at most {PlaybookValue.Text(Maximum)}",
            _ => $"{what} from {PlaybookValue.Text(Minimum)} to {PlaybookValue.Text(Maximum)}",
        };
    }
}
