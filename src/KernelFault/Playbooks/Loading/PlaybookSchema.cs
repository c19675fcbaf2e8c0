using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Loading;

/// <summary>
/// Writes the JSON schema (draft 7) with which editors complete and check playbooks. It has no <c>if</c>, which not all readers of
/// schemas know: what an action takes is a branch of <c>anyOf</c>. What needs the whole playbook in view, such as a reference to
/// another step, only the loader knows.
/// </summary>
internal sealed class PlaybookSchema
{
    private readonly PlaybookActions _actions;

    private PlaybookSchema(PlaybookActions actions) => _actions = actions;

    /// <summary>Writes the schema.</summary>
    /// <param name="actions">The actions that playbooks can name.</param>
    /// <returns>JSON, its lines ended as Unix ends them.</returns>
    internal static string Write(PlaybookActions actions)
    {
        JsonObject schema = new PlaybookSchema(actions).Top();
        var options = new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        return schema.ToJsonString(options).Replace("\r\n", "\n") + "\n";
    }

    private JsonObject Top()
    {
        JsonObject top = SchemaNode.Map("A KernelFault playbook: what is done to a machine, step by step. See docs/playbooks.md.", ["version", "name", "title", "description", "steps"], new()
        {
            ["version"] = SchemaNode.Integer("Version of the form.", Playbook.CurrentVersion, Playbook.CurrentVersion),
            ["name"] = SchemaNode.Name("Name: lower-case letters, digits and hyphens.", PlaybookForm.PlaybookName),
            ["title"] = SchemaNode.Line("One line for a person."),
            ["description"] = SchemaNode.Text("What it is for and what it does."),
            ["requires"] = SchemaNode.Map("What a machine must be for it.", [], new()
            {
                ["platform"] = SchemaNode.Words("The system.", [.. PlaybookForm.Platforms.Select(platform => platform.Key)]),
                ["elevated"] = SchemaNode.Flag("Whether an administrator or root is needed."),
                ["offline"] = SchemaNode.AnyOf("Whether it is for a Windows folder that is not running (true), a machine that runs (false) or both (any).", SchemaNode.Flag(null), SchemaNode.Words(null, ["any"])),
            }),
            ["match"] = SchemaNode.Map("For which crashes it is meant.", [], new()
            {
                ["bugChecks"] = SchemaNode.List("Windows stop codes, such as 0x50.", SchemaNode.Integer(null, 0, uint.MaxValue)),
                ["faultClasses"] = SchemaNode.List("Classes of faults, as Get-KernelFaultAnalysis names them.", SchemaNode.Words(null, [.. PlaybookForm.FaultClasses])),
                ["symptoms"] = SchemaNode.List("Words and short phrases that a person would search for.", SchemaNode.Text(null, PlaybookForm.MaximumTitle)),
            }),
            ["parameters"] = SchemaNode.Names("What the one who runs it gives it, by name.", PlaybookForm.ParameterName, SchemaNode.Reference("parameter"), PlaybookForm.MaximumParameters),
            ["variables"] = SchemaNode.Names("Names for values, resolved when a run begins.", PlaybookForm.ValueName, [], PlaybookForm.MaximumVariables),
            ["steps"] = SchemaNode.List("The steps, in order.", SchemaNode.Reference("step"), 1, PlaybookForm.MaximumSteps),
            ["outputs"] = SchemaNode.Names("What a run gives, resolved when it ends.", PlaybookForm.ValueName, [], PlaybookForm.MaximumOutputs),
        });
        var definitions = new JsonObject
        {
            ["parameter"] = SchemaParameter.Write(),
            ["step"] = Step(),
            ["call"] = Call(),
            ["condition"] = SchemaCondition.Write(),
        };
        foreach (PlaybookActionInfo action in _actions.Infos)
        {
            definitions["inputs-" + action.Name] = SchemaInputs.Write(action);
        }

        var schema = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = "KernelFault playbook" };
        foreach (KeyValuePair<string, JsonNode?> pair in top.ToArray())
        {
            top.Remove(pair.Key);
            schema[pair.Key] = pair.Value;
        }

