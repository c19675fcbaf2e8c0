using KernelFault.Hosts;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Loading;

/// <summary>Compares what a playbook says of Windows folders that are not running with what its actions can do there.</summary>
/// <param name="problems">What is wrong.</param>
/// <param name="offline">True for a playbook for such folders, false for machines that run, null for both.</param>
internal sealed class OfflineCheck(PlaybookProblems problems, bool? offline)
{
    // What is so of every such folder, whatever Windows lies there.
    private static readonly IReadOnlyDictionary<string, object?> s_facts = PlaybookValue.Map(
        ("facts.kind", nameof(HostKind.OfflineWindows)), ("facts.platform", nameof(HostPlatform.Windows)), ("facts.bootTime", null), ("facts.isElevated", null), ("facts.powerShellVersion", null));

    /// <summary>Looks at a step: at its action, at what takes it back, and at its restart.</summary>
    /// <param name="map">Where it stands.</param>
    /// <param name="step">The step.</param>
    /// <param name="info">Its action.</param>
    /// <param name="actions">The actions there are.</param>
    internal void Check(YamlMap map, PlaybookStep step, PlaybookActionInfo info, PlaybookActions actions)
    {
        // A step that is for machines that run alone is at its place in a playbook for both.
        if (offline == false || (offline is null && (Holds(step.When) == false || step.OnFailure.Kind is StepFailureKind.Continue or StepFailureKind.GoTo)))
        {
            return;
        }

        if (!info.WorksOffline)
        {
            Tell(map.Find("action")!, $"'{info.Name}' needs a machine that runs");
        }

        if (step.Rollback is { } rollback && actions.FindInfo(rollback.Action) is { WorksOffline: false } back)
        {
            Tell(map.Find("rollback")!, $"'{back.Name}' needs a machine that runs");
        }

        if (step.Restart == StepRestart.Required)
        {
            Tell(map.Find("restart")!, "What does not run cannot be restarted");
        }
    }

    private void Tell(YamlNode at, string what)
    {
        if (offline == true)
        {
            problems.Error(at, ProblemId.Offline, $"{what}, and the playbook is for the folder of a Windows that does not.", "an action that works offline: Get-PlaybookAction tells which do");
        }
        else
        {
            problems.Warn(at, ProblemId.Offline, $"{what}, and the playbook is for the folder of a Windows that does not too.", "when: { not: { value: facts.kind, equals: OfflineWindows } }");
        }
    }

    // Null where it depends on what is known only then.
    private static bool? Holds(PlaybookCondition? condition)
    {
        if (condition is null)
        {
            return true;
        }

        bool?[] parts = [.. condition.Parts.Select(Holds)];
        switch (condition.Kind)
        {
            case PlaybookConditionKind.All:
                return parts.Contains(false) ? false : parts.Contains(null) ? null : true;
            case PlaybookConditionKind.Any:
                return parts.Contains(true) ? true : parts.Contains(null) ? null : false;
            case PlaybookConditionKind.Not:
                return parts.Length == 1 ? !parts[0] : null;
        }

        if (condition.Value is null || !s_facts.TryGetValue(condition.Value, out object? value) || HasTemplate(condition.Operand))
        {
            return null;
        }

        try
        {
            return PlaybookCondition.Holds(condition.Kind, value, condition.Operand, condition.Value);
        }
        catch (PlaybookException)
        {
            return null;
        }
    }

    private static bool HasTemplate(object? operand) => operand is IReadOnlyList<object?> list ? list.Any(HasTemplate) : PlaybookValueRule.IsTemplate(operand);
}
