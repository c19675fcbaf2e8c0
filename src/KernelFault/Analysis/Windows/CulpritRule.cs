namespace KernelFault.Analysis.Windows;

/// <summary>
/// Weighs suspicions. A third-party driver on the faulting path beats a driver of Windows; Microsoft's core images are
/// blamed only when nothing else stands, for they run when others have done the damage. Evidence of different kinds against
/// the same suspect adds up as independent chances do; of one kind only the strongest counts.
/// </summary>
internal static class CulpritRule
{
    // No dump proves guilt: what looks proved may still be the victim of another.
    private const double MostConfidence = 0.95;

    // A core image is where faults surface; it is seldom where they start.
    private const double MostConfidenceInCore = 0.35;

    // Below this an answer would be pulled out of thin air.
    private const double LeastConfidence = 0.15;

    /// <summary>How much evidence counts against a module, by whose it is.</summary>
    /// <param name="kind">Which evidence.</param>
    /// <param name="standing">Whose module it is.</param>
    internal static double Weight(EvidenceKind kind, ModuleStanding standing) => (kind, standing) switch
    {
        (EvidenceKind.NamedByKernel, ModuleStanding.Core) => 0.30,
        (EvidenceKind.NamedByKernel, _) => 0.85,
        (EvidenceKind.FaultingInstruction, ModuleStanding.ThirdParty) => 0.85,
        (EvidenceKind.FaultingInstruction, ModuleStanding.Unknown) => 0.80,
        (EvidenceKind.FaultingInstruction, ModuleStanding.System) => 0.80,
        (EvidenceKind.FaultingInstruction, ModuleStanding.Core) => 0.25,
        (EvidenceKind.Device, ModuleStanding.ThirdParty) => 0.65,
        (EvidenceKind.Device, ModuleStanding.Unknown) => 0.55,
        (EvidenceKind.Device, ModuleStanding.System) => 0.40,
        (EvidenceKind.Device, ModuleStanding.Core) => 0.10,
        (EvidenceKind.Parameter, ModuleStanding.ThirdParty) => 0.60,
        (EvidenceKind.Parameter, ModuleStanding.Unknown) => 0.50,
        (EvidenceKind.Parameter, ModuleStanding.System) => 0.40,
        (EvidenceKind.Parameter, ModuleStanding.Core) => 0.10,
        (EvidenceKind.Stack, ModuleStanding.ThirdParty) => 0.55,
        (EvidenceKind.Stack, ModuleStanding.Unknown) => 0.45,
        (EvidenceKind.Stack, ModuleStanding.System) => 0.25,
        (EvidenceKind.Stack, ModuleStanding.Core) => 0.05,
        (EvidenceKind.UnloadedRange, _) => 0.80,
        (EvidenceKind.HardwareCode, _) => 0.75,
        (EvidenceKind.Process, _) => 0.60,
        (EvidenceKind.CrashTool, _) => 0.80,
        (EvidenceKind.OperandMismatch, _) => 0.55,
        (EvidenceKind.BitFlip, _) => 0.45,
        (EvidenceKind.AstrayExecution, _) => 0.30,
        _ => 0.05,
    };

    /// <summary>Finds who is to blame.</summary>
    /// <param name="suspicions">All of them.</param>
    /// <param name="drivers">Facts on drivers by file name.</param>
    /// <param name="doubts">What makes the answer less sure, for the reader.</param>
    /// <returns>The culprit; null when nobody is suspected with any weight: then the dump does not tell.</returns>
    /// <remarks>Every cold start comes by here: plain loops, for a query operator costs more to load than this takes.</remarks>
    internal static Culprit? Decide(IReadOnlyList<Suspicion> suspicions, DriverStanding drivers, IReadOnlyList<Doubt> doubts)
    {
        Culprit? best = null;
        for (int i = 0; i < suspicions.Count; i++)
        {
            string suspect = suspicions[i].Module;
            if (IsNamedBefore(suspicions, i))
            {
                continue;
            }

            List<Suspicion> kinds = StrongestOfEachKind(suspicions, suspect);
            double innocent = 1;
            foreach (Suspicion suspicion in kinds)
            {
                innocent *= 1 - suspicion.Weight;
            }

            bool core = kinds[0].Driver is { } driver && drivers.Of(driver) == ModuleStanding.Core;
            double confidence = Math.Round(Math.Min(1 - innocent, core ? MostConfidenceInCore : MostConfidence), 2);
            if (best is null || confidence > best.Confidence)
            {
                best = new Culprit
                {
                    Module = suspect,
                    Kind = kinds[0].Suspect,
                    Confidence = confidence,
                    Reasons = Reasons(kinds),
                    Driver = kinds.Find(static s => s.Driver is not null)?.Driver,
                    Doubts = Texts(doubts, kinds),
                };
            }
        }

        return best is { Confidence: >= LeastConfidence } ? best : null;
    }

    private static bool IsNamedBefore(IReadOnlyList<Suspicion> suspicions, int index)
    {
        for (int i = 0; i < index; i++)
        {
            if (IsAgainst(suspicions[i], suspicions[index].Module))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAgainst(Suspicion suspicion, string suspect) => string.Equals(suspicion.Module, suspect, StringComparison.OrdinalIgnoreCase);

    private static string[] Reasons(List<Suspicion> kinds)
    {
        var reasons = new string[kinds.Count];
        for (int i = 0; i < reasons.Length; i++)
        {
            reasons[i] = kinds[i].Reason;
        }

        return reasons;
    }

    // Those that are about a kind of evidence that counts here.
    private static string[] Texts(IReadOnlyList<Doubt> doubts, List<Suspicion> kinds)
    {
        var texts = new List<string>();
        for (int i = 0; i < doubts.Count; i++)
        {
            Doubt doubt = doubts[i];
            if (kinds.Exists(s => s.Kind == doubt.About))
            {
                texts.Add(doubt.Text);
            }
        }

        return texts.ToArray();
    }

    // The strongest first; of equal ones, the one that was found first.
    private static List<Suspicion> StrongestOfEachKind(IReadOnlyList<Suspicion> suspicions, string suspect)
    {
        var strongest = new List<Suspicion>();
        for (int i = 0; i < suspicions.Count; i++)
        {
            Suspicion suspicion = suspicions[i];
            if (!IsAgainst(suspicion, suspect))
            {
                continue;
            }

            int same = strongest.FindIndex(other => other.Kind == suspicion.Kind);
            if (same >= 0)
            {
                if (strongest[same].Weight >= suspicion.Weight)
                {
                    continue;
                }

                strongest.RemoveAt(same);
            }

            int weaker = strongest.FindIndex(other => other.Weight < suspicion.Weight);
            strongest.Insert(weaker < 0 ? strongest.Count : weaker, suspicion);
        }

        return strongest;
    }
}
