using KernelFault.Knowledge;

namespace KernelFault.Analysis;

/// <summary>Looks at several crashes of one machine together.</summary>
public static class CrashSummarizer
{
    // Below this a single dump's blame is no evidence for a pattern.
    private const double MeaningfulConfidence = 0.25;

    // Signs of hardware, hardware codes and memory codes needed before unrelated crashes are laid on hardware.
    private const int EnoughForHardware = 3;

    /// <summary>Finds what the crashes have in common.</summary>
    /// <param name="analyses">The answers for each dump, in any order.</param>
    /// <returns>The common answer, with the evidence per dump.</returns>
    /// <exception cref="ArgumentException">There is no analysis.</exception>
    public static CrashSummary Summarize(IReadOnlyList<KernelFaultAnalysis> analyses)
    {
        if (analyses.Count == 0)
        {
            throw new ArgumentException("There is nothing to sum up.", nameof(analyses));
        }

        KernelFaultAnalysis[] crashes = analyses.OrderBy(a => a.System.CrashTime ?? DateTime.MaxValue).ThenBy(a => a.Path, StringComparer.Ordinal).ToArray();
        Verdict verdict = Judge(crashes);
        return new CrashSummary
        {
            Conclusion = verdict.Conclusion,
            Pattern = verdict.Pattern,
            Culprit = verdict.Culprit,
            Reasons = verdict.Reasons,
            Crashes = crashes.Select(crash => Entry(crash, verdict)).ToArray(),
            Changes = Changes(crashes, verdict.Culprit),
            NextSteps = NextSteps(crashes, verdict),
            Warnings = Warnings(crashes),
        };
    }

    private static Verdict Judge(KernelFaultAnalysis[] crashes)
    {
        if (crashes.Length == 1)
        {
            return new Verdict(SummaryPattern.SingleCrash, $"One crash only: {crashes[0].Title}.", crashes[0].Culprit, ["One dump cannot show a pattern."]);
        }

        return ReportedHardware(crashes) ?? UnstableHardware(crashes) ?? SameDriver(crashes) ?? SameCrash(crashes) ?? Mixed(crashes);
    }

    private static Verdict? ReportedHardware(KernelFaultAnalysis[] crashes)
    {
        int reported = crashes.Count(c => c.FaultClass == FaultClass.HardwareError);
        return reported * 2 <= crashes.Length
            ? null
            : new Verdict(
                SummaryPattern.ReportedHardware,
                $"{reported} of {crashes.Length} crashes are errors that the hardware itself reported.",
                Hardware(0.85, $"{reported} of {crashes.Length} {CodeWord(crashes)} are raised by hardware, whatever {ModuleWord(crashes)} was running."),
                [$"{reported} of {crashes.Length} {CodeWord(crashes)} are raised by hardware, whatever {ModuleWord(crashes)} was running."]);
    }

    private static Verdict? UnstableHardware(KernelFaultAnalysis[] crashes)
    {
        int signs = crashes.Count(HasHardwareSign);
        int reported = crashes.Count(c => c.FaultClass == FaultClass.HardwareError);
        int memory = crashes.Count(IsMemorySymptom);
        int culprits = Blamed(crashes).Distinct(StringComparer.OrdinalIgnoreCase).Count();
        int codes = Kinds(crashes);
        bool unrelated = codes > 1 || culprits > 1;
        int points = (2 * signs) + (2 * reported) + memory;
        if (!unrelated || points < EnoughForHardware || MostBlamed(crashes).Count * 2 > crashes.Length)
        {
            return null;
        }

        var reasons = new List<string>();
        AddIf(reasons, signs > 0, $"{signs} of {crashes.Length} dumps show what software does not do: a value wrong by one bit, an instruction that did not do what its code says, or execution in the middle of an instruction.");
        AddIf(reasons, reported > 0, $"{reported} of {crashes.Length} {CodeWord(crashes)} are raised by hardware.");
        AddIf(reasons, memory > 0, $"{memory} of {crashes.Length} crashes are of the kind that damaged memory causes (wild pointers, damaged pool, structures or page tables).");
        reasons.Add($"They are unrelated otherwise: {codes} {CodeWord(crashes)}, {(culprits == 0 ? "no " : culprits == 1 ? "one " : $"{culprits} different ")}{ModuleWord(crashes)}{(culprits > 1 ? "s" : string.Empty)} on the faulting paths.");
        double confidence = Math.Min(0.9, 0.3 + (0.2 * signs) + (0.15 * reported) + (0.05 * memory));
        string conclusion = $"{crashes.Length} crashes without a common {ModuleWord(crashes)}: the pattern of bad memory, overheating, overclocking or undervolting.";
        return new Verdict(SummaryPattern.UnstableHardware, conclusion, Hardware(Math.Round(confidence, 2), [.. reasons]), reasons);
    }

