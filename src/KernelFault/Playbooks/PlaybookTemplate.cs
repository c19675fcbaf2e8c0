using System.Text;
using System.Text.Json;

namespace KernelFault.Playbooks;

/// <summary>
/// Texts with <c>${{ path }}</c> or <c>${{ path ?? literal }}</c> in them, the literal as JSON has it. A text that is nothing else
/// becomes the value itself, with its kind; within a longer text a value is written as text. What comes out is never looked at again,
/// so a value that looks like <c>${{ … }}</c> stays as it is.
/// </summary>
internal static class PlaybookTemplate
{
    private const string Open = "${{";
    private const string Close = "}}";

    /// <summary>The parts of a text: what stands there, and what is to be found.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Parts in order; <c>Path</c> is null for text that stands there.</returns>
    /// <exception cref="PlaybookException">An interpolation is not closed or is none.</exception>
    internal static IReadOnlyList<(string? Path, object? Value)> Parse(string text)
    {
        var parts = new List<(string? Path, object? Value)>();
        int at = 0;
        while (at < text.Length)
        {
            int open = text.IndexOf(Open, at, StringComparison.Ordinal);
            if (open != at)
            {
                int end = open < 0 ? text.Length : open;
                parts.Add((null, text.Substring(at, end - at)));
                at = end;
                continue;
            }

            int close = text.IndexOf(Close, at, StringComparison.Ordinal);
            if (close < 0)
            {
                throw new PlaybookException($"'{Open}' in '{text}' has no '{Close}'.");
            }

            parts.Add(Expression(text.Substring(at + Open.Length, close - at - Open.Length).Trim()));
            at = close + Close.Length;
        }

        return parts;
    }

    /// <summary>Puts values in.</summary>
    /// <param name="template">A value; its texts, however deep, may hold interpolations.</param>
    /// <param name="scope">The values.</param>
    /// <returns>The value.</returns>
    /// <exception cref="PlaybookException">An interpolation is wrong, or a list or map stands within a text.</exception>
    internal static object? Resolve(object? template, PlaybookScope scope)
    {
        switch (template)
        {
            case string text:
                return ResolveText(text, scope);
            case IReadOnlyDictionary<string, object?> map:
                return PlaybookValue.Map([.. map.Select(pair => (pair.Key, Resolve(pair.Value, scope)))]);
            case IReadOnlyList<object?> list:
                return (object?[])[.. list.Select(element => Resolve(element, scope))];
            default:
                return template;
        }
    }

    private static object? ResolveText(string text, PlaybookScope scope)
    {
        if (text.IndexOf(Open, StringComparison.Ordinal) < 0)
        {
            return text;
        }

        IReadOnlyList<(string? Path, object? Value)> parts = Parse(text);
        if (parts.Count == 1)
        {
            return scope.Find(parts[0].Path!) ?? parts[0].Value;
        }

        var whole = new StringBuilder();
        foreach ((string? path, object? value) in parts)
        {
            object? found = path is null ? value : scope.Find(path) ?? value;
            whole.Append(found is IReadOnlyList<object?> or IReadOnlyDictionary<string, object?>
                ? throw new PlaybookException($"'{path}' is a list or a map and cannot stand within a text: '{text}'.")
                : PlaybookValue.Text(found));
        }

        return whole.ToString();
    }

    private static (string? Path, object? Value) Expression(string text)
    {
        int question = text.IndexOf("??", StringComparison.Ordinal);
        string path = (question < 0 ? text : text.Substring(0, question)).Trim();
        _ = PlaybookPath.Parse(path);
        if (question < 0)
        {
            return (path, null);
        }

        string literal = text.Substring(question + 2).Trim();
        try
        {
            using JsonDocument document = JsonDocument.Parse(literal);
            return (path, PlaybookValue.FromJson(document.RootElement));
        }
        catch (JsonException e)
        {
            throw new PlaybookException($"Behind '??' a value as JSON has it is expected, such as \"text\", 1 or true: '{literal}'.", e);
        }
    }
}
