using KernelFault.Playbooks.Actions;
using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>
/// A step as a block of Ansible: its inputs are the block's variable <c>kf_in</c>, its tasks come from <see cref="AnsibleActions"/>, and
/// a last one keeps what was found. What happens when it fails is the block's rescue.
/// </summary>
internal sealed class AnsibleStep
{
    private const string Raw = AnsibleTasks.Raw;
    private const string NotForced = "not kf_force | bool and not ansible_check_mode";

    private readonly AnsibleDraft _draft;
    private readonly AnsibleFrame _frame;
    private readonly PlaybookStep _step;
    private readonly bool _windows;
    private readonly bool _hasChanged;
    private readonly AnsibleExpression _expressions;
    private readonly AnsibleCondition _conditions;
    private readonly AnsibleInputs _inputs;

    /// <summary>A step.</summary>
    /// <param name="draft">The export.</param>
    /// <param name="frame">The playbook.</param>
    /// <param name="step">The step.</param>
    /// <param name="windows">Whether it is for Windows.</param>
    /// <param name="hasChanged">Whether a step before it changes machines, so that with <c>--check</c> the machine is not what the step expects.</param>
    internal AnsibleStep(AnsibleDraft draft, AnsibleFrame frame, PlaybookStep step, bool windows, bool hasChanged)
    {
        (_draft, _frame, _step, _windows, _hasChanged) = (draft, frame, step, windows, hasChanged);
        _expressions = new AnsibleExpression(frame, draft.Actions, [windows], Warn);
        _conditions = new AnsibleCondition(_expressions, Warn);
        _inputs = new AnsibleInputs(step.Call, _expressions);
    }

    /// <summary>Whether it, or a step that it includes, asks a person.</summary>
    internal bool Asks { get; private set; }

