using KernelFault.Dumps.Windows;
using KernelFault.Formats;

namespace KernelFault.Kernels.Symbols;

/// <summary>
/// The symbols a person has put at our disposal. Finds those that belong to the kernel of a dump, by the id of its PDB where
/// the dump holds it, else proved by addresses: symbols of a neighbouring build would name every frame wrongly, so what is
/// not proved is refused, with the reason.
/// </summary>
/// <remarks>Reads ISF JSON. Serves any number of threads; what was read once is remembered.</remarks>
public sealed class SymbolStore
{
    private const int KeptTables = 8;

    private readonly object _gate = new();
    private readonly Queue<IsfSymbolTable> _kept = new();
    private readonly Lazy<Listing> _listing;

    /// <summary>A store over some paths; nothing is read yet.</summary>
    /// <param name="symbolPath">Files, or folders with files named after the kernel.</param>
    public SymbolStore(IReadOnlyList<string> symbolPath)
    {
        _listing = new Lazy<Listing>(() =>
        {
            var reasons = new List<string>();
            return new Listing([.. SymbolPath.List(symbolPath, reasons).Select(path => new SymbolCandidate(path))], reasons);
        });
    }

    /// <summary>Finds the symbols of a dump's kernel.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="kernel">Its kernel image.</param>
    /// <param name="cancellation">Ends the search at once.</param>
    /// <returns>The symbols; null when none are proved to fit. <see cref="Search"/> says why.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ISymbolSource? Find(WindowsDump dump, KernelModule kernel, CancellationToken cancellation = default) =>
        Search(dump, kernel, cancellation).Source;

    /// <summary>Finds the symbols of a dump's kernel and says what proves them, or why others were refused.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="kernel">Its kernel image.</param>
    /// <param name="cancellation">Ends the search at once.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SymbolLookup Search(WindowsDump dump, KernelModule kernel, CancellationToken cancellation = default)
    {
        Listing listing = _listing.Value;
        var reasons = new List<string>(listing.Reasons);
        var anchors = new KernelAnchors(dump.Header, kernel);
        var fitting = new List<Fit>();
        foreach (SymbolCandidate candidate in listing.Candidates)
        {
            cancellation.ThrowIfCancellationRequested();
            var proof = new List<string>();
            string? objection = Judge(candidate.Facts, dump, kernel, anchors, proof);
            if (objection is null)
            {
                fitting.Add(new Fit(candidate, proof));
            }
            else
            {
                reasons.Add($"The symbol file {PrintableText.Clean(Path.GetFileName(candidate.Path))} was not used: {objection}.");
            }
        }

        return Choose(fitting, kernel, reasons);
    }

    private static string? Judge(
        SymbolCandidate.CandidateFacts facts, WindowsDump dump, KernelModule kernel, KernelAnchors anchors, List<string> proof)
    {
        if (facts.Damage is not null)
        {
            return facts.Damage.TrimEnd('.');
        }

        if (facts.MachineType is uint machine && machine != dump.Header.MachineImageType)
        {
            return FormattableString.Invariant($"it is of machine type 0x{machine:x}, the dump of 0x{dump.Header.MachineImageType:x}");
        }

        string? wanted = Normalize(kernel.BuildId);
        bool sameBuild = wanted is not null && wanted == Normalize(facts.BuildId);
        if (wanted is not null && facts.BuildId is not null && !sameBuild)
        {
            return $"its PDB is {facts.BuildId}, the kernel's {wanted}";
        }

        if (anchors.Compare(facts.Addresses, proof) is string contradiction)
        {
            return contradiction;
        }

        if (sameBuild)
        {
            proof.Insert(0, $"PDB id {wanted}");
            return null;
        }

        return proof.Count >= KernelAnchors.Required
            ? null
            : $"only {proof.Count} of the {anchors.Count} kernel addresses in the dump could be compared, {KernelAnchors.Required} are needed";
    }

    private static string? Normalize(string? buildId) =>
        string.IsNullOrEmpty(buildId) ? null : new string(buildId!.Where(char.IsLetterOrDigit).ToArray()).ToUpperInvariant();

    private SymbolLookup Choose(List<Fit> fitting, KernelModule kernel, List<string> reasons)
    {
        int most = fitting.Count == 0 ? 0 : fitting.Max(fit => fit.Proof.Count);
        Fit[] best = [.. fitting.Where(fit => fit.Proof.Count == most)];
        if (best.Select(fit => fit.Candidate.Facts.BuildId).Distinct().Skip(1).Any())
        {
            // Neighbouring builds may keep their data in place and move their code.
            reasons.Add("Symbols were not used: files of different builds agree with the dump equally ("
                + string.Join(", ", best.Select(fit => PrintableText.Clean(Path.GetFileName(fit.Candidate.Path)))) + ").");
            best = [];
        }

        foreach (Fit fit in best)
        {
            try
            {
                IsfSymbolTable table = Keep(fit.Candidate.Load());
                return new SymbolLookup { Source = new IsfSymbolSource(table, kernel), Proof = fit.Proof, Reasons = reasons };
            }
            catch (Exception error) when (error is DumpFormatException or IOException or UnauthorizedAccessException)
            {
                reasons.Add($"The symbol file {PrintableText.Clean(Path.GetFileName(fit.Candidate.Path))} was not used: {error.Message}");
            }
        }

        return new SymbolLookup { Proof = [], Reasons = reasons };
    }

    // Candidates hold their symbols weakly; the few that fit a dump stay, because the next dump is likely of the same machine.
    private IsfSymbolTable Keep(IsfSymbolTable table)
    {
        lock (_gate)
        {
            if (!_kept.Contains(table))
            {
                _kept.Enqueue(table);
                if (_kept.Count > KeptTables)
                {
                    _kept.Dequeue();
                }
            }
        }

        return table;
    }

    private sealed record Listing(IReadOnlyList<SymbolCandidate> Candidates, IReadOnlyList<string> Reasons);

    private sealed record Fit(SymbolCandidate Candidate, IReadOnlyList<string> Proof);
}
