using System.Text.Json.Nodes;

namespace KernelFault.Playbooks.Loading;

/// <summary>The pieces that the JSON schema is made of.</summary>
internal static class SchemaNode
{
    // JavaScript's $ is the end, .NET's also the place before a last line break.
    private const string End = "(?![\\s\\S])";

    internal static JsonObject Reference(string definition) => new() { ["$ref"] = "#/definitions/" + definition };

    internal static JsonObject AnyOf(string? description, params JsonObject[] branches) => Described(description, new() { ["anyOf"] = new JsonArray([.. branches]) });

    /// <summary>One of some values: texts, numbers, true or false.</summary>
    internal static JsonObject Words(string? description, object[] words) =>
        Described(description, new() { ["enum"] = new JsonArray([.. words.Select(word => word switch { bool flag => (JsonNode)flag, int number => number, _ => (string)word })]) });

    internal static JsonObject Flag(string? description) => Described(description, new() { ["type"] = "boolean" });

    internal static JsonObject Integer(string? description, double? minimum, double? maximum) => Bounded(description, "integer", minimum, maximum);

    internal static JsonObject Number(string? description, double? minimum, double? maximum) => Bounded(description, "number", minimum, maximum);

    /// <summary>A text that is not blank.</summary>
    internal static JsonObject Text(string? description, int maximum = PlaybookForm.MaximumText) =>
        Described(description, new() { ["type"] = "string", ["pattern"] = "\\S", ["maxLength"] = maximum });

    /// <summary>A text of one line that is not blank.</summary>
    internal static JsonObject Line(string? description) =>
        Described(description, new() { ["type"] = "string", ["pattern"] = "^[^\\n]*[^\\s][^\\n]*" + End, ["maxLength"] = PlaybookForm.MaximumTitle });

    internal static JsonObject Name(string? description, string pattern) =>
        Described(description, new() { ["type"] = "string", ["pattern"] = Ended(pattern), ["maxLength"] = PlaybookForm.MaximumName });

    /// <summary>A text that has <c>${{</c> in it.</summary>
    internal static JsonObject Template() => new() { ["type"] = "string", ["pattern"] = "\\$\\{\\{" };

    /// <summary>A text that is one interpolation.</summary>
    internal static JsonObject WholeTemplate() => new() { ["type"] = "string", ["pattern"] = "^\\$\\{\\{((?!\\}\\})[\\s\\S])*\\}\\}" + End };

    internal static JsonObject Pattern(string? description, string pattern) => Described(description, new() { ["type"] = "string", ["pattern"] = Ended(pattern) });

    internal static JsonObject List(string? description, JsonObject items, int minimum = 0, int maximum = PlaybookForm.MaximumMatches)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = items };
        if (minimum > 0)
        {
            list["minItems"] = minimum;
        }

        list["maxItems"] = maximum;
        return Described(description, list);
    }

    /// <summary>A map whose keys are known.</summary>
    internal static JsonObject Map(string? description, string[] required, JsonObject properties)
    {
        var map = new JsonObject { ["type"] = "object", ["additionalProperties"] = false };
        if (required.Length > 0)
        {
            map["required"] = new JsonArray([.. required.Select(key => (JsonNode)key)]);
        }

        map["properties"] = properties;
        return Described(description, map);
    }

    /// <summary>A map of names that the file chooses.</summary>
    internal static JsonObject Names(string description, string pattern, JsonObject value, int maximum) => Described(description, new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["maxProperties"] = maximum,
        ["patternProperties"] = new JsonObject { [Ended(pattern).Insert(1, $"(?=[\\s\\S]{{1,{PlaybookForm.MaximumName}}}{End})")] = value },
    });

    /// <summary>A pattern that matches a text in upper and lower case.</summary>
    internal static string AnyCase(string text) =>
        string.Concat(text.Select(c => char.IsLetter(c) ? $"[{char.ToUpperInvariant(c)}{char.ToLowerInvariant(c)}]" : char.IsDigit(c) || c == '_' ? c.ToString() : "\\" + c));

    internal static JsonObject Described(string? description, JsonObject node)
    {
        if (description is null)
        {
            return node;
        }

        var described = new JsonObject { ["description"] = description };
        foreach (KeyValuePair<string, JsonNode?> pair in node.ToArray())
        {
            node.Remove(pair.Key);
            described[pair.Key] = pair.Value;
        }

        return described;
    }

    private static string Ended(string pattern) => pattern.TrimEnd('$') + End;

    private static JsonObject Bounded(string? description, string type, double? minimum, double? maximum)
    {
        var number = new JsonObject { ["type"] = type };
        if (minimum is not null)
        {
            number["minimum"] = minimum;
        }

        if (maximum is not null)
        {
            number["maximum"] = maximum;
        }

        return Described(description, number);
    }
}
