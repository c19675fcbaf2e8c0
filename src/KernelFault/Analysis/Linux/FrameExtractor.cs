using KernelFault.Knowledge;

namespace KernelFault.Analysis.Linux;

/// <summary>Finds the guilty function of a report.</summary>
internal sealed class FrameExtractor
{
    private readonly LinuxFrameFacts _facts;

    internal FrameExtractor(LinuxFrameFacts facts) => _facts = facts;

    /// <summary>What could not be named.</summary>
    internal const string Damaged = "corrupted";

    /// <summary>Walks a report.</summary>
    /// <param name="lines">The report, from the headline's phrase on.</param>
    /// <param name="rule">The way.</param>
    /// <param name="isWhole">False when a stack was missing or mixed with another.</param>
    /// <returns>The guilty function of each stack the rule asks for.</returns>
    internal IReadOnlyList<GuiltyFrame> Extract(IReadOnlyList<string> lines, StackRule rule, out bool isWhole)
    {
        IReadOnlyList<GuiltyFrame> frames = Walk(lines, rule, rule.Steps, out isWhole);
        return isWhole || rule.Otherwise.Count == 0 ? frames : Walk(lines, rule, rule.Otherwise, out isWhole);
    }

    private List<GuiltyFrame> Walk(IReadOnlyList<string> lines, StackRule rule, IReadOnlyList<StackStep> steps, out bool isWhole)
    {
        var results = new List<GuiltyFrame>();
        var stack = new List<string>();
        var names = new List<string>();
        int at = 0;
        int stacks = 0;
        isWhole = true;
        for (int index = 0; index < steps.Count; index++)
        {
            StackStep step = steps[index];
            if (step.IsFrames && stacks++ > 0)
            {
                Finish(results, stack, rule.Pick, ref isWhole);
            }

            while (at < lines.Count)
            {
                string line = lines[at++];
                names.Clear();
                if (StackLine.IsIntrusion(line))
                {
                    isWhole = false;
                    break;
                }

                if (!step.IsFrames)
                {
                    if (step.Matches(line, names))
                    {
                        Keep(stack, names, rule.Innocent);
                        break;
                    }

                    continue;
                }

                if (StackLine.IsStart(line))
                {
                    break;
                }

                if (index + 1 < steps.Count && steps[index + 1].Matches(line, names))
                {
                    Keep(stack, names, rule.Innocent);
                    index++;
                    break;
                }

                if (StackLine.TryFrame(line, names))
                {
                    Keep(stack, names, rule.Innocent);
                }
            }
        }

        Finish(results, stack, rule.Pick, ref isWhole);
        return results;
    }

    private void Keep(List<string> stack, List<string> names, string? innocent)
    {
        foreach (string name in names)
        {
            string readable = RustSymbol.Demangle(name);
            if (!_facts.IsInnocent(readable, innocent))
            {
                stack.Add(readable);
            }
        }
    }

    private void Finish(List<GuiltyFrame> results, List<string> stack, FramePick pick, ref bool isWhole)
    {
        GuiltyFrame? frame = pick switch
        {
            FramePick.Stall => PickStall(stack),
            FramePick.HungTask => PickHungTask(stack),
            _ => stack.Count == 0 ? null : new GuiltyFrame(WithoutEntryPrefix(stack[0]), stack[0]),
        };
        isWhole &= frame is not null;
        results.Add(frame ?? new GuiltyFrame(Damaged, Damaged));
        stack.Clear();
    }

    private GuiltyFrame? PickStall(List<string> stack)
    {
        for (int i = 0; i < stack.Count; i++)
        {
            string name = WithoutEntryPrefix(stack[i]);
            if (!_facts.IsStallAnchor(name))
            {
                continue;
            }

            // Waiting for another processor: the variants of this function are one crash.
            const string CrossCall = "smp_call_function";
            int caller = Math.Max(0, i - 1);
            return name.Contains(CrossCall)
                ? new GuiltyFrame(CrossCall, stack[i])
                : new GuiltyFrame(WithoutEntryPrefix(stack[caller]), stack[caller]);
        }

        return null;
    }

    private GuiltyFrame? PickHungTask(List<string> stack)
    {
        string[] names = stack.Select(WithoutEntryPrefix).ToArray();
        for (int i = 0; i < names.Length; i++)
        {
            foreach (KeyValuePair<string, string?> gathered in _facts.HungGathered)
            {
                if (names[i].Contains(gathered.Key))
                {
                    return new GuiltyFrame(gathered.Value ?? names[i], stack[i]);
                }
            }
        }

        int found = Array.FindIndex(names, n => !_facts.OnlyWaits(n));
        return found < 0 ? null : new GuiltyFrame(names[found], stack[found]);
    }

    private string WithoutEntryPrefix(string function)
    {
        string shortest = function;
        foreach (string prefix in _facts.EntryPrefixes)
        {
            if (function.StartsWith(prefix, StringComparison.Ordinal) && function.Length - prefix.Length < shortest.Length)
            {
                shortest = function.Substring(prefix.Length);
            }
        }

        return shortest;
    }
}
