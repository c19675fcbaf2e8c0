using KernelFault.Knowledge;

namespace KernelFault.Analysis.Linux;

/// <summary>Chooses what to do next: the steps of the crash's kind that fit this machine.</summary>
internal static class LinuxNextSteps
{
    private static readonly HashSet<string> NeedsModule = new(StringComparer.Ordinal) { "remove-module", "update-module" };

    /// <summary>The steps, in order.</summary>
    internal static IReadOnlyList<NextStep> Choose(LinuxCrashKnowledge.CrashMeaning meaning, CrashEvidence evidence, Culprit? culprit)
    {
        bool hasModule = culprit?.Kind is CulpritKind.ThirdPartyDriver or CulpritKind.SystemDriver;
        var steps = new List<NextStep>();
        foreach (LinuxCrashKnowledge.CrashStep step in meaning.Steps)
        {
            if (!NeedsModule.Contains(step.Name) || hasModule)
            {
                steps.Add(new NextStep(step.Text.Replace("{culprit}", culprit?.Module ?? string.Empty), step.Playbook));
            }
        }

        if (evidence.Recognition.Damage is not (null or DamageReasons.StackLost))
        {
            steps.Insert(0, new NextStep("Get the whole log: this report is truncated or mixed, so everything said of it may be about something else.", null));
        }

        return steps;
    }
}