    private static Verdict? SameDriver(KernelFaultAnalysis[] crashes)
    {
        (string? driver, int count) = MostBlamed(crashes);
        if (driver is null || count < 2 || count * 2 < crashes.Length)
        {
            return null;
        }

        Culprit[] against = crashes.Select(c => c.Culprit).Where(c => c is not null && Same(c.Module, driver)).Select(c => c!).ToArray();
        double innocent = against.Aggregate(1.0, (chance, c) => chance * (1 - c.Confidence));
        double confidence = Math.Round(Math.Min(0.97, 1 - innocent) * count / crashes.Length, 2);
        string reason = $"{driver} is blamed in {count} of {crashes.Length} crashes, each on its own evidence.";
        var culprit = against[0] with { Confidence = confidence, Reasons = [reason, .. against.SelectMany(c => c.Reasons.Take(1)).Distinct()] };
        return new Verdict(SummaryPattern.SameDriver, $"{driver} again and again: {count} of {crashes.Length} crashes.", culprit, culprit.Reasons);
    }

    private static Verdict? SameCrash(KernelFaultAnalysis[] crashes)
    {
        IGrouping<string, KernelFaultAnalysis> largest = crashes.GroupBy(c => c.BucketId).OrderByDescending(g => g.Count()).First();
        int count = largest.Count();
        return count < 2 || count * 2 < crashes.Length
            ? null
            : new Verdict(
                SummaryPattern.SameCrash,
                $"The same crash {count} times in {crashes.Length}: {largest.First().Title}.",
                largest.First().Culprit,
                [$"{count} of {crashes.Length} dumps have the bucket id {largest.Key}."]);
    }

    private static Verdict Mixed(KernelFaultAnalysis[] crashes) => new(
        SummaryPattern.None,
        $"{crashes.Length} crashes with nothing in common that these dumps show.",
        null,
        [$"{Kinds(crashes)} {CodeWord(crashes)}, {Blamed(crashes).Distinct(StringComparer.OrdinalIgnoreCase).Count()} {ModuleWord(crashes)}s blamed, none in half of them."]);

    private static CrashSummaryEntry Entry(KernelFaultAnalysis crash, Verdict verdict)
    {
        var evidence = new List<string>();
        AddIf(evidence, verdict.Culprit is { } c && crash.Culprit is { } own && Same(own.Module, c.Module), crash.Culprit is { Reasons.Count: > 0 } blamed ? blamed.Reasons[0] : string.Empty);
        if (verdict.Pattern is SummaryPattern.UnstableHardware or SummaryPattern.ReportedHardware)
        {
            evidence.AddRange(crash.Findings.Where(IsHardwareSign).Select(f => f.Text));
            AddIf(evidence, crash.FaultClass == FaultClass.HardwareError, crash.Linux is null ? $"{crash.StopCode} is raised by hardware." : "The hardware reported the error itself.");
            AddIf(evidence, IsMemorySymptom(crash), $"{crash.FaultClass}: a symptom of damaged memory.");
        }

        return new CrashSummaryEntry
        {
            Path = crash.Path,
            CrashTime = crash.System.CrashTime,
            BuildNumber = crash.System.BuildNumber,
            StopCode = crash.StopCode?.ToString(),
            FaultClass = crash.FaultClass,
            Culprit = crash.Culprit?.Module,
            Confidence = crash.Culprit?.Confidence,
            BucketId = crash.BucketId,
            Evidence = evidence,
        };
    }

    private static List<string> Changes(KernelFaultAnalysis[] crashes, Culprit? culprit)
    {
        var changes = new List<string>();
        for (int i = 1; i < crashes.Length; i++)
        {
            if (crashes[i].System.BuildNumber != crashes[i - 1].System.BuildNumber)
            {
                changes.Add($"Windows build {crashes[i - 1].System.BuildNumber} before, {crashes[i].System.BuildNumber} from {crashes[i].Path} on: {i} crashes before, {crashes.Length - i} after.");
            }

            uint? before = Stamp(crashes[i - 1]);
            uint? after = Stamp(crashes[i]);
            AddIf(changes, before is not null && after is not null && before != after, $"{culprit?.Module} was replaced by another version before {crashes[i].Path}.");
        }

        return changes;

        uint? Stamp(KernelFaultAnalysis crash) => crash.Modules.FirstOrDefault(m => culprit is not null && Same(m.Name, culprit.Module))?.TimeDateStamp;
    }

