using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>What happens when a step fails: the rescue of its block.</summary>
/// <param name="draft">The export.</param>
/// <param name="frame">The playbook.</param>
/// <param name="windows">Whether it is for Windows.</param>
/// <param name="warn">Takes what is done otherwise.</param>
internal sealed class AnsibleRescue(AnsibleDraft draft, AnsibleFrame frame, bool windows, Action<string> warn)
{
    /// <summary>The tasks.</summary>
    /// <param name="step">The step.</param>
    /// <param name="asks">Whether it, or a step that it includes, asks a person: where nobody agrees, the run ends whatever is said of failures.</param>
    /// <returns>The tasks; null where a failure ends the run, or the playbook that includes the step.</returns>
    internal YamlSequenceNode? Of(PlaybookStep step, bool asks)
    {
        if (step.OnFailure.Kind == StepFailureKind.Stop)
        {
            return null;
        }

        var tasks = new List<YamlNode>();
        if (asks)
        {
            YamlMappingNode refused = AnsibleYaml.Fail(step.Title + ": nobody agreed", AnsibleYaml.Text("Nobody agreed. -e kf_force=true stands for yes."));
            AnsibleYaml.Set(refused, "when", AnsibleYaml.Condition("kf_refused | default(false) | bool"));
            tasks.Add(refused);
        }

        string changed = frame.Included.TryGetValue(step.Id, out AnsibleFrame? inner) ? Changed(inner)
            : IsMarked(frame, step) ? $"{frame.Step(step.Id, "changed")} | default(false)"
            : step.Changes ? "true" : "false";
        tasks.Add(AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(step.Title + ": it failed")),
            ("ansible.builtin.set_fact", AnsibleYaml.Map((frame.Steps, Become(step, $"'status': 'Failed', 'changed': {changed}, 'summary': {(frame.Secrets.AreIn(step) ? "none" : "ansible_failed_result.msg | default(none)")}"))))));
        if (step.OnFailure.Kind == StepFailureKind.RollBack)
        {
            tasks.AddRange(TakeBack(frame, step));
            tasks.Add(AnsibleYaml.Fail(step.Title + ": end", AnsibleYaml.Text($"The step {frame.Prefix}{step.Id} failed; what was done was taken back, as far as nothing above says otherwise.")));
        }

        return AnsibleYaml.List(tasks);
    }

    /// <summary>Whether a step says of itself that it is about to change the machine, for what takes it back when it fails half-way.</summary>
    internal static bool IsMarked(AnsibleFrame frame, PlaybookStep step) => step.Changes && step.Rollback is not null && frame.IsTakenBack;

    /// <summary>Whether a step of an included playbook changed the machine, as an expression.</summary>
    internal static string Changed(AnsibleFrame inner) => $"({inner.Steps} | default({{}})).values() | selectattr('changed') | list | length > 0";

    private YamlScalarNode Become(PlaybookStep step, string values) => AnsibleYaml.Value($"{frame.Steps} | combine({{{Jinja.Quote(step.Id)}: {{{values}}}}})");

    // The last first, and what an included playbook did at the place of the step that includes it.
    private IEnumerable<YamlNode> TakeBack(AnsibleFrame from, PlaybookStep? last)
    {
        int count = last is null ? from.Playbook.Steps.Count : from.Playbook.Steps.TakeWhile(step => step.Id != last.Id).Count() + 1;
        foreach (PlaybookStep step in from.Playbook.Steps.Take(count).Reverse())
        {
            if (from.Included.TryGetValue(step.Id, out AnsibleFrame? inner))
            {
                foreach (YamlNode node in TakeBack(inner, null))
                {
                    yield return node;
                }
            }
            else if (step.Rollback is not null)
            {
                yield return TakeBackOne(from, step);
            }
        }
    }

    private YamlMappingNode TakeBackOne(AnsibleFrame from, PlaybookStep done)
    {
        string results = $"{from.Results}[{Jinja.Quote(from.Register(done.Register))}]";
        string own = done.ForEach is null ? $"({results} | default({{}}, true))" : $"(({results} | default([], true))[kf_at] | default({{}}, true))";
        var expressions = new AnsibleExpression(from, draft.Actions, [windows], warn)
        {
            Result = new Dictionary<string, string> { ["*"] = own },
            Own = (done.Register, own),
        };
        PlaybookStep back = done with { Call = done.Rollback!, Title = "Take back: " + done.Title, Retry = null, Timeout = null, When = null };
        var inputs = new AnsibleInputs(back.Call, expressions);
        if (done.ForEach is not null)
        {
            warn("what was done for a list is taken back for each element, the first one first, as far as each gave results.");
        }

        YamlMappingNode[] tasks = draft.Actions.Find(back.Call.Action, windows) is AnsibleAction action ? new AnsibleTasks(back, action, inputs, expressions, warn).Make(back.Title)
            : [AnsibleYaml.Fail(back.Title, AnsibleYaml.Text($"The action {back.Call.Action} has no counterpart in Ansible."))];
        YamlMappingNode[] checks = [.. AnsibleStep.Checks(back, inputs, expressions)];
        return AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(back.Title)),
            ("vars", AnsibleStep.Variables(from, inputs)),
            ("when", AnsibleYaml.List([
                AnsibleYaml.Condition($"{from.Step(done.Id, "changed")} | default(false)"),
                AnsibleYaml.Condition($"{from.Step(done.Id, "status")} | default('') in ['Done', 'Failed']")])),
            ("no_log", from.Secrets.AreIn(done) ? AnsibleYaml.Plain("true") : null),
            ("block", AnsibleYaml.List([.. checks, .. tasks, AnsibleYaml.Map(
                ("name", AnsibleYaml.Name(back.Title + ": it is done")),
                ("ansible.builtin.set_fact", AnsibleYaml.Map(
                    (from.Steps, AnsibleYaml.Value($"{from.Steps} | combine({{{Jinja.Quote(done.Id)}: {{'status': 'TakenBack'}}}}, recursive=true)")))))])),
            ("rescue", AnsibleYaml.List([AnsibleYaml.Map(
                ("name", AnsibleYaml.Name(back.Title + ": it could not be")),
                ("ansible.builtin.debug", AnsibleYaml.Map(("msg", AnsibleYaml.Text($"The step {from.Prefix}{done.Id} could not be taken back.")))))])));
    }
}
