using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Loading;

/// <summary>
/// Collects the paths and the <c>${{ … }}</c> of a playbook while it is read, and when all that they can name is known tells which of
/// them name what is not there.
/// </summary>
/// <param name="problems">What is wrong.</param>
/// <param name="actions">The actions there are.</param>
internal sealed class ExpressionCheck(PlaybookProblems problems, PlaybookActions actions)
{
    private readonly List<(YamlNode Node, string Path, ExpressionPlace Place)> _uses = [];
    private readonly Dictionary<string, (YamlNode Node, bool Secret)> _parameters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (YamlNode Node, int Index)> _variables = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _used = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _secretVariables = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<DeclaredStep> _steps = [];

    /// <summary>The steps so far.</summary>
    internal IReadOnlyList<DeclaredStep> Steps => _steps;

    internal void Declare(DeclaredStep step) => _steps.Add(step);

    internal void DeclareParameter(YamlNode name, bool secret) => _parameters[name.Text] = (name, secret);

    internal void DeclareVariable(YamlNode name) => _variables[name.Text] = (name, _variables.Count);

    /// <summary>Takes the interpolations of all texts of a value.</summary>
    /// <param name="node">The value.</param>
    /// <param name="place">Where it stands.</param>
    internal void AddTemplates(YamlNode? node, ExpressionPlace place)
    {
        foreach (YamlNode text in node?.Texts() ?? [])
        {
            if (!PlaybookValueRule.IsTemplate(text.Scalar))
            {
                continue;
            }

            try
            {
                _uses.AddRange(PlaybookTemplate.Parse(text.Text).SelectMany(part => part.Paths).Select(path => (text, path, place)));
            }
            catch (PlaybookException e)
            {
                problems.Error(text, ProblemId.Expression, e.Message, "${{ path }} or ${{ path ?? path ?? literal }}, the literal as JSON has it");
            }
        }
    }

    /// <summary>Takes a path.</summary>
    /// <param name="node">The path.</param>
    /// <param name="place">Where it stands.</param>
    internal void AddPath(YamlNode node, ExpressionPlace place)
    {
        try
        {
            _ = PlaybookPath.Parse(node.Text);
            _uses.Add((node, node.Text, place));
        }
        catch (PlaybookException e)
        {
            problems.Error(node, ProblemId.Expression, e.Message, PlaybookValueRule.IsTemplate(node.Text) ? "the path alone, without ${{ }}" : null);
        }
    }

    /// <summary>Looks at all that was taken.</summary>
    internal void Check()
    {
        // Variables first and in order, so that what is made of a secret is known to be one.
        foreach ((YamlNode node, string path, ExpressionPlace place) in _uses.OrderBy(use => use.Place.Variable is null))
        {
            Check(node, PlaybookPath.Parse(path), path, place);
        }

        foreach ((YamlNode name, _) in _parameters.Values)
        {
            if (!_used.Contains("parameters." + name.Text))
            {
                problems.Warn(name, ProblemId.UnusedParameter, $"Nothing uses the parameter '{name.Text}'.");
            }
        }

        foreach ((YamlNode name, _) in _variables.Values)
        {
            if (!_used.Contains("variables." + name.Text))
            {
                problems.Warn(name, ProblemId.UnusedVariable, $"Nothing uses the variable '{name.Text}'.");
            }
        }
    }

    private void Check(YamlNode node, PlaybookPath path, string text, ExpressionPlace place)
    {
        string? name = path.Parts.Count > 1 ? path.Parts[1] as string : null;
        string root = path.Root.ToLowerInvariant();
        switch (root)
        {
            case "parameters" when place.HasParameters:
                if (Known(node, text, root, name, _parameters.Values.Select(parameter => parameter.Node.Text)))
                {
                    _used.Add("parameters." + name);
                    CheckSecret(node, name!, _parameters[name!].Secret, place);
                }

                break;
            case "variables" when place.HasParameters:
                if (Known(node, text, root, name, _variables.Values.Select(variable => variable.Node.Text)))
                {
                    _used.Add("variables." + name);
                    CheckSecret(node, name!, _secretVariables.Contains(name!), place);
                    if (_variables[name!].Index >= place.Variables)
                    {
                        problems.Error(node, ProblemId.LaterReference, $"'{text}' is the value of a variable that comes later.", "a variable that stands before");
                    }
                }

                break;
            case "parameters" or "variables":
                problems.Error(node, ProblemId.UnknownReference, $"'{text}' is not known when the parameters are.", "facts, host, analysis or run");
                break;
            case "facts":
                _ = Known(node, text, root, name, PlaybookForm.Facts);
                break;
            case "run":
                _ = Known(node, text, root, name, PlaybookForm.Run);
                break;
            case "host":
                break;
            case "analysis":
                if (name is not null && actions.Find("analyse-dump")?.Info is { } analysis)
                {
                    _ = Known(node, text, root, name, analysis.Outputs.Select(output => output.Name));
                }

                break;
            case "item":
                if (!place.HasItem)
                {
                    problems.Error(node, ProblemId.UnknownReference, "There is no 'item' here.", "a step with forEach, and there its inputs, when, until, confirm or rollback");
                }

                break;
            case "result":
                CheckResult(node, path, text, place);
                break;
            case "results" or "steps":
                CheckStep(node, path, text, name, root == "steps", place);
                break;
            default:
                problems.Error(node, ProblemId.UnknownReference, $"'{path.Root}' is no root of values.", problems.Hint(path.Root, PlaybookScope.Roots));
                break;
        }
    }

