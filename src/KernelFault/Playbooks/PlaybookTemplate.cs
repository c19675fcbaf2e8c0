using System.Text;
using System.Text.Json;

namespace KernelFault.Playbooks;

/// <summary>
/// Texts with <c>${{ path }}</c> or <c>${{ path ?? path ?? literal }}</c> in them, the literal as JSON has it: the first that is there
/// and not null counts. A text that is nothing else becomes the value itself, with its kind; within a longer text a value is written
/// as text. What comes out is never looked at again, so a value that looks like <c>${{ … }}</c> stays as it is.
/// </summary>
internal static class PlaybookTemplate
{
    private const string Open = "${{";
    private const string Close = "}}";
    private const string Else = "??";

    /// <summary>The parts of a text: what stands there, and what is to be found.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Parts in order; <c>Paths</c> is empty for text that stands there.</returns>
    /// <exception cref="PlaybookException">An interpolation is not closed or is none.</exception>
    internal static IReadOnlyList<(IReadOnlyList<string> Paths, object? Value)> Parse(string text)
    {
        var parts = new List<(IReadOnlyList<string> Paths, object? Value)>();
        int at = 0;
        while (at < text.Length)
        {
            int open = text.IndexOf(Open, at, StringComparison.Ordinal);
            if (open != at)
            {
                int end = open < 0 ? text.Length : open;
                parts.Add(([], text.Substring(at, end - at)));
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

        IReadOnlyList<(IReadOnlyList<string> Paths, object? Value)> parts = Parse(text);
        if (parts.Count == 1)
        {
            return Find(parts[0], scope);
        }

        var whole = new StringBuilder();
        foreach ((IReadOnlyList<string> Paths, object? Value) part in parts)
        {
            object? found = Find(part, scope);
            whole.Append(found is IReadOnlyList<object?> or IReadOnlyDictionary<string, object?>
                ? throw new PlaybookException($"'{part.Paths[0]}' is a list or a map and cannot stand within a text: '{text}'.")
                : PlaybookValue.Text(found));
        }

        return whole.ToString();
    }

    private static object? Find((IReadOnlyList<string> Paths, object? Value) part, PlaybookScope scope)
    {
        foreach (string path in part.Paths)
        {
            if (scope.Find(path) is { } found)
            {
                return found;
            }
        }

        return part.Value;
    }

    private static (IReadOnlyList<string> Paths, object? Value) Expression(string text)
    {
        string[] pieces = [.. text.Split([Else], StringSplitOptions.None).Select(piece => piece.Trim())];
        string last = pieces[pieces.Length - 1];
        if (pieces.Length > 1 && Literal(last) is var (isLiteral, value) && isLiteral)
        {
            return (Paths(pieces.Take(pieces.Length - 1)), value);
        }

        return (Paths(pieces), null);
    }

    private static string[] Paths(IEnumerable<string> pieces)
    {
        string[] paths = [.. pieces];
        foreach (string path in paths)
        {
            _ = PlaybookPath.Parse(path);
        }

        return paths;
    }

    private static (bool IsLiteral, object? Value) Literal(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return (true, PlaybookValue.FromJson(document.RootElement));
        }
        catch (JsonException)
        {
            return (false, null);
        }
    }
}
