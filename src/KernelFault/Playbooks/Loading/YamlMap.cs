namespace KernelFault.Playbooks.Loading;

/// <summary>A map whose keys are known: gives values of the kinds they must have, and tells what is wrong.</summary>
internal sealed class YamlMap
{
    private readonly YamlNode _node;
    private readonly string _what;
    private readonly PlaybookProblems _problems;

    /// <summary>Looks at a node. What is no map, or has keys that are not known, is an error; its other keys can be asked for.</summary>
    /// <param name="node">The node.</param>
    /// <param name="what">What it is, for a person: <c>a step</c>.</param>
    /// <param name="known">The keys there are.</param>
    /// <param name="problems">What is wrong.</param>
    internal YamlMap(YamlNode node, string what, IReadOnlyList<string> known, PlaybookProblems problems)
    {
        (_node, _what, _problems) = (node, what, problems);
        if (node.Kind != YamlNodeKind.Map)
        {
            problems.Error(node, ProblemId.WrongType, $"Here is {node.Description}.", $"{what}: a map with {string.Join(", ", known)}");
        }

        foreach (YamlNode key in node.Entries.Select(entry => entry.Key).Where(key => !known.Contains(key.Text)))
        {
            problems.Error(key, ProblemId.UnknownKey, $"'{key.Text}' is no key of {what}.", problems.Hint(key.Text, known));
        }
    }

    /// <summary>Whether it is a map at all: else nothing about its keys need be said.</summary>
    internal bool IsMap => _node.Kind == YamlNodeKind.Map;

    /// <summary>The value of a key; null when it is not there.</summary>
    internal YamlNode? Find(string key) => _node.Find(key);

    /// <summary>The value of a key that must be there; null, and an error, when it is not.</summary>
    internal YamlNode? Require(string key)
    {
        YamlNode? found = _node.Find(key);
        if (found is null && IsMap)
        {
            _problems.Error(_node, ProblemId.MissingKey, $"The key '{key}' is missing.", $"{_what} with '{key}'");
        }

        return found;
    }

    /// <summary>A text of at least one character.</summary>
    /// <param name="key">The key.</param>
    /// <param name="required">Whether it must be there.</param>
    /// <param name="maximum">The most characters.</param>
    /// <param name="oneLine">Whether it may not have a line break.</param>
    /// <returns>The text; null when it is not there or wrong.</returns>
    internal string? Text(string key, bool required = false, int maximum = PlaybookForm.MaximumText, bool oneLine = false)
    {
        YamlNode? node = required ? Require(key) : Find(key);
        if (node is null)
        {
            return null;
        }

        if (node.Kind != YamlNodeKind.Scalar || node.Scalar is not string text)
        {
            _problems.Error(node, ProblemId.WrongType, $"'{key}' is {node.Description}.", "a text" + (node.Scalar is null ? string.Empty : "; quotes make one"));
            return null;
        }

        if (text.Trim().Length == 0 || text.Length > maximum)
        {
            _problems.Error(node, ProblemId.WrongValue, text.Length > maximum ? $"'{key}' has {text.Length} characters." : $"'{key}' is empty.", $"1 to {maximum} characters");
            return null;
        }

        if (oneLine && text.Contains('\n'))
        {
            _problems.Error(node, ProblemId.WrongValue, $"'{key}' has more than one line.", "one line");
            return null;
        }

        return text;
    }

    /// <summary>A name of a form.</summary>
    internal string? Name(string key, string pattern, string expected, bool required = false)
    {
        string? text = Text(key, required);
        if (text is not null && !PlaybookForm.IsName(text, pattern))
        {
            _problems.Error(Find(key)!, ProblemId.WrongName, $"'{text}' is no name for '{key}'.", expected + $", at most {PlaybookForm.MaximumName} characters");
        }

        return text;
    }

    /// <summary>True or false.</summary>
    internal bool Flag(string key)
    {
        if (Find(key) is { } node)
        {
            if (node is { Kind: YamlNodeKind.Scalar, Scalar: bool flag })
            {
                return flag;
            }

            _problems.Error(node, ProblemId.WrongType, $"'{key}' is {node.Description}.", "true or false");
        }

        return false;
    }

    /// <summary>A number within limits.</summary>
    /// <param name="key">The key.</param>
    /// <param name="minimum">The least.</param>
    /// <param name="maximum">The greatest.</param>
    /// <param name="whole">Whether it must be a whole number.</param>
    /// <returns>The number; null when it is not there or wrong.</returns>
    internal double? Number(string key, double minimum, double maximum, bool whole = false)
    {
        if (Find(key) is not { } node)
        {
            return null;
        }

        double? number = node.Scalar switch { long integer => integer, double fraction when !whole => fraction, _ => null };
        string expected = $"a {(whole ? "whole " : string.Empty)}number from {PlaybookValue.Text(minimum)} to {PlaybookValue.Text(maximum)}";
        if (number is null)
        {
            _problems.Error(node, ProblemId.WrongType, $"'{key}' is {node.Description}.", expected);
        }
        else if (number < minimum || number > maximum)
        {
            _problems.Error(node, ProblemId.OutOfRange, $"'{key}' is {node.Text}.", expected);
            number = null;
        }

        return number;
    }

    /// <summary>One of some words.</summary>
    internal T? Choice<T>(string key, IReadOnlyList<(string Key, T Value)> choices)
        where T : struct
    {
        if (Find(key) is not { } node)
        {
            return null;
        }

        foreach ((string word, T value) in choices)
        {
            if (node.Kind == YamlNodeKind.Scalar && node.Scalar as string == word)
            {
                return value;
            }
        }

        string[] words = [.. choices.Select(choice => choice.Key)];
        string? near = node.Scalar is string text ? NearestName.Find(text, words) : null;
        _problems.Error(node, ProblemId.WrongValue, $"'{key}' is {node.Description}.", near is null ? "one of " + string.Join(", ", words) : $"did you mean '{near}'?");
        return null;
    }

    /// <summary>The elements of a list; empty when it is not there or wrong.</summary>
    internal IReadOnlyList<YamlNode> List(string key, int maximum)
    {
        if (Find(key) is not { } node)
        {
            return [];
        }

        if (node.Kind != YamlNodeKind.List)
        {
            _problems.Error(node, ProblemId.WrongType, $"'{key}' is {node.Description}.", "a list");
            return [];
        }

        return Bounded(key, node, node.Items, maximum);
    }

    /// <summary>Names and values of a map; empty when it is not there or wrong.</summary>
    internal IReadOnlyList<KeyValuePair<YamlNode, YamlNode>> Map(string key, int maximum)
    {
        if (Find(key) is not { } node)
        {
            return [];
        }

        if (node.Kind != YamlNodeKind.Map)
        {
            _problems.Error(node, ProblemId.WrongType, $"'{key}' is {node.Description}.", "a map of names and values");
            return [];
        }

        return Bounded(key, node, node.Entries, maximum);
    }

    private IReadOnlyList<T> Bounded<T>(string key, YamlNode node, IReadOnlyList<T> elements, int maximum)
    {
        if (elements.Count <= maximum)
        {
            return elements;
        }

        _problems.Error(node, ProblemId.TooMany, $"'{key}' has {elements.Count} entries.", $"at most {maximum}");
        return [.. elements.Take(maximum)];
    }
}
