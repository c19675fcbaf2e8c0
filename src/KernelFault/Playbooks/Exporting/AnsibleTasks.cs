using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>The tasks of one step's action: those that its inputs need, tried again, gone through its list, and ended in time as the step says.</summary>
/// <param name="step">The step.</param>
/// <param name="action">What its action is in Ansible.</param>
/// <param name="inputs">Its inputs.</param>
/// <param name="expressions">Values.</param>
/// <param name="warn">Takes what is done otherwise.</param>
internal sealed class AnsibleTasks(PlaybookStep step, AnsibleAction action, AnsibleInputs inputs, AnsibleExpression expressions, Action<string> warn)
{
    /// <summary>What most actions register.</summary>
    internal const string Raw = "kf_raw";

    // A mark of ours: the task is for steps that have these inputs, or have one with this value.
    private const string Uses = "uses";

    private readonly AnsibleCondition _conditions = new(expressions, warn);

    /// <summary>The tasks.</summary>
    /// <param name="title">What they are called.</param>
    internal YamlMappingNode[] Make(string title)
    {
        YamlMappingNode[] tasks = [.. action.Tasks.Select(task => Task(title, task)).OfType<YamlMappingNode>()];
        Retry(tasks);
        var before = new List<string>();
        foreach (YamlMappingNode task in tasks)
        {
            Loop(task, before);
            if (step.Timeout is double seconds && step.Call.Action is not ("restart" or "pause"))
            {
                AnsibleYaml.Set(task, "timeout", AnsibleYaml.Plain((long)Math.Ceiling(seconds)));
            }

            if (AnsibleYaml.At(task, "register") is YamlScalarNode { Value: string register })
            {
                before.Add(register);
            }
        }

        return tasks;
    }

