using KernelFault.Playbooks.Actions;
using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>The steps of another playbook within a step's block, with facts of their own. A failure there is one of the step.</summary>
/// <param name="draft">The export.</param>
/// <param name="frame">The playbook whose step it is.</param>
/// <param name="step">The step.</param>
/// <param name="windows">Whether it is for Windows.</param>
/// <param name="hasChanged">Whether a step before it changes machines.</param>
/// <param name="warn">Takes what is done otherwise.</param>
internal sealed class AnsibleInclude(AnsibleDraft draft, AnsibleFrame frame, PlaybookStep step, bool windows, bool hasChanged, Action<string> warn)
{
    /// <summary>Whether one of its steps asks a person.</summary>
    internal bool Asks { get; private set; }

    /// <summary>Whether its steps need root, and those of the playbook that includes it do not.</summary>
    internal bool Becomes { get; private set; }

    /// <summary>The tasks.</summary>
    /// <param name="inputs">What the step gives.</param>
    /// <param name="expressions">Values of the playbook whose step it is.</param>
    /// <exception cref="PlaybookException">There is no such playbook, it includes itself, they are too deep, or a parameter is not good.</exception>
    internal IEnumerable<YamlNode> Tasks(AnsibleInputs inputs, AnsibleExpression expressions)
    {
        string name = PlaybookValue.Text(inputs.Find(IncludeAction.PlaybookInput));
        object? parameters = inputs.Find("parameters");
        if (AnsibleExpression.IsTemplate(name) || (parameters is not null and not IReadOnlyDictionary<string, object?>))
        {
            return [Refuse("A playbook that is named by an expression, or whose parameters are, cannot be included in Ansible.")];
        }

        if (step.ForEach is not null)
        {
            return [Refuse("A playbook cannot be included for each element of a list in Ansible.")];
        }

        AnsibleFrame inner = draft.Include(frame, step, name);
        Playbook nested = inner.Playbook;
        PlaybookPlatform here = windows ? PlaybookPlatform.Windows : PlaybookPlatform.Linux;
        if ((nested.Requires.Platform != PlaybookPlatform.Any && nested.Requires.Platform != here) || nested.Requires.Offline == true)
        {
            warn($"'{name}' is not for such a machine: the task fails.");
            return [AnsibleYaml.Fail(step.Title, AnsibleYaml.Text($"The playbook '{nested.Name}' is not for this machine."))];
        }

        Becomes = nested.Requires.Elevated && !windows;
        List<YamlNode> tasks = [.. new AnsibleParameters(inner, draft.Actions, [windows], warn).FromStep((IReadOnlyDictionary<string, object?>?)parameters ?? PlaybookValue.Map(), expressions, frame.Secrets.AreIn)];
        bool changed = hasChanged;
        foreach (PlaybookStep one in nested.Steps)
        {
            var made = new AnsibleStep(draft, inner, one, windows, changed);
            tasks.AddRange(made.Tasks());
            Asks |= made.Asks;
            changed |= one.Changes;
        }

        tasks.Add(Keep(inner));
        return tasks;
    }

    private YamlMappingNode Refuse(string text)
    {
        warn(text + " The task fails and says so.");
        return AnsibleYaml.Fail(step.Title, AnsibleYaml.Text(text + " Run this step with Invoke-RemediationPlaybook."));
    }

    private YamlMappingNode Keep(AnsibleFrame inner)
    {
        var values = new AnsibleExpression(inner, draft.Actions, [windows], warn);
        string outputs = "{" + string.Join(", ", inner.Playbook.Outputs.Select(pair => $"{Jinja.Quote(pair.Key)}: {values.Value(pair.Value)}")) + "}";
        if (inner.Secrets.AreIn(inner.Playbook.Outputs))
        {
            frame.Secrets.AddStep(step);
        }

        return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(step.Title + ": keep what it gave")),
            ("ansible.builtin.set_fact", AnsibleYaml.Map(
                (frame.Results, AnsibleYaml.Value($"{frame.Results} | combine({AnsibleYaml.Pairs([(frame.Register(step.Register), $"{{'status': 'Succeeded', 'outputs': {outputs}}}")])})")),
                (frame.Steps, AnsibleYaml.Value($"{frame.Steps} | combine({{{Jinja.Quote(step.Id)}: {{'status': 'Done', 'changed': {AnsibleRescue.Changed(inner)}}}}})")))),
            ("no_log", frame.Secrets.Results.Any() ? AnsibleYaml.Plain("true") : null));
    }
}