        schema["definitions"] = definitions;
        return schema;
    }

    private JsonObject Step()
    {
        JsonObject step = SchemaNode.Map("A step: one action, and when and how it is done.", ["id", "title", "action"], new()
        {
            ["id"] = SchemaNode.Name("Name within the playbook: lower-case letters, digits and hyphens.", PlaybookForm.StepId),
            ["title"] = SchemaNode.Line("One line for a person."),
            ["why"] = SchemaNode.Text("Why it is done, for the one who reads or is asked."),
            ["action"] = SchemaNode.Words("What is done; Get-PlaybookAction describes each.", [.. _actions.Infos.Select(info => info.Name)]),
            ["inputs"] = new JsonObject { ["description"] = "What the action takes.", ["type"] = "object" },
            ["when"] = SchemaNode.Reference("condition"),
            ["forEach"] = SchemaNode.AnyOf("A list, or ${{ path }} for one: the step is done for each element, which is 'item'.", SchemaNode.List(null, [], 0, PlaybookForm.MaximumElements), SchemaNode.WholeTemplate()),
            ["register"] = SchemaNode.Name("The name under 'results' that its outputs get; the id when absent.", PlaybookForm.ValueName),
            ["retry"] = SchemaNode.Map("How it is tried again.", ["count"], new()
            {
                ["count"] = SchemaNode.Integer("How often besides the first time.", 1, PlaybookForm.MaximumRetries),
                ["delay"] = SchemaNode.Number("Seconds before it is tried again.", 0, PlaybookForm.MaximumDelay),
                ["backOff"] = SchemaNode.Number("By what each further delay is multiplied.", 1, PlaybookForm.MaximumBackOff),
                ["until"] = SchemaNode.Reference("condition"),
            }),
            ["timeout"] = SchemaNode.Number("How many seconds one try may take.", 0, PlaybookForm.MaximumTimeout),
            ["onFailure"] = SchemaNode.AnyOf(
                "What happens when it fails; 'stop' when absent.",
                SchemaNode.Words(null, [.. PlaybookForm.Failures.Select(failure => failure.Key)]),
                SchemaNode.Map(null, ["goTo"], new() { ["goTo"] = SchemaNode.Text("The id of a later step.") })),
            ["confirm"] = SchemaNode.Text("What a person is asked before it is done."),
            ["changes"] = SchemaNode.Flag("Whether it may change the machine."),
            ["restart"] = SchemaNode.Words("Whether the machine is restarted after it: when that is needed, or in any case.", [.. PlaybookForm.Restarts.Select(restart => restart.Key)]),
            ["rollback"] = SchemaNode.Reference("call"),
            ["evidence"] = SchemaNode.List("Names of outputs that are kept with the run.", SchemaNode.Text(null)),
        });
        step["anyOf"] = new JsonArray([.. _actions.Infos.SelectMany(StepBranches)]);
        return step;
    }

    private JsonObject Call()
    {
        JsonObject call = SchemaNode.Map("What takes the step back.", ["action"], new()
        {
            ["action"] = SchemaNode.Words("What is done.", [.. _actions.Infos.Select(info => info.Name)]),
            ["inputs"] = new JsonObject { ["description"] = "What the action takes.", ["type"] = "object" },
        });
        call["anyOf"] = new JsonArray([.. _actions.Infos.Select(info => Branch(info, isStep: false))]);
        return call;
    }

    // An action that only looks with some values of an input has a branch of its own for these: nothing need be said then.
    private static IEnumerable<JsonObject> StepBranches(PlaybookActionInfo info)
    {
        yield return Branch(info, isStep: true);
        foreach (ActionInput input in info.Inputs.Where(input => info.Changes && input.LooksOnly.Count > 0))
        {
            yield return Branch(info, isStep: true, input);
        }
    }

    private static JsonObject Branch(PlaybookActionInfo info, bool isStep, ActionInput? looking = null)
    {
        JsonObject inputs = SchemaNode.Reference("inputs-" + info.Name);
        var properties = new JsonObject
        {
            ["action"] = SchemaNode.Words(info.Title, [info.Name]),
            ["inputs"] = looking is null ? inputs : new JsonObject { ["allOf"] = new JsonArray(inputs, SchemaInputs.Looking(looking)) },
        };
        var required = new JsonArray("action");
        if (looking is not null || info.Inputs.Any(input => input.Required))
        {
            required.Add((JsonNode)"inputs");
        }

        if (isStep && info.Changes && looking is null)
        {
            properties["changes"] = SchemaNode.Words("This action changes the machine: say so.", [true]);
            required.Add((JsonNode)"changes");
        }

        if (isStep)
        {
            properties["evidence"] = info.Outputs.Count > 0
                ? new JsonObject { ["items"] = SchemaNode.Words(null, [.. info.Outputs.Select(output => output.Name)]) }
                : new JsonObject { ["items"] = new JsonObject { ["not"] = new JsonObject() } };
        }

        return new JsonObject { ["properties"] = properties, ["required"] = required };
    }
}
