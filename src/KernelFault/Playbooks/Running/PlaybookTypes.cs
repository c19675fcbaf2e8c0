using System.Globalization;

namespace KernelFault.Playbooks.Running;

/// <summary>Makes values be of the kind that a parameter or an input asks for.</summary>
internal static class PlaybookTypes
{
    /// <summary>Converts a value.</summary>
    /// <param name="value">The value; null stays null.</param>
    /// <param name="type">The kind.</param>
    /// <param name="what">What it is, for the message: <c>the input 'name'</c>.</param>
    /// <returns>The value of that kind.</returns>
    /// <exception cref="PlaybookException">It cannot be one.</exception>
    internal static object? Convert(object? value, PlaybookValueType type, string what) => (type, value) switch
    {
        (_, null) => null,
        (PlaybookValueType.Any, _) => value,
        (PlaybookValueType.Text, string or long or double or bool) => PlaybookValue.Text(value),
        (PlaybookValueType.Integer, long) => value,
        (PlaybookValueType.Integer, double number) when Math.Floor(number) == number && Math.Abs(number) < long.MaxValue => (long)number,
        (PlaybookValueType.Integer, string text) when Whole(text) is { } number => number,
        (PlaybookValueType.Number, long or double) => value,
        (PlaybookValueType.Number, string text) when Whole(text) is { } number => number,
        (PlaybookValueType.Number, string text) when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        (PlaybookValueType.Boolean, bool) => value,
        (PlaybookValueType.Boolean, string text) when bool.TryParse(text, out bool flag) => flag,
        (PlaybookValueType.TextList, string or long or double or bool) => (object?[])[PlaybookValue.Text(value)],
        (PlaybookValueType.TextList, IReadOnlyList<object?> list) when list.All(element => element is string or long or double or bool) => (object?[])[.. list.Select(PlaybookValue.Text)],
        (PlaybookValueType.List, IReadOnlyList<object?>) => value,
        (PlaybookValueType.Map, IReadOnlyDictionary<string, object?>) => value,
        _ => throw new PlaybookException($"{what} is to be {Name(type)}; it is {Kind(value)}."),
    };

    private static long? Whole(string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && long.TryParse(text.Remove(0, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long hexadecimal) ? hexadecimal
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number
        : null;

    private static string Name(PlaybookValueType type) => type switch
    {
        PlaybookValueType.Text => "a text",
        PlaybookValueType.Integer => "a whole number",
        PlaybookValueType.Number => "a number",
        PlaybookValueType.Boolean => "true or false",
        PlaybookValueType.TextList => "a list of texts",
        PlaybookValueType.List => "a list",
        PlaybookValueType.Map => "names with values",
        _ => "a value",
    };

    private static string Kind(object? value) => value switch
    {
        string => "a text",
        long => "a whole number",
        double => "a number",
        bool => "true or false",
        IReadOnlyList<object?> => "a list",
        _ => "names with values",
    };
}