    /// <summary>What tasks register, those that may change something alone.</summary>
    internal static string[] Changing(IEnumerable<YamlMappingNode> tasks) =>
        [.. tasks.Where(task => AnsibleYaml.At(task, "check_mode") is null).Select(task => (AnsibleYaml.At(task, "register") as YamlScalarNode)?.Value).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>Has an expression speak of one element's results instead of those of a whole list.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="registers">What tasks registered.</param>
    internal static string OfElement(string expression, IEnumerable<string> registers) =>
        registers.Distinct(StringComparer.Ordinal).Aggregate(expression, (text, register) => Regex.Replace(text, $@"\b{register}\b", register + ".results[kf_at]", RegexOptions.CultureInvariant));

    /// <summary>The inputs that a step must have for a task, each alone or with the value it must have.</summary>
    internal static IEnumerable<string[]> UsesOf(YamlMappingNode task) =>
        (AnsibleYaml.At(task, Uses) switch { YamlSequenceNode list => list.Children, YamlNode one => [one], null => [] }).Cast<YamlScalarNode>().Select(node => node.Value!.Split('='));

    /// <summary>A task of an action under a name.</summary>
    internal static YamlMappingNode Named(string title, YamlMappingNode template)
    {
        YamlMappingNode task = AnsibleYaml.Map(("name", AnsibleYaml.Name(title)));
        foreach (KeyValuePair<YamlNode, YamlNode> pair in ((YamlMappingNode)AnsibleYaml.Copy(template)).Children.Where(pair => ((YamlScalarNode)pair.Key).Value != Uses))
        {
            task.Add(pair.Key, pair.Value);
        }

        return task;
    }

    /// <summary>What stands beside a loop: Ansible stumbles over a label that looks like a value of Python, and an element may.</summary>
    internal static YamlMappingNode Control() =>
        AnsibleYaml.Map(("loop_var", AnsibleYaml.Plain("kf_item")), ("index_var", AnsibleYaml.Plain("kf_at")), ("label", AnsibleYaml.Value("kf_at")));

    private YamlMappingNode? Task(string title, YamlMappingNode template)
    {
        var when = new List<string>();
        foreach (string[] parts in UsesOf(template))
        {
            object? value = inputs.Find(parts[0]);
            if (value is null || (parts.Length > 1 && !AnsibleExpression.IsTemplate(value) && !string.Equals(PlaybookValue.Text(value), parts[1], StringComparison.OrdinalIgnoreCase)))
            {
                return null;
            }

            if (AnsibleExpression.IsTemplate(value))
            {
                // What is not given is the default, which the engine fills in.
                string standard = PlaybookValue.Text(inputs.Default(parts[0]));
                when.Add(parts.Length > 1 ? $"kf_in.{parts[0]} | default({Jinja.Quote(standard)}, true) | lower == {Jinja.Quote(parts[1])}" : $"kf_in.{parts[0]} is not none");
            }
        }

        YamlMappingNode task = Named(title, template);

        // What a script does, only the step knows.
        if (step.Call.Action == "run-script" && AnsibleYaml.At(task, "register") is YamlScalarNode { Value: Raw })
        {
            AnsibleYaml.Set(task, "changed_when", AnsibleYaml.Plain(step.Changes ? "true" : "false"));
            if (!step.Changes)
            {
                AnsibleYaml.Set(task, "check_mode", AnsibleYaml.Plain("false"));
            }
        }

        When(task, when);
        return task;
    }

    private static void When(YamlMappingNode task, List<string> conditions)
    {
        if (conditions.Count > 0)
        {
            YamlNode[] own = AnsibleYaml.At(task, "when") switch { null => [], YamlSequenceNode list => [.. list.Children], YamlNode one => [one] };
            AnsibleYaml.Set(task, "when", AnsibleYaml.List([.. conditions.Select(AnsibleYaml.Condition), .. own]));
        }
    }

    private void Retry(YamlMappingNode[] tasks)
    {
        if (step.Retry is not PlaybookRetry retry || tasks.Length == 0 || step.Call.Action == "assert")
        {
            return;
        }

        if (retry.BackOff != 1)
        {
            warn(string.Format(CultureInfo.InvariantCulture, "each try waits {0} s; Ansible has no back-off.", retry.Delay));
        }

        if (step.Timeout is not null)
        {
            warn("a try that took too long is the last one; Ansible does not try again then.");
        }

        if (retry.Until is null)
        {
            foreach (YamlMappingNode task in tasks.Where(task => AnsibleYaml.At(task, "loop") is null))
            {
                if (AnsibleYaml.At(task, "register") is null)
                {
                    AnsibleYaml.Set(task, "register", AnsibleYaml.Plain("kf_try"));
                }

                Until(task, retry, null);
            }

            return;
        }

        bool isEarly = action.EarlyOutputs.Count > 0;
        if (!isEarly && tasks.Count(task => AnsibleYaml.At(task, "register") is not null && AnsibleYaml.At(task, "delegate_to") is null) > 1)
        {
            warn("one of its tasks alone is tried again.");
        }

        expressions.Result = isEarly ? action.EarlyOutputs : action.Outputs;
        Until(isEarly ? tasks[0] : tasks.LastOrDefault(task => AnsibleYaml.At(task, "register") is YamlScalarNode { Value: Raw }) ?? tasks[tasks.Length - 1], retry, _conditions.Of(retry.Until));
        expressions.Result = null;
    }

    // What is waited for is a part of what counts as a failure: Ansible forgets that the tries are used up where a task says itself when it
    // failed. With --check what changes the machine is skipped, and nothing is waited for.
    private static void Until(YamlMappingNode task, PlaybookRetry retry, string? condition)
    {
        string register = ((YamlScalarNode)AnsibleYaml.At(task, "register")!).Value!;
        if (condition is not null)
        {
            string failed = (AnsibleYaml.At(task, "failed_when") as YamlScalarNode)?.Value ?? $"{register}.failed | default(false)";
            AnsibleYaml.Set(task, "failed_when", AnsibleYaml.Condition($"({failed}) or not {condition}"));
        }

        AnsibleYaml.Set(task, "until", AnsibleYaml.Condition($"{register} is succeeded"));
        AnsibleYaml.Set(task, "retries", AnsibleYaml.Plain(retry.Count));
        AnsibleYaml.Set(task, "delay", AnsibleYaml.Plain((long)Math.Ceiling(retry.Delay)));
    }

    private void Loop(YamlMappingNode task, List<string> before)
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

        if (AnsibleYaml.At(task, "ansible.builtin.set_fact") is not null)
        {
            warn("what the last element gave counts for all of them.");
        }

        foreach (YamlScalarNode text in task.AllNodes.OfType<YamlScalarNode>().Where(node => node.Style != ScalarStyle.Plain || node.Value?.Contains("kf_", StringComparison.Ordinal) == true).ToArray())
        {
            text.Value = OfElement(text.Value ?? string.Empty, before.Where(register => AnsibleYaml.At(task, "register") is not YamlScalarNode own || own.Value != register));
        }

        When(task, step.When is null ? [] : [_conditions.Of(step.When)]);
        AnsibleYaml.Set(task, "loop", Elements());
        AnsibleYaml.Set(task, "loop_control", Control());
    }

    /// <summary>The list that the step is done for.</summary>
    internal YamlNode Elements() => AnsibleExpression.IsTemplate(step.ForEach) ? AnsibleYaml.Value($"{expressions.Value(step.ForEach)} | default([], true)") : AnsibleYaml.Literal(step.ForEach);
}