    private void CheckSecret(YamlNode node, string name, bool secret, ExpressionPlace place)
    {
        if (secret && place.Variable is not null)
        {
            _secretVariables.Add(place.Variable);
        }
        else if (secret && place.IsShown)
        {
            problems.Error(node, ProblemId.SecretShown, $"'{name}' is secret and would be shown or kept here.", "no secret in titles, questions and outputs");
        }
    }

    private void CheckResult(YamlNode node, PlaybookPath path, string text, ExpressionPlace place)
    {
        if (!place.HasResult)
        {
            problems.Error(node, ProblemId.UnknownReference, "There is no 'result' here.", "results.STEP.OUTPUT; 'result' is what a try gave, in retry.until alone");
        }
        else if (place.Action is not null)
        {
            CheckOutput(node, path, 1, text, [place.Action]);
        }
    }

    private void CheckStep(YamlNode node, PlaybookPath path, string text, string? name, bool byId, ExpressionPlace place)
    {
        DeclaredStep[] named = [.. _steps.Where(step => string.Equals(byId ? step.Id : step.Register, name, StringComparison.OrdinalIgnoreCase))];
        DeclaredStep[] there = [.. named.Where(step => step.Index < place.Steps)];
        if (named.Length == 0)
        {
            _ = Known(node, text, byId ? "steps" : "results", name, _steps.Where(step => step.Index < place.Steps).Select(step => byId ? step.Id : step.Register));
        }
        else if (there.Length == 0)
        {
            problems.Error(node, ProblemId.LaterReference, place.Steps == 0 ? $"'{text}' is not known before the steps." : $"'{text}' is not known yet: the step is not done before this one.", "what a step before gave");
        }
        else if (byId)
        {
            string? value = path.Parts.Count > 2 ? path.Parts[2] as string : null;
            if (value is null || !PlaybookForm.StepValues.Contains(value, StringComparer.OrdinalIgnoreCase))
            {
                problems.Error(node, ProblemId.UnknownReference, $"'{text}' is nothing that is known of a step.", "one of " + string.Join(", ", PlaybookForm.StepValues));
            }
        }
        else if (there.All(step => step.Action is not null))
        {
            // A list of outputs has positions and a length; what stands behind a position is an output.
            bool list = there.Any(step => step.IsForEach) && path.Parts.Count > 2;
            if (!list || path.Parts[2] is int)
            {
                CheckOutput(node, path, list ? 3 : 2, text, [.. there.Select(step => step.Action!)]);
            }
            else if (path.Parts[2] is string part && part != "length" && there.All(step => step.IsForEach))
            {
                problems.Error(node, ProblemId.UnknownReference, $"'{name}' was done for each of a list: its results are one too.", $"results.{name}[0].{part} or results.{name}.length");
            }
        }
    }

    private void CheckOutput(YamlNode node, PlaybookPath path, int at, string text, PlaybookActionInfo[] named)
    {
        if (path.Parts.Count <= at)
        {
            return;
        }

        string[] outputs = [.. named.SelectMany(action => action.Outputs).Select(output => output.Name)];
        if (path.Parts[at] is not string output || !outputs.Contains(output, StringComparer.OrdinalIgnoreCase))
        {
            problems.Error(node, ProblemId.UnknownOutput, $"'{text}': {string.Join(" or ", named.Select(action => action.Name).Distinct())} gives no '{path.Parts[at]}'.", problems.Hint(path.Parts[at].ToString()!, outputs));
        }
    }

    private bool Known(YamlNode node, string text, string root, string? name, IEnumerable<string> names)
    {
        if (name is not null && names.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return true;
        }

        problems.Error(node, ProblemId.UnknownReference, name is null ? $"Behind '{root}' a name is missing." : $"'{text}' does not exist.", problems.Hint(name ?? string.Empty, names));
        return false;
    }
}
