using System.Text.Json.Nodes;

namespace KernelFault.Playbooks.Loading;

/// <summary>The JSON schema of a parameter: a branch for each type, because the type says what the default is.</summary>
internal static class SchemaParameter
{
    internal static JsonObject Write()
    {
        JsonObject parameter = SchemaNode.Map("Something a playbook is told when it is run.", [], new()
        {
            ["type"] = SchemaNode.Words("Of what kind its value is; 'text' when absent.", [.. PlaybookForm.Types.Select(type => type.Key)]),
            ["description"] = SchemaNode.Text("What it is for."),
            ["required"] = SchemaNode.Flag("Whether it must be given."),
            ["default"] = new JsonObject { ["description"] = "The value when none is given." },
            ["allowed"] = SchemaNode.List("The values that are allowed.", [], 1, PlaybookForm.MaximumElements),
            ["pattern"] = SchemaNode.Text("A regular expression that the whole text must match.", 1000),
            ["minimum"] = SchemaNode.Number("The least number.", null, null),
            ["maximum"] = SchemaNode.Number("The greatest number.", null, null),
            ["secret"] = SchemaNode.Flag("Whether its value is never written anywhere."),
        });
        parameter["anyOf"] = new JsonArray([.. PlaybookForm.Types.Select(type => Branch(type.Key, type.Value))]);
        return parameter;
    }

    private static JsonObject Branch(string name, PlaybookValueType type)
    {
        bool text = type is PlaybookValueType.Text or PlaybookValueType.TextList;
        bool number = type is PlaybookValueType.Integer or PlaybookValueType.Number;
        JsonObject properties = new()
        {
            ["type"] = SchemaNode.Words(null, [name]),
            ["default"] = SchemaInputs.Value(type, [], null, null, isOptional: true),
        };
        if (type != PlaybookValueType.Any)
        {
            properties["allowed"] = new JsonObject { ["items"] = Allowed(type) };
        }

        var branch = new JsonObject { ["properties"] = properties };
        if (type != PlaybookValueType.Text)
        {
            branch["required"] = new JsonArray("type");
        }

        string[] others = [.. text ? [] : new[] { "pattern" }, .. number ? [] : new[] { "minimum", "maximum" }];
        if (others.Length > 0)
        {
            branch["not"] = new JsonObject { ["anyOf"] = new JsonArray([.. others.Select(key => new JsonObject { ["required"] = new JsonArray(key) })]) };
        }

        return branch;
    }

    private static JsonObject Allowed(PlaybookValueType type) => type switch
    {
        PlaybookValueType.Text or PlaybookValueType.TextList => new JsonObject { ["type"] = "string" },
        PlaybookValueType.Integer => SchemaNode.Integer(null, null, null),
        PlaybookValueType.Number => SchemaNode.Number(null, null, null),
        PlaybookValueType.Boolean => SchemaNode.Flag(null),
        PlaybookValueType.List => new JsonObject { ["type"] = "array" },
        _ => new JsonObject { ["type"] = "object" },
    };
}
