using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Running;
using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>
/// The inputs of a step as the variable <c>kf_in</c>: by the names and of the kinds that the action asks for. What is known only when it
/// runs, is asked before anything is done with it, as the engine asks.
/// </summary>
/// <param name="call">The action with its inputs.</param>
/// <param name="expressions">Values.</param>
internal sealed class AnsibleInputs(PlaybookCall call, AnsibleExpression expressions)
{
    // Dots lead out of a folder; backslashes and colons do so on other systems.
    private const string Escape = @"^$|^/|//|/$|(^|/)\.\.?(/|$)|[\\:*?]";

    private readonly PlaybookActionInfo? _info = PlaybookActions.BuiltIn.FindInfo(call.Action);

    /// <summary>The action with its inputs.</summary>
    internal PlaybookCall Call => call;

    /// <summary>What is looked up in the call, default filled in.</summary>
    internal object? Find(string name) => call.Inputs.FirstOrDefault(pair => Same(pair.Key, name)).Value ?? Input(name)?.Default;

    /// <summary>The value of an input that is not given; null for none.</summary>
    internal object? Default(string name) => Input(name)?.Default;

    /// <summary>The variable.</summary>
    internal YamlNode Node()
    {
        (string Name, object? Value, PlaybookValueType Type)[] inputs = [.. call.Inputs.Where(pair => pair.Value is not null)
            .Select(pair => (Input(pair.Key)?.Name ?? pair.Key, pair.Value, Input(pair.Key)?.Type ?? PlaybookValueType.Any))];
        return inputs.Length == 0 ? AnsibleYaml.Nothing()
            : inputs.Any(input => AnsibleExpression.IsTemplate(input.Value)) ? AnsibleYaml.Fact(inputs.Select(input => (input.Name, expressions.Value(input.Value, input.Type))))
            : AnsibleYaml.Map([.. inputs.Select(input => (input.Name, AnsibleYaml.Literal(PlaybookTypes.Convert(input.Value, input.Type, input.Name))))]);
    }

    /// <summary>What has to be so of inputs that are known only when it runs.</summary>
    internal IEnumerable<string> Conditions()
    {
        foreach (ActionInput input in _info?.Inputs ?? [])
        {
            object? value = Find(input.Name);
            if (!AnsibleExpression.IsTemplate(value))
            {
                continue;
            }

            string name = "kf_in." + input.Name;
            bool isAlone = call.Action == "run-script" && input.Name is "file" or "program";
            if (input.Required || isAlone)
            {
                yield return $"{name} is not none";
            }

            if (input.Allowed.Count > 0)
            {
                string elements = input.Type == PlaybookValueType.TextList ? $"({name} | default([], true))" : $"[{name} | default({Jinja.Quote(input.Allowed[0])}, true)]";
                yield return $"{elements} | map('lower') | difference({Jinja.Literal((object?[])[.. input.Allowed.Select(allowed => allowed.ToLowerInvariant())])}) | length == 0";
            }

            if (input.Minimum is double minimum)
            {
                yield return $"{name} | default({Jinja.Literal(minimum)}, true) | float >= {Jinja.Literal(minimum)}";
            }

            if (input.Maximum is double maximum)
            {
                yield return $"{name} | default({Jinja.Literal(input.Minimum ?? maximum)}, true) | float <= {Jinja.Literal(maximum)}";
            }
        }

        if (LocalFile is { } file && (AnsibleExpression.IsTemplate(Find(file)) || PlaybookValue.Text(Find(file)) is var text && (text.StartsWith("/", StringComparison.Ordinal) || text.Contains("..", StringComparison.Ordinal))))
        {
            // A machine must not say which file of the control node is sent to it.
            string path = $"kf_in.{file}";
            string kept = $"({path}.startswith(kf_folder ~ '/') and '/../' not in {path})";
            yield return $"not ({path} | string is search({Jinja.Quote(Escape)})) or {kept}{(AnsibleExpression.IsTemplate(Find("direction")) ? " or kf_in.direction | default('to', true) | lower == 'from'" : string.Empty)}";
        }
    }

    /// <summary>The input that names a file of the control node; null when there is none.</summary>
    internal string? LocalFile => call.Action switch
    {
        "run-script" when Find("file") is not null => "file",
        "copy-file" when !Same(PlaybookValue.Text(Find("direction")), "from") => "source",
        _ => null,
    };

    private ActionInput? Input(string name) => _info?.Inputs.FirstOrDefault(input => Same(input.Name, name));

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