    private static IReadOnlyList<NextStep> NextSteps(KernelFaultAnalysis[] crashes, Verdict verdict)
    {
        if (verdict.Pattern is SummaryPattern.UnstableHardware or SummaryPattern.ReportedHardware)
        {
            FaultClassInfo? hardware = KnowledgeBase.Default.FaultClass(nameof(FaultClass.HardwareError));
            var steps = new List<NextStep>();
            NextStepList.Add(steps, KnowledgeBase.Default, hardware?.NextSteps ?? []);
            return steps;
        }

        KernelFaultAnalysis? typical = crashes.FirstOrDefault(c => verdict.Culprit is { } culprit && c.Culprit is { } own && Same(own.Module, culprit.Module));
        return (typical ?? crashes[crashes.Length - 1]).NextSteps;
    }

    private static List<string> Warnings(KernelFaultAnalysis[] crashes)
    {
        var warnings = new List<string>();
        KernelFaultAnalysis? stranger = crashes.FirstOrDefault(crash => !SameMachine(crashes[0], crash));
        AddIf(
            warnings,
            stranger is not null,
            $"{stranger?.Path} has other processors or other {ModuleWord(crashes)}s than {crashes[0].Path}: it may come from another machine, and then they say nothing together.");
        AddIf(warnings, crashes.Any(c => c.System.CrashTime is null), "Some dumps have no crash time; their place in the order is not known.");
        return warnings;
    }

    // The same machine keeps its architecture, its processors and, between updates, most of its third-party drivers.
    private static bool SameMachine(KernelFaultAnalysis one, KernelFaultAnalysis other)
    {
        if (one.System.Architecture != other.System.Architecture || one.System.ProcessorCount != other.System.ProcessorCount)
        {
            return false;
        }

        HashSet<string> names = new(Drivers(one), StringComparer.OrdinalIgnoreCase);
        string[] others = Drivers(other).ToArray();
        return names.Count == 0 || others.Length == 0 || others.Count(names.Contains) * 2 >= Math.Min(names.Count, others.Length);

        static IEnumerable<string> Drivers(KernelFaultAnalysis crash) => crash.Modules.Where(m => m.IsOperatingSystem != true).Select(m => m.Name);
    }

    // What the two systems call it.
    private static string ModuleWord(KernelFaultAnalysis[] crashes) => Array.TrueForAll(crashes, c => c.Linux is not null) ? "module" : "driver";

    private static string CodeWord(KernelFaultAnalysis[] crashes) => Array.TrueForAll(crashes, c => c.Linux is not null) ? "kinds of crash" : "stop codes";

    private static int Kinds(KernelFaultAnalysis[] crashes) => crashes.Select(c => c.Linux is null ? c.StopCode?.Code.ToString("x", System.Globalization.CultureInfo.InvariantCulture) : c.Linux.Kind).Distinct().Count();

    private static bool HasHardwareSign(KernelFaultAnalysis crash) => crash.Findings.Any(IsHardwareSign);

    private static bool IsHardwareSign(Finding finding) => finding.Id is FindingId.SingleBitFlip or FindingId.OperandMismatch or FindingId.ImplausibleInstruction;

    private static bool IsMemorySymptom(KernelFaultAnalysis crash) => crash.FaultClass is FaultClass.WildPointer or FaultClass.NonCanonical
        or FaultClass.PoolCorruption or FaultClass.MemoryCorruption or FaultClass.InPageError or FaultClass.InvalidOpcode or FaultClass.ReadOnlyWrite;

    private static (string? Driver, int Count) MostBlamed(KernelFaultAnalysis[] crashes)
    {
        IGrouping<string, string>? most = Blamed(crashes).GroupBy(name => name, StringComparer.OrdinalIgnoreCase).OrderByDescending(g => g.Count()).FirstOrDefault();
        return (most?.Key, most?.Count() ?? 0);
    }

    private static IEnumerable<string> Blamed(KernelFaultAnalysis[] crashes) => crashes.Select(c => c.Culprit)
        .Where(c => c is { Kind: CulpritKind.ThirdPartyDriver or CulpritKind.SystemDriver or CulpritKind.UnloadedDriver } && c.Confidence >= MeaningfulConfidence)
        .Select(c => c!.Module);

    private static Culprit Hardware(double confidence, params string[] reasons) => new()
    {
        Module = "hardware",
        Kind = CulpritKind.Hardware,
        Confidence = confidence,
        Reasons = reasons,
    };

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static void AddIf(List<string> list, bool condition, string text)
    {
        if (condition)
        {
            list.Add(text);
        }
    }

    private sealed record Verdict(SummaryPattern Pattern, string Conclusion, Culprit? Culprit, IReadOnlyList<string> Reasons);
}
