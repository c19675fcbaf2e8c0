using KernelFault.Knowledge;

namespace KernelFault.Analysis;

/// <summary>Turns the tags of knowledge into what a person reads.</summary>
internal static class NextStepList
{
    /// <summary>Adds the steps behind <paramref name="tags"/>, in order, each once.</summary>
    /// <param name="steps">The list so far; what it holds is not added again.</param>
    /// <param name="knowledge">Where the texts are.</param>
    /// <param name="tags">Tags of steps; those it does not know are passed over.</param>
    /// <param name="most">How long the list may become.</param>
    internal static void Add(List<NextStep> steps, KnowledgeBase knowledge, IReadOnlyList<string> tags, int most = int.MaxValue)
    {
        for (int i = 0; i < tags.Count && steps.Count < most; i++)
        {
            if (knowledge.NextStep(tags[i]) is { } step && !steps.Exists(known => known.Text == step.Text))
            {
                steps.Add(new NextStep(step.Text, step.Playbook));
            }
        }
    }
}
