using System.Text.Json.Nodes;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Loading;

/// <summary>The JSON schema of what an action takes.</summary>
internal static class SchemaInputs
{
    internal static JsonObject Write(PlaybookActionInfo action)
    {
        var properties = new JsonObject();
        foreach (ActionInput input in action.Inputs)
        {
            properties[input.Name] = SchemaNode.Described(input.Description, Value(input.Type, input.Allowed, input.Minimum, input.Maximum, !input.Required));
        }

        return SchemaNode.Map(action.Description, [.. action.Inputs.Where(input => input.Required).Select(input => input.Name)], properties);
    }

    /// <summary>Inputs of which one has a value with which the action only looks.</summary>
    /// <param name="input">That one.</param>
    /// <returns>The schema; of the other inputs it says nothing.</returns>
    internal static JsonObject Looking(ActionInput input) => new()
    {
        ["required"] = new JsonArray(input.Name),
        ["properties"] = new JsonObject { [input.Name] = Words(input.LooksOnly) },
    };

    /// <summary>A value of a type, or an interpolation that gives one.</summary>
    /// <param name="type">The type.</param>
    /// <param name="allowed">Texts that are allowed, in upper and lower case; empty for all.</param>
    /// <param name="minimum">The least number; null for none.</param>
    /// <param name="maximum">The greatest number; null for none.</param>
    /// <param name="isOptional">Whether it may be null, which is as good as absent.</param>
    /// <returns>The schema.</returns>
    internal static JsonObject Value(PlaybookValueType type, IReadOnlyList<string> allowed, double? minimum, double? maximum, bool isOptional)
    {
        if (type == PlaybookValueType.Any)
        {
            return isOptional ? [] : new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "array", "object") };
        }

        var branches = new List<JsonObject>();
        switch (type)
        {
            case PlaybookValueType.Text:
                branches.AddRange(Texts(allowed));
                break;
            case PlaybookValueType.TextList:
                branches.AddRange(Texts(allowed));
                branches.Add(new JsonObject { ["type"] = "array", ["items"] = SchemaNode.AnyOf(null, [.. Texts(allowed)]) });
                break;
            default:
                branches.Add(type switch
                {
                    PlaybookValueType.Integer => SchemaNode.Integer(null, minimum, maximum),
                    PlaybookValueType.Number => SchemaNode.Number(null, minimum, maximum),
                    PlaybookValueType.Boolean => SchemaNode.Flag(null),
                    PlaybookValueType.List => new JsonObject { ["type"] = "array" },
                    _ => new JsonObject { ["type"] = "object" },
                });
                branches.Add(SchemaNode.WholeTemplate());
                break;
        }

        if (isOptional)
        {
            branches.Add(new JsonObject { ["type"] = "null" });
        }

        return branches.Count == 1 ? branches[0] : SchemaNode.AnyOf(null, [.. branches]);
    }

    // The words first: editors offer them. The pattern takes them as the loader does, in any case.
    private static IEnumerable<JsonObject> Texts(IReadOnlyList<string> allowed) => allowed.Count == 0
        ? [new JsonObject { ["type"] = "string" }]
        :
        [
            SchemaNode.Words(null, [.. allowed]),
            Words(allowed),
            SchemaNode.Template(),
        ];

    private static JsonObject Words(IReadOnlyList<string> words) => SchemaNode.Pattern(null, "^(" + string.Join("|", words.Select(SchemaNode.AnyCase)) + ")$");
}
