using KernelFault.Dumps.Logs;
using KernelFault.Knowledge;

namespace KernelFault.Analysis.Linux;

/// <summary>Finds the rule that knows a report, and names the crash by it.</summary>
internal sealed class CrashRecogniser
{
    private readonly LinuxFrameFacts _facts;
    private readonly FrameExtractor _extractor;

    internal CrashRecogniser(LinuxFrameFacts facts)
    {
        _facts = facts;
        _extractor = new FrameExtractor(facts);
    }

    /// <summary>Names a report.</summary>
    internal Recognition Recognise(CrashReport report)
    {
        List<string> trusted = report.Lines.GetRange(0, report.TrustedCount);
        Recognition? found = Apply(trusted, report.Headline);
        if (found is null)
        {
            // The phrase is not in what was kept of the report: it stands in the prefix, so whole lines are read.
            trusted = report.Raw.Select(l => l.Raw).ToList();
            found = Apply(trusted, report.Headline) ?? new Recognition { Title = report.Headline.Phrase };
        }

        string? damage = found.Damage ?? DamageCheck.Find(found, report.Lines);
        damage = damage == DamageReasons.StackEmpty && report.Questionable.Count > 0 ? DamageReasons.StackLost : damage;
        return found with
        {
            Title = TitleText.Clean(found.Title),
            Alternatives = found.Alternatives.Select(TitleText.Clean).Distinct(StringComparer.Ordinal).ToArray(),
            Damage = damage,
        };
    }

    private Recognition? Apply(List<string> lines, CrashHeadline headline)
    {
        IReadOnlyList<CrashRule> rules = CrashRules.Of(headline.Family);
        bool announced = false;
        for (int line = 0; line < lines.Count && !announced; line++)
        {
            // On one line the phrase that begins first decides; of several at one place, the rule that comes first.
            int best = int.MaxValue;
            foreach (CrashRule rule in rules)
            {
                var words = new List<string>();
                int at = Announced(rule, lines, line, words);
                if (at >= 0 && at < best)
                {
                    best = at;
                }
            }

            if (best == int.MaxValue)
            {
                continue;
            }

            announced = true;
            foreach (CrashRule rule in rules)
            {
                var words = new List<string>();
                if (Announced(rule, lines, line, words) == best && Name(rule, lines, line, best, words) is Recognition found)
                {
                    return found;
                }
            }
        }

        string? raw = lines.Find(l => CrashHeadline.HoldsInOrder(l, headline.Anchor));
        return raw is null ? null : new Recognition
        {
            Title = raw.Substring(raw.IndexOf(headline.Anchor, StringComparison.Ordinal)),
            Damage = announced ? DamageReasons.MissingEvidence : null,
        };
    }

    /// <summary>Where on a line a rule's phrase begins; -1 when it is not there.</summary>
    private static int Announced(CrashRule rule, List<string> lines, int line, List<string> words)
    {
        int at = rule.Headline.Find(lines[line], words);
        if (at < 0 || !rule.AnnouncedByEvidence)
        {
            return at;
        }

        return FollowEvidence(rule, lines, line + 1, 0, words) ? at : -1;
    }

    private static bool FollowEvidence(CrashRule rule, List<string> lines, int line, int from, List<string> words)
    {
        for (int i = from; i < rule.Evidence.Count; i++)
        {
            while (line < lines.Count && rule.Evidence[i].Find(lines[line], words) < 0)
            {
                line++;
            }

            if (line++ >= lines.Count)
            {
                return false;
            }
        }

        return true;
    }

    private Recognition? Name(CrashRule rule, List<string> lines, int line, int at, List<string> words)
    {
        if (rule.Evidence.Count > 0 && !rule.AnnouncedByEvidence)
        {
            words.Clear();
            line = 0;
            while (line < lines.Count && (at = rule.Evidence[0].Find(lines[line], words)) < 0)
            {
                line++;
            }

            if (line == lines.Count || !FollowEvidence(rule, lines, line + 1, 1, words))
            {
                return null;
            }
        }

        string? damage = rule.IsRemnant ? DamageReasons.Remnant : null;
        IReadOnlyList<GuiltyFrame> frames = [];
        if (rule.Stack is not null)
        {
            List<string> rest = lines.GetRange(line, lines.Count - line);
            rest[0] = rest[0].Substring(at);
            frames = _extractor.Extract(rest, rule.Stack, out bool isWhole);
            damage = isWhole ? damage : DamageReasons.NoFrames;
        }

        string[] named = [.. words, .. frames.Select(f => f.Name)];
        string title = TitleText.Fill(rule.Title, named);
        var alternatives = new List<string>(rule.Alternatives.Select(a => TitleText.Fill(a, named)));
        AddPartlyStripped(rule, words, frames, title, alternatives);
        return new Recognition { Rule = rule, Title = title, Alternatives = alternatives, Frames = frames, Words = words, Damage = damage };
    }

    /// <summary>The same crash may be known by the function's full name, or with another layer of its wrapping off.</summary>
    private void AddPartlyStripped(CrashRule rule, List<string> words, IReadOnlyList<GuiltyFrame> frames, string title, List<string> alternatives)
    {
        foreach (string prefix in _facts.EntryPrefixes.Prepend(string.Empty))
        {
            string[] stripped = frames.Select(f => f.Printed.StartsWith(prefix, StringComparison.Ordinal) ? f.Printed.Substring(prefix.Length) : f.Printed).ToArray();
            if (prefix.Length > 0 && stripped.SequenceEqual(frames.Select(f => f.Printed), StringComparer.Ordinal))
            {
                continue;
            }

            string[] named = [.. words, .. stripped];
            string other = TitleText.Fill(rule.Title, named);
            if (other != title)
            {
                alternatives.Add(other);
            }

            alternatives.AddRange(rule.Alternatives.Select(a => TitleText.Fill(a, named)));
        }
    }
}
