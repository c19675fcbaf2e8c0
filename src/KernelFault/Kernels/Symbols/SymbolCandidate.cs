using KernelFault.Formats;
using KernelFault.Formats.Isf;

namespace KernelFault.Kernels.Symbols;

/// <summary>A file that may hold a kernel's symbols. Remembers what decides whether it fits, not the megabytes.</summary>
internal sealed class SymbolCandidate
{
    private readonly Lazy<CandidateFacts> _facts;
    private readonly WeakReference<IsfSymbolTable?> _table = new(null);

    internal SymbolCandidate(string path)
    {
        Path = path;
        _facts = new Lazy<CandidateFacts>(ReadFacts);
    }

    internal string Path { get; }

    internal CandidateFacts Facts => _facts.Value;

    /// <summary>The symbols; read again if they were let go meanwhile.</summary>
    /// <exception cref="DumpFormatException">The file was damaged meanwhile.</exception>
    /// <exception cref="IOException">It cannot be read any more.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read any more.</exception>
    internal IsfSymbolTable Load()
    {
        if (!_table.TryGetTarget(out IsfSymbolTable? table) || table is null)
        {
            table = new IsfSymbolTable(IsfFile.Load(Path));
            _table.SetTarget(table);
        }

        return table;
    }

    private CandidateFacts ReadFacts()
    {
        try
        {
            IsfFile file = Load().File;
            var addresses = new Dictionary<string, ulong>(StringComparer.Ordinal);
            foreach (string name in KernelAnchors.SymbolNames)
            {
                if (file.FindSymbol(name) is ulong address)
                {
                    addresses[name] = address;
                }
            }

            return new CandidateFacts(file.Metadata.BuildId, file.Metadata.MachineType, addresses, null);
        }
        catch (Exception error) when (error is DumpFormatException or IOException or UnauthorizedAccessException)
        {
            return new CandidateFacts(null, null, new Dictionary<string, ulong>(), error.Message);
        }
    }

    /// <summary>What decides whether the file fits a dump.</summary>
    /// <param name="BuildId">PDB GUID and age; null when the file has none.</param>
    /// <param name="MachineType"><c>IMAGE_FILE_MACHINE</c> number; null when the file has none.</param>
    /// <param name="Addresses">RVAs of the symbols that a dump header can confirm.</param>
    /// <param name="Damage">Why the file cannot be read; null when it can.</param>
    internal sealed record CandidateFacts(string? BuildId, uint? MachineType, IReadOnlyDictionary<string, ulong> Addresses, string? Damage);
}
