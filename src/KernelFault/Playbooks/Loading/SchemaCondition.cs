using System.Text.Json.Nodes;

namespace KernelFault.Playbooks.Loading;

/// <summary>The JSON schema of a condition.</summary>
internal static class SchemaCondition
{
    // What PlaybookPath reads, with a root that there is.
    private static readonly string s_path =
        "^(" + string.Join("|", PlaybookScope.Roots.Select(SchemaNode.AnyCase)) + @")(\.[A-Za-z_][A-Za-z0-9_-]*|\[[0-9]{1,9}\])*$";

    internal static JsonObject Write() => SchemaNode.AnyOf(
        "A condition: all, any or not of others, or a value and one operator.",
        [
            .. PlaybookForm.Groups.Select(group => SchemaNode.Map(null, [group.Key], new() { [group.Key] = Group(group.Value) })),
            .. PlaybookForm.Operators.Select(kind => SchemaNode.Map(null, ["value", kind.Key], new()
            {
                ["value"] = SchemaNode.Pattern("The path of a value, such as facts.platform or results.STEP.OUTPUT.", s_path),
                [kind.Key] = Operand(kind.Value),
            })),
        ]);

    private static JsonObject Group(PlaybookConditionKind kind) => kind switch
    {
        PlaybookConditionKind.Not => SchemaNode.Reference("condition"),
        PlaybookConditionKind.All => SchemaNode.List("Each of them holds.", SchemaNode.Reference("condition"), 1),
        _ => SchemaNode.List("At least one of them holds.", SchemaNode.Reference("condition"), 1),
    };

    private static JsonObject Operand(PlaybookConditionKind kind) => kind switch
    {
        PlaybookConditionKind.Equals => new JsonObject { ["description"] = "The value is this one." },
        PlaybookConditionKind.In => SchemaNode.AnyOf("The value is one of a list.", new JsonObject { ["type"] = "array" }, SchemaNode.WholeTemplate()),
        PlaybookConditionKind.Contains => new JsonObject { ["description"] = "The value is a list or a text with this in it.", ["type"] = new JsonArray("string", "number", "boolean") },
        PlaybookConditionKind.Matches => new JsonObject { ["description"] = "A regular expression is found in the value.", ["type"] = "string" },
        PlaybookConditionKind.Exists => SchemaNode.Flag("The value is there and not null."),
        _ => SchemaNode.AnyOf(
            "A number, or a time such as 2026-11-21T08:00:00Z.",
            new JsonObject { ["type"] = "number" },
            new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}" },
            SchemaNode.WholeTemplate()),
    };
}
