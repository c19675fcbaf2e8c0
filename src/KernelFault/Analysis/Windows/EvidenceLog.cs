using KernelFault.Kernels;

namespace KernelFault.Analysis.Windows;

/// <summary>Collects what the analyzers of one crash find.</summary>
internal sealed class EvidenceLog
{
    private readonly List<Finding> _findings = [];
    private readonly List<Suspicion> _suspicions = [];
    private readonly List<Doubt> _doubts = [];
    private readonly DriverStanding _standing;

    internal EvidenceLog(DriverStanding standing)
    {
        _standing = standing;
    }

    /// <summary>Everything found, in the order it was found.</summary>
    internal IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Everyone suspected.</summary>
    internal IReadOnlyList<Suspicion> Suspicions => _suspicions;

    /// <summary>What makes the answer less sure.</summary>
    internal IReadOnlyList<Doubt> Doubts => _doubts;

    /// <summary>Records a finding.</summary>
    internal void Find(string id, FindingSeverity severity, string text, string source) => _findings.Add(new Finding(id, severity, text, source));

    /// <summary>Suspects a loaded driver with the usual weight of that evidence, scaled by <paramref name="factor"/>.</summary>
    internal void Suspect(EvidenceKind kind, KernelModule driver, string reason, double factor = 1) =>
        _suspicions.Add(new Suspicion(kind, driver.Name, CulpritRule.Weight(kind, _standing.Of(driver)) * factor, reason, driver, _standing.KindOf(driver)));

    /// <summary>Suspects something that is not a loaded driver.</summary>
    internal void Suspect(EvidenceKind kind, string name, CulpritKind what, string reason, double factor = 1) =>
        _suspicions.Add(new Suspicion(kind, name, CulpritRule.Weight(kind, ModuleStanding.ThirdParty) * factor, reason, null, what));

    /// <summary>Records what makes an answer that rests on evidence of one kind less sure.</summary>
    internal void Doubt(EvidenceKind about, string text)
    {
        var doubt = new Doubt(about, text);
        if (!_doubts.Contains(doubt))
        {
            _doubts.Add(doubt);
        }
    }
}
