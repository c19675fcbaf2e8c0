using KernelFault.Knowledge;

namespace KernelFault.Analysis;

/// <summary>Turns the tags of knowledge into what a person reads.</summary>
internal static class NextStepList
{
    /// <summary>The steps behind <paramref name="tags"/>, in order, each once.</summary>
    internal static IReadOnlyList<NextStep> From(KnowledgeBase knowledge, IEnumerable<string> tags)
    {
        var steps = new List<NextStep>();
        foreach (string tag in tags.Distinct())
        {
            if (knowledge.NextStep(tag) is { } step)
            {
                steps.Add(new NextStep(step.Text, step.Playbook));
            }
        }

        return steps;
    }
}
