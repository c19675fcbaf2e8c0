using System.Globalization;
using System.Text.RegularExpressions;
using KernelFault.Analysis;
using KernelFault.Knowledge;

namespace KernelFault.Playbooks.Catalog;

/// <summary>
/// How well a playbook fits. What the analysis of a crash names comes first, in its order; then a stop code that the playbook is for,
/// then what it says of symptoms, then the class of the fault, then words of its title and description. A playbook of another system
/// than the crash's does not fit at all.
/// </summary>
internal sealed class PlaybookMatcher
{
    private const long Named = 100;
    private const long NamedStep = 5;
    private const long LeastNamed = 70;
    private const long BugCheck = 60;
    private const long Symptom = 50;
    private const long FaultClassScore = 40;
    private const long Word = 10;
    private const long Mentioned = 1;

    private static readonly Regex s_word = new("[a-z0-9]{3,}", RegexOptions.CultureInvariant);
    private static readonly string[] s_fillers = ["the", "and", "after", "with", "for", "that", "this", "was", "are", "not", "when", "has", "have", "from", "machine", "computer"];

    private readonly PlaybookQuestion _question;
    private readonly IReadOnlyList<uint> _codes;
    private readonly string _symptom;
    private readonly string[] _words;
    private readonly PlaybookPlatform _platform;

    internal PlaybookMatcher(PlaybookQuestion question)
    {
        _question = question;
        _codes = [.. question.BugChecks.SelectMany(Codes).Distinct()];
        _symptom = (question.Symptom ?? string.Empty).Trim().ToLowerInvariant();
        _words = [.. Words(_symptom).Except(s_fillers)];
        _platform = question.Analysis is not { } analysis ? PlaybookPlatform.Any
            : analysis.Linux is not null ? PlaybookPlatform.Linux
            : analysis.StopCode is not null ? PlaybookPlatform.Windows
            : PlaybookPlatform.Any;
    }

    /// <summary>Whether anything besides names was asked for.</summary>
    private bool Asks => _question.Analysis is not null || _symptom.Length > 0 || _question.BugChecks.Count > 0;

    /// <summary>How well a playbook fits.</summary>
    /// <param name="playbook">The playbook.</param>
    /// <returns>The best of its scores and why; null when it does not fit.</returns>
    internal (long? Score, string? Reason)? Match(Playbook playbook)
    {
        if (_question.Names.Count > 0 && !_question.Names.Any(name => WildcardPattern.Matches(name, playbook.Name)))
        {
            return null;
        }

        if (!Asks)
        {
            return (null, null);
        }

        if (_platform != PlaybookPlatform.Any && playbook.Requires.Platform != PlaybookPlatform.Any && playbook.Requires.Platform != _platform)
        {
            return null;
        }

        (long Score, string Reason)[] found = [.. Reasons(playbook).OrderByDescending(reason => reason.Score)];
        return found.Length == 0 ? null : (found[0].Score + Math.Min(9, found.Skip(1).Count(reason => reason.Score >= FaultClassScore)), string.Join("; ", found.Take(3).Select(reason => reason.Reason)));
    }

    private IEnumerable<(long Score, string Reason)> Reasons(Playbook playbook)
    {
        if (_question.Analysis is { } analysis)
        {
            string[] named = [.. analysis.NextSteps.Select(step => step.Playbook).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];
            int at = Array.FindIndex(named, name => string.Equals(name, playbook.Name, StringComparison.OrdinalIgnoreCase));
            if (at >= 0)
            {
                // Less than the whole, so that what else fits never lifts the second over the first.
                yield return (Math.Max(LeastNamed, Named - (at * NamedStep * 2)), $"the analysis names it: {analysis.NextSteps.First(step => string.Equals(step.Playbook, playbook.Name, StringComparison.OrdinalIgnoreCase)).Text}");
            }

            if (analysis.StopCode is { } stop && playbook.Match.BugChecks.Contains(stop.Code))
            {
                yield return (BugCheck, $"it is for the bug check {stop}");
            }

            if (playbook.Match.FaultClasses.Contains(analysis.FaultClass.ToString()))
            {
                yield return (FaultClassScore, $"it is for faults of the class {analysis.FaultClass}");
            }
        }

        foreach (uint code in _codes.Where(code => playbook.Match.BugChecks.Contains(code)))
        {
            string? name = KnowledgeBase.Default.FindBugCheck(code)?.Name;
            yield return (BugCheck, $"it is for the bug check 0x{code.ToString("X", CultureInfo.InvariantCulture)}{(name is null ? string.Empty : " " + name)}");
        }

        foreach ((long, string) reason in Symptoms(playbook))
        {
            yield return reason;
        }
    }

    private IEnumerable<(long Score, string Reason)> Symptoms(Playbook playbook)
    {
        if (_symptom.Length == 0)
        {
            yield break;
        }

        if (playbook.Match.Symptoms.FirstOrDefault(known => Contains(_symptom, known) || Contains(known, _symptom)) is string whole)
        {
            yield return (Symptom, $"it is for '{whole}'");
            yield break;
        }

        string[] shared = [.. _words.Intersect(playbook.Match.Symptoms.SelectMany(Words))];
        string[] mentioned = [.. _words.Intersect(Words((playbook.Title + " " + playbook.Description).ToLowerInvariant()))];
        if (shared.Length > 0)
        {
            yield return (Math.Min(FaultClassScore, shared.Length * Word), $"its symptoms speak of {string.Join(", ", shared)}");
        }
        else if (mentioned.Length > 0)
        {
            yield return (Math.Min(Word - 1, mentioned.Length * Mentioned), $"it speaks of {string.Join(", ", mentioned)}");
        }
    }

    // Whole words: 'oops' is not in 'loops'.
    private static bool Contains(string text, string part) =>
        part.Length > 2 && (" " + string.Join(" ", Words(text)) + " ").Contains(" " + string.Join(" ", Words(part)) + " ") && Words(part).Any();

    private static IEnumerable<string> Words(string text) => s_word.Matches(text).Cast<Match>().Select(match => match.Value);

    private static IEnumerable<uint> Codes(string text)
    {
        var lookup = new BugCheckLookup(KnowledgeBase.Default);
        if (!BugCheckLookup.TryParseNumber(text, out ulong code) || code > uint.MaxValue)
        {
            return lookup.Find(text).Select(known => known.Code);
        }

        // Who types 50 without 0x may mean either; a playbook that fits one of them tells by its reason which.
        uint folded = KnowledgeBase.FoldMinidumpFlag((uint)code);
        return lookup.OtherReading(text) is uint other ? [folded, other] : [folded];
    }
}