    /// <summary>Its tasks: the block, and before it one that finds out whether it is done at all.</summary>
    internal IEnumerable<YamlNode> Tasks()
    {
        _draft.Count();
        bool isSecret = _frame.Secrets.AreIn(_step);
        YamlScalarNode[] jumps = [.. Jumps()];
        bool isDecided = _step is { When: not null, ForEach: null };
        if (isDecided)
        {
            // Once, for what the step does may change the values. A step that is not done is known as such.
            yield return AnsibleYaml.Map(
                ("name", AnsibleYaml.Name(_step.Title + ": is it to be done?")),
                ("ansible.builtin.set_fact", AnsibleYaml.Map((_frame.Steps, Become($"'status': 'Running' if {_conditions.Of(_step.When!)} else 'Skipped', 'changed': false")))),
                ("when", jumps.Length == 0 ? null : AnsibleYaml.List(jumps)));
        }

        var include = new AnsibleInclude(_draft, _frame, _step, _windows, _hasChanged, Warn);
        bool isInclude = _step.Call.Action == IncludeAction.Name;
        List<YamlNode> tasks = [.. Questions()];
        tasks.AddRange(isInclude ? include.Tasks(_inputs, _expressions) : Own());
        Asks |= include.Asks;
        if (isSecret && !isInclude)
        {
            _frame.Secrets.AddStep(_step);
        }

        tasks.AddRange(Restart());
        YamlNode[] when = isDecided ? [.. jumps, AnsibleYaml.Condition($"{_frame.Step(_step.Id, "status")} != 'Skipped'")] : jumps;
        yield return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(_step.Title)),
            ("vars", isInclude || _step.Call.Action == "assert" ? null : Variables(_frame, _inputs)),
            ("when", when.Length == 0 ? null : AnsibleYaml.List(when)),
            ("become", include.Becomes ? AnsibleYaml.Plain("true") : null),
            ("no_log", isSecret && !isInclude ? AnsibleYaml.Plain("true") : null),
            ("block", AnsibleYaml.List(tasks)),
            ("rescue", new AnsibleRescue(_draft, _frame, _windows, Warn).Of(_step, Asks)));
    }

    /// <summary>The variables of a block.</summary>
    internal static YamlMappingNode Variables(AnsibleFrame frame, AnsibleInputs inputs) => AnsibleYaml.Map(
        ("kf_in", inputs.Node()),
        ("kf_from", inputs.LocalFile is null ? null : AnsibleYaml.Value(frame.Folder.Length == 0 ? "kf_sources" : $"kf_sources ~ {Jinja.Quote("/" + frame.Folder)}")),
        ("kf_hidden", inputs.Call.Action != "report" ? null : AnsibleYaml.Value(Jinja.Literal((object?[])[.. frame.Secrets.Results]))));

    /// <summary>A task that asks whether inputs are good that are known only when it runs; none where there are none.</summary>
    internal static IEnumerable<YamlMappingNode> Checks(PlaybookStep step, AnsibleInputs inputs, AnsibleExpression expressions)
    {
        string[] conditions = [.. inputs.Conditions()];
        if (conditions.Length == 0)
        {
            yield break;
        }

        string title = step.Title + ": are its inputs good?";
        YamlMappingNode check = AnsibleYaml.Assert(title, conditions, $"An input of {inputs.Call.Action} is missing or not allowed.");
        check.Children.Remove(new YamlScalarNode("name"));
        yield return new AnsibleTasks(step with { Retry = null, Timeout = null }, new AnsibleAction([check], new Dictionary<string, string>(), new Dictionary<string, string>(), null), inputs, expressions, _ => { })
            .Make(title)[0];
    }

    private void Warn(string text) => _draft.Warn($"{_frame.Prefix}{_step.Id}: {text}");

    private YamlScalarNode Become(string values) => AnsibleYaml.Value($"{_frame.Steps} | combine({{{Jinja.Quote(_step.Id)}: {{{values}}}}})");

    // A failure before may lead to a step behind this one.
    private IEnumerable<YamlScalarNode> Jumps()
    {
        IReadOnlyList<PlaybookStep> steps = _frame.Playbook.Steps;
        int Index(string id) => steps.TakeWhile(step => step.Id != id).Count();
        int index = Index(_step.Id);
        return steps.Where(from => from.OnFailure.Kind == StepFailureKind.GoTo && Index(from.Id) < index && Index(from.OnFailure.Step!) > index)
            .Select(from => AnsibleYaml.Condition($"{_frame.Step(from.Id, "status")} | default('') != 'Failed'"));
    }

    // A person is asked by a pause; where nobody is there, Ansible goes on without an answer, which is no yes.
    private IEnumerable<YamlNode> Questions()
    {
        object? text = _step.Confirm ?? (_step.Call.Action == "pause" ? _inputs.Find("message") : null);
        if (text is null)
        {
            yield break;
        }

        Asks = true;
        Warn("one answer counts for all machines that are worked on together; -e kf_force=true stands for yes.");
        if (_step.ForEach is not null)
        {
            Warn("the question is asked once for the whole list.");
        }

        yield return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(_step.Title + ": ask")),
            ("ansible.builtin.pause", AnsibleYaml.Map(("prompt", AnsibleExpression.IsTemplate(text)
                ? AnsibleYaml.Value($"{_expressions.Value(text, PlaybookValueType.Text)} ~ ' Type yes.'")
                : AnsibleYaml.Text(PlaybookValue.Text(text) + " Type yes.")))),
            ("when", AnsibleYaml.Condition(NotForced)),
            ("register", AnsibleYaml.Plain("kf_answer")));
        yield return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(_step.Title + ": what was the answer?")),
            ("ansible.builtin.set_fact", AnsibleYaml.Map(("kf_refused", AnsibleYaml.Value("kf_answer.user_input | default('') | lower != 'yes'")))),
            ("when", AnsibleYaml.Condition(NotForced)));
        YamlMappingNode agreed = AnsibleYaml.Assert(_step.Title + ": was it a yes?", ["not kf_refused | bool"], "Nobody agreed. -e kf_force=true stands for yes.");
        AnsibleYaml.Set(agreed, "when", AnsibleYaml.Condition(NotForced));
        yield return agreed;
    }

    private IEnumerable<YamlNode> Own()
    {
        AnsibleAction? action = _draft.Actions.Find(_step.Call.Action, _windows);
        bool isAssert = _step.Call.Action == "assert";
        if (PlaybookActions.BuiltIn.FindInfo(_step.Call.Action)?.MayChange(_step.Call.Inputs) == true && !(_step.Changes && _frame.AllowChanges))
        {
            action = null;
            Warn("the step that includes it does not say 'changes: true': it fails, as it does here.");
            yield return AnsibleYaml.Fail(_step.Title, AnsibleYaml.Text($"The action '{_step.Call.Action}' changes machines, and the step does not say 'changes: true'."));
        }
        else if (action is null)
        {
            // Nothing is dropped in silence: the play says that this is missing, and stops where the step would.
            Warn($"{_step.Call.Action} has no counterpart in Ansible: the task fails and says so.");
            yield return AnsibleYaml.Fail(_step.Title, AnsibleYaml.Text($"The action {_step.Call.Action} has no counterpart in Ansible. Run this step with Invoke-RemediationPlaybook."));
        }
        else if (action.Notes is string notes && !(_step.Call.Action == "run-script" && _inputs.Find("file") is null))
        {
            Warn(notes);
        }

        if (action is null)
        {
            yield break;
        }

        foreach (string unused in _step.Call.Inputs.Keys.Where(name => !isAssert && !action.Inputs.Contains(name) && !(_step.Call.Action == "pause" && name == "message")))
        {
            Warn($"the input {unused} is not looked at.");
        }

        if (_step.ForEach is not null)
        {
            if (_step.Changes && _step.OnFailure.Kind != StepFailureKind.Continue)
            {
                Warn("the whole list is gone through even when one element fails; the step fails then.");
            }

            yield return AnsibleYaml.Map(
                ("name", AnsibleYaml.Name(_step.Title + ": nothing is done yet")),
                ("ansible.builtin.set_fact", AnsibleYaml.Map((_frame.Steps, Become("'status': 'Skipped', 'changed': false")))));
        }

        foreach (YamlMappingNode check in Checks(_step, _inputs, _expressions))
        {
            yield return check;
        }

        if (AnsibleRescue.IsMarked(_frame, _step))
        {
            yield return AnsibleYaml.Map(
                ("name", AnsibleYaml.Name(_step.Title + ": from here on it may change the machine")),
                ("ansible.builtin.set_fact", AnsibleYaml.Map((_frame.Steps, Become("'status': 'Running', 'changed': true")))));
        }

        if (isAssert)
        {
            action = action with { Tasks = [Assert()] };
        }

        YamlMappingNode[] own = new AnsibleTasks(_step, action, _inputs, _expressions, Warn).Make(_step.Title);
        foreach (YamlMappingNode task in own)
        {
            yield return task;
        }

        yield return Keep(action, own);
    }

    private YamlMappingNode Assert()
    {
        string value = _inputs.Find("value") is { } given ? $"({_expressions.Value(given)})" : "none";
        var conditions = new List<string>();
        foreach (KeyValuePair<string, object?> input in _step.Call.Inputs)
        {
            if (input.Value is not null && Enum.TryParse(input.Key, ignoreCase: true, out PlaybookConditionKind kind) && kind > PlaybookConditionKind.Not)
            {
                conditions.Add(_conditions.Compare(kind, value, input.Value));
            }
        }

        if (conditions.Count != 1)
        {
            return AnsibleYaml.Map(("ansible.builtin.fail", AnsibleYaml.Map(("msg", AnsibleYaml.Text("One thing that is expected of the value is to be given.")))), ("register", AnsibleYaml.Plain(Raw)));
        }

        object? message = _inputs.Find("message") ?? _step.Title;
        YamlScalarNode told = AnsibleExpression.IsTemplate(message) ? AnsibleYaml.Value(_expressions.Value(message, PlaybookValueType.Text)) : AnsibleYaml.Text(PlaybookValue.Text(message));
        return _inputs.Find("required") is false

            // It only tells: the message where the value is otherwise.
            ? AnsibleYaml.Map(
                ("ansible.builtin.debug", AnsibleYaml.Map(("msg", told))),
                ("when", AnsibleYaml.Condition($"not ({conditions[0]})")),
                ("register", AnsibleYaml.Plain(Raw)))
            : AnsibleYaml.Map(
                ("ansible.builtin.assert", AnsibleYaml.Map(
                    ("that", AnsibleYaml.List(conditions.Select(AnsibleYaml.Condition))),
                    ("fail_msg", told),
                    ("quiet", AnsibleYaml.Plain("true")))),
                ("when", _hasChanged ? AnsibleYaml.Condition("not ansible_check_mode") : null),
                ("register", AnsibleYaml.Plain(Raw)));
    }

    private YamlMappingNode Keep(AnsibleAction action, YamlMappingNode[] own)
    {
        IReadOnlyDictionary<string, string> outputs = action.Outputs;
        string values = outputs.TryGetValue("*", out string? all) ? $"({all})" : "{" + string.Join(", ", outputs.Select(pair => $"{Jinja.Quote(pair.Key)}: {pair.Value}")) + "}";
        string register = Jinja.Quote(_frame.Register(_step.Register));
        string[] changing = AnsibleTasks.Changing(own);

        // A fact that is added to is shown whole, with -v.
        YamlScalarNode? hidden = _frame.Secrets.Results.Any() ? AnsibleYaml.Plain("true") : null;
        string changed = changing.Length == 0 ? "false" : string.Join(" or ", changing.Select(name => $"{name}.changed | default(false)"));
        if (_step.ForEach is null)
        {
            return AnsibleYaml.Map(
                ("name", AnsibleYaml.Name(_step.Title + ": keep what was found")),
                ("ansible.builtin.set_fact", AnsibleYaml.Map(
                    (_frame.Results, AnsibleYaml.Value($"{_frame.Results} | combine({{{register}: {values}}})")),
                    (_frame.Steps, Become($"'status': 'Done', 'changed': {changed}")))),
                ("no_log", hidden));
        }

        string done = _step.When is null ? "true" : _conditions.Of(_step.When);
        string[] registers = [.. own.Select(task => (AnsibleYaml.At(task, "register") as YamlScalarNode)?.Value).OfType<string>()];
        string first = registers.FirstOrDefault() ?? Raw;
        string kept = $"({_frame.Results}[{register}] if kf_at > 0 else []) + [{AnsibleTasks.OfElement(values, registers)} if {done} else none]";
        return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(_step.Title + ": keep what was found")),
            ("ansible.builtin.set_fact", AnsibleYaml.Map(
                (_frame.Results, AnsibleYaml.Value($"{_frame.Results} | combine({{{register}: {kept}}})")),
                (_frame.Steps, Become($"'status': 'Done' if {done} else {_frame.Step(_step.Id, "status")}, 'changed': {changed}")))),
            ("loop", AnsibleYaml.Value($"{first}.results | default([]) | map(attribute='kf_item', default=none) | list")),
            ("loop_control", AnsibleTasks.Control()),
            ("no_log", hidden));
    }

    private IEnumerable<YamlNode> Restart()
    {
        if (_step.Restart == StepRestart.None || _draft.Actions.Find("restart", _windows) is not AnsibleAction restart)
        {
            yield break;
        }

        string found = $"({_frame.Results}[{Jinja.Quote(_frame.Register(_step.Register))}] | default({{}}, true))";
        string? needed = _step.Restart == StepRestart.Required ? null
            : _step.ForEach is null ? $"{found}['needsRestart'] | default(false, true)"
            : $"{found} | select('mapping') | selectattr('needsRestart', 'defined') | selectattr('needsRestart') | list | length > 0";
        foreach (YamlMappingNode template in restart.Tasks)
        {
            YamlMappingNode task = AnsibleTasks.Named(_step.Title + ": restart", template);
            task.Children.Remove(new YamlScalarNode("register"));

            // How long the machine may be away, which is the step's timeout.
            AnsibleYaml.Set(task, "vars", AnsibleYaml.Map(("kf_in", _step.Timeout is double seconds ? AnsibleYaml.Map(("timeout", AnsibleYaml.Plain((long)Math.Ceiling(seconds)))) : AnsibleYaml.Nothing())));
            if (needed is not null)
            {
                AnsibleYaml.Set(task, "when", AnsibleYaml.Condition(needed));
            }

            yield return task;
        }
    }
}
