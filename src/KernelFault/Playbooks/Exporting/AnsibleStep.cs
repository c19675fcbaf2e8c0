using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>
/// A step as a block of Ansible: its inputs are the block's variable <c>kf_in</c>, its tasks come from <see cref="AnsibleActions"/>, and
/// a last one keeps what was found under <c>kf_results</c>. What happens when it fails is the block's rescue.
/// </summary>
internal sealed class AnsibleStep(Playbook playbook, AnsibleActions actions, AnsibleExpression expressions, Action<string> warn)
{
    private const string Raw = "kf_raw";
    private const string One = "kf_one";

    /// <summary>The block.</summary>
    /// <param name="step">The step.</param>
    /// <param name="windows">Whether it is for Windows.</param>
    /// <param name="hasChanged">Whether a step before it changes machines, so that with <c>--check</c> the machine is not what the step expects.</param>
    internal YamlMappingNode Block(PlaybookStep step, bool windows, bool hasChanged)
    {
        AnsibleAction? action = actions.Find(step.Call.Action, windows);
        List<YamlNode> tasks = [.. Confirm(step)];
        YamlMappingNode[] own = action is null ? [Explain(step)]
            : step.Call.Action == "assert" ? [Assert(step, hasChanged)]
            : [.. action.Tasks.Select(task => Task(step, task))];
        if (action?.Notes is string notes)
        {
            warn(notes);
        }

        if (action is not null && own.Length > 0 && step.Call.Action != "assert")
        {
            Retry(step, action, own);
        }

        foreach (string unused in step.Call.Inputs.Keys.Where(name => action is not null && step.Call.Action != "assert" && !action.Inputs.Contains(name)))
        {
            warn($"the input {unused} is not looked at.");
        }

        foreach (YamlMappingNode task in own)
        {
            Loop(step, task);
            if (step.Timeout is double seconds && step.Call.Action is not ("restart" or "pause" or "wait-for" or "assert"))
            {
                AnsibleYaml.Set(task, "timeout", AnsibleYaml.Plain((long)Math.Ceiling(seconds)));
            }
        }

        tasks.AddRange(own);
        tasks.AddRange(Keep(step, action));
        tasks.AddRange(Restart(step, windows));
        return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(step.Title)),
            ("vars", AnsibleYaml.Map(("kf_in", Inputs(step)))),
            ("when", When(step)),
            ("no_log", UsesSecret(step) ? AnsibleYaml.Plain("true") : null),
            ("block", AnsibleYaml.List(tasks)),
            ("rescue", Rescue(step, windows)));
    }

    private YamlMappingNode Inputs(PlaybookStep step) => (YamlMappingNode)expressions.Node(
        step.Call.Inputs.Where(pair => step.Call.Action != "assert").ToDictionary(pair => pair.Key, pair => pair.Value));

    private YamlSequenceNode? When(PlaybookStep step)
    {
        var conditions = new List<YamlNode>();
        int index = Index(step.Id);
        foreach (PlaybookStep from in playbook.Steps.Where(other => other.OnFailure.Kind == StepFailureKind.GoTo && Index(other.Id) < index && Index(other.OnFailure.Step!) > index))
        {
            conditions.Add(AnsibleYaml.Condition($"kf_steps[{Jinja.Quote(from.Id)}]['status'] | default('') != 'Failed'"));
        }

        if (step.When is not null)
        {
            conditions.Add(AnsibleYaml.Condition(expressions.Condition(step.When)));
        }

        return conditions.Count == 0 ? null : AnsibleYaml.List(conditions);
    }

    private int Index(string id) => playbook.Steps.TakeWhile(step => step.Id != id).Count();

    // A person is asked by a pause; where nobody is there, Ansible goes on without an answer, which is no yes.
    private IEnumerable<YamlNode> Confirm(PlaybookStep step)
    {
        if (step.Confirm is null)
        {
            yield break;
        }

        YamlNode question = step.Confirm.Contains("${{", StringComparison.Ordinal)
            ? AnsibleYaml.Value($"{expressions.Value(step.Confirm)} ~ ' Type yes.'")
            : AnsibleYaml.Text(step.Confirm + " Type yes.");
        warn("one answer counts for all machines that are worked on together; -e kf_force=true stands for yes.");
        yield return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(step.Title + ": ask")),
            ("ansible.builtin.pause", AnsibleYaml.Map(("prompt", question))),
            ("when", AnsibleYaml.Condition("not kf_force | bool and not ansible_check_mode")),
            ("register", AnsibleYaml.Plain("kf_answer")));
        yield return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(step.Title + ": was it a yes?")),
            ("ansible.builtin.assert", AnsibleYaml.Map(
                ("that", AnsibleYaml.List([AnsibleYaml.Condition("kf_answer.user_input | default('') | lower == 'yes'")])),
                ("fail_msg", AnsibleYaml.Text("Nobody agreed. -e kf_force=true stands for yes.")))),
            ("when", AnsibleYaml.Condition("not kf_force | bool and not ansible_check_mode")));
    }

    private static YamlMappingNode Task(PlaybookStep step, YamlMappingNode template)
    {
        YamlMappingNode task = AnsibleYaml.Map(("name", AnsibleYaml.Name(step.Title)));
        foreach (KeyValuePair<YamlNode, YamlNode> pair in ((YamlMappingNode)AnsibleYaml.Copy(template)).Children)
        {
            task.Add(pair.Key, pair.Value);
        }

        // What a script does, only the step knows.
        if (step.Call.Action == "run-script" && !task.Children.Keys.Any(key => ((YamlScalarNode)key).Value == "ansible.builtin.set_fact"))
        {
            AnsibleYaml.Set(task, "changed_when", AnsibleYaml.Plain(step.Changes ? "true" : "false"));
            if (!step.Changes)
            {
                AnsibleYaml.Set(task, "check_mode", AnsibleYaml.Plain("false"));
            }
        }

        return task;
    }

    private YamlMappingNode Assert(PlaybookStep step, bool hasChanged)
    {
        IReadOnlyDictionary<string, object?> inputs = step.Call.Inputs;
        string value = inputs.TryGetValue("value", out object? given) ? $"({expressions.Value(given)})" : "none";
        var conditions = new List<string>();
        foreach (KeyValuePair<string, object?> input in inputs)
        {
            if (Enum.TryParse(input.Key, ignoreCase: true, out PlaybookConditionKind kind) && kind > PlaybookConditionKind.Not)
            {
                conditions.Add(expressions.Compare(kind, value, input.Value));
            }
        }

        YamlNode told = expressions.Node(inputs.TryGetValue("message", out object? message) ? message : step.Title);
        string holds = "(" + string.Join(" and ", conditions) + ")";
        if (inputs.TryGetValue("required", out object? required) && required is false)
        {
            // It only tells: the message where the value is otherwise.
            return AnsibleYaml.Map(
                ("name", AnsibleYaml.Name(step.Title)),
                ("ansible.builtin.debug", AnsibleYaml.Map(("msg", told))),
                ("when", AnsibleYaml.Condition("not " + holds)),
                ("register", AnsibleYaml.Plain(Raw)));
        }

        return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(step.Title)),
            ("ansible.builtin.assert", AnsibleYaml.Map(
                ("that", AnsibleYaml.List(conditions.Select(AnsibleYaml.Condition))),
                ("fail_msg", told),
                ("quiet", AnsibleYaml.Plain("true")))),
            ("when", hasChanged ? AnsibleYaml.Condition("not ansible_check_mode") : null),
            ("register", AnsibleYaml.Plain(Raw)));
    }

    // Nothing is dropped in silence: the play says that this is missing, and stops where the step would.
    private YamlMappingNode Explain(PlaybookStep step)
    {
        string text = $"The action {step.Call.Action} has no counterpart in Ansible. Run this step with Invoke-RemediationPlaybook.";
        warn($"{step.Call.Action} has no counterpart in Ansible: the task fails and says so.");
        return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(step.Title)),
            ("ansible.builtin.fail", AnsibleYaml.Map(("msg", AnsibleYaml.Text(text)))),
            ("register", AnsibleYaml.Plain(Raw)));
    }

    private void Retry(PlaybookStep step, AnsibleAction action, YamlMappingNode[] tasks)
    {
        if (step.Retry is not PlaybookRetry retry)
        {
            return;
        }

        bool isEarly = action.EarlyOutputs.Count > 0;
        YamlMappingNode task = isEarly ? tasks[0] : tasks.Last(one => AnsibleYaml.At(one, "register") is not null);
        string register = ((YamlScalarNode)AnsibleYaml.At(task, "register")!).Value!;
        expressions.Result = isEarly ? action.EarlyOutputs : action.Outputs;
        string until = retry.Until is null ? $"{register} is succeeded" : expressions.Condition(retry.Until);
        expressions.Result = null;
        AnsibleYaml.Set(task, "until", AnsibleYaml.Condition(until));
        AnsibleYaml.Set(task, "retries", AnsibleYaml.Plain(retry.Count));
        AnsibleYaml.Set(task, "delay", AnsibleYaml.Plain((long)Math.Ceiling(retry.Delay)));
        if (retry.BackOff != 1)
        {
            warn(string.Format(CultureInfo.InvariantCulture, "each try waits {0} s; Ansible has no back-off.", retry.Delay));
        }
    }

    private void Loop(PlaybookStep step, YamlMappingNode task)
    {
        if (step.ForEach is null)
        {
            return;
        }

        if (AnsibleYaml.At(task, "loop") is not null)
        {
            warn($"{step.Call.Action} goes through a list of its own in Ansible and is done once, for the first element.");
            AnsibleYaml.Set(task, "vars", AnsibleYaml.Map(("kf_item", AnsibleYaml.Value($"{expressions.Value(step.ForEach)} | first"))));
            return;
        }

        AnsibleYaml.Set(task, "loop", expressions.Node(step.ForEach));
        AnsibleYaml.Set(task, "loop_control", AnsibleYaml.Map(("loop_var", AnsibleYaml.Plain("kf_item"))));
    }

    private static IEnumerable<YamlNode> Keep(PlaybookStep step, AnsibleAction? action)
    {
        IReadOnlyDictionary<string, string> outputs = action?.Outputs ?? new Dictionary<string, string>();
        bool loops = step.ForEach is not null;
        string values = outputs.TryGetValue("*", out string? all) ? $"({all})" : "{" + string.Join(", ", outputs.Select(pair => $"{Jinja.Quote(pair.Key)}: {pair.Value}")) + "}";
        string register = Jinja.Quote(step.Register);
        string kept = loops ? $"(kf_results[{register}] | default([])) + [{values.Replace(Raw, One)}]" : values;
        yield return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(step.Title + ": keep what was found")),
            ("ansible.builtin.set_fact", AnsibleYaml.Map(
                ("kf_results", AnsibleYaml.Value($"kf_results | combine({{{register}: {kept}}})")),
                ("kf_steps", AnsibleYaml.Value($"kf_steps | combine({{{Jinja.Quote(step.Id)}: {{'status': 'Done', 'changed': {Raw}.changed | default(false)}}}})")))),
            ("loop", loops ? AnsibleYaml.Value($"{Raw}.results | default([])") : null),
            ("loop_control", loops ? AnsibleYaml.Map(("loop_var", AnsibleYaml.Plain(One)), ("label", AnsibleYaml.Text("found"))) : null));
    }

    private IEnumerable<YamlNode> Restart(PlaybookStep step, bool windows)
    {
        if (step.Restart == StepRestart.None || actions.Find("restart", windows) is not AnsibleAction restart)
        {
            yield break;
        }

        YamlMappingNode task = AnsibleYaml.Map(("name", AnsibleYaml.Name(step.Title + ": restart")), ("vars", AnsibleYaml.Map(("kf_in", Away(step)))));
        foreach (KeyValuePair<YamlNode, YamlNode> pair in ((YamlMappingNode)AnsibleYaml.Copy(restart.Tasks[0])).Children.Where(pair => ((YamlScalarNode)pair.Key).Value != "register"))
        {
            task.Add(pair.Key, pair.Value);
        }

        if (step.Restart == StepRestart.Allowed)
        {
            AnsibleYaml.Set(task, "when", AnsibleYaml.Condition($"kf_results[{Jinja.Quote(step.Register)}]['needsRestart'] | default(false, true)"));
        }

        yield return task;
    }

    // How long the machine may be away, which is the step's timeout.
    private static YamlMappingNode Away(PlaybookStep step) => step.Timeout is double seconds
        ? AnsibleYaml.Map(("timeout", AnsibleYaml.Plain((long)Math.Ceiling(seconds))))
        : new YamlMappingNode { Style = YamlDotNet.Core.Events.MappingStyle.Flow };

    private YamlSequenceNode? Rescue(PlaybookStep step, bool windows)
    {
        if (step.OnFailure.Kind == StepFailureKind.Stop)
        {
            return null;
        }

        var tasks = new List<YamlNode>
        {
            AnsibleYaml.Map(
                ("name", AnsibleYaml.Name(step.Title + ": it failed")),
                ("ansible.builtin.set_fact", AnsibleYaml.Map(
                    ("kf_steps", AnsibleYaml.Value($"kf_steps | combine({{{Jinja.Quote(step.Id)}: {{'status': 'Failed', 'changed': false}}}})"))))),
        };
        if (step.OnFailure.Kind == StepFailureKind.RollBack)
        {
            foreach (PlaybookStep done in playbook.Steps.Take(Index(step.Id)).Reverse().Where(one => one.Rollback is not null))
            {
                tasks.Add(TakeBack(done, windows));
            }

            tasks.Add(AnsibleYaml.Map(
                ("name", AnsibleYaml.Name(step.Title + ": end")),
                ("ansible.builtin.fail", AnsibleYaml.Map(("msg", AnsibleYaml.Text($"The step {step.Id} failed; what was done was taken back."))))));
        }

        return AnsibleYaml.List(tasks);
    }

    private YamlMappingNode TakeBack(PlaybookStep done, bool windows)
    {
        PlaybookStep back = done with { Call = done.Rollback!, Title = "Take back: " + done.Title, ForEach = null, Retry = null };
        YamlMappingNode[] tasks = actions.Find(back.Call.Action, windows) is AnsibleAction action ? [.. action.Tasks.Select(task => Task(back, task))] : [Explain(back)];
        return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(back.Title)),
            ("vars", AnsibleYaml.Map(("kf_in", Inputs(back)))),
            ("when", AnsibleYaml.Condition($"kf_steps[{Jinja.Quote(done.Id)}]['status'] | default('') == 'Done'")),
            ("block", AnsibleYaml.List(tasks)));
    }

    private bool UsesSecret(PlaybookStep step) => playbook.Parameters.Any(parameter => parameter.Secret
        && (Names(step.Call.Inputs, parameter.Name) || Names(step.Rollback?.Inputs, parameter.Name) || Names(step.ForEach, parameter.Name)));

    private static bool Names(object? value, string parameter) => value switch
    {
        string text => text.Contains("parameters." + parameter, StringComparison.OrdinalIgnoreCase),
        IReadOnlyDictionary<string, object?> map => map.Values.Any(one => Names(one, parameter)),
        IReadOnlyList<object?> list => list.Any(one => Names(one, parameter)),
        _ => false,
    };
}
