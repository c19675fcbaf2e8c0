using System.Text;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Modules;

/// <summary>The symbols of all modules; a module's table is read when it is first needed.</summary>
internal sealed class LinuxModuleSymbols
{
    // All modules of a large machine have some 300,000 symbols; what damaged structures claim beyond this is left out.
    private const int MaximumSymbols = 2_000_000;

    private readonly IReadOnlyList<LinuxKernelModule> _modules;
    private readonly Lazy<ModuleSymbolTable?>[] _tables;
    private int _symbols;

    /// <summary>Takes the modules.</summary>
    /// <param name="modules">The modules.</param>
    /// <param name="read">Reads one's table.</param>
    internal LinuxModuleSymbols(IReadOnlyList<LinuxKernelModule> modules, Func<LinuxKernelModule, ModuleSymbolTable?> read)
    {
        _modules = modules;
        _tables = new Lazy<ModuleSymbolTable?>[modules.Count];
        for (int i = 0; i < _tables.Length; i++)
        {
            LinuxKernelModule module = modules[i];
            _tables[i] = new Lazy<ModuleSymbolTable?>(() => Bounded(read(module)));
        }
    }

    internal LinuxSymbol? Named(string name)
    {
        int colon = name.IndexOf(':');
        byte[] wanted = Encoding.UTF8.GetBytes(colon > 0 ? name.Substring(colon + 1) : name);
        for (int i = 0; i < _tables.Length; i++)
        {
            if ((colon <= 0 || string.CompareOrdinal(_modules[i].Name, 0, name, 0, Math.Max(colon, _modules[i].Name.Length)) == 0)
                && _tables[i].Value?.Named(wanted) is { } symbol)
            {
                return symbol;
            }
        }

        return null;
    }

    internal LinuxSymbol? Find(VirtualAddress address)
    {
        for (int i = 0; i < _tables.Length; i++)
        {
            if (_modules[i].Contains(address))
            {
                return _tables[i].Value?.Find(address);
            }
        }

        return null;
    }

    internal IEnumerable<LinuxSymbol> Match(NamePattern pattern)
    {
        foreach (Lazy<ModuleSymbolTable?> table in _tables)
        {
            if (table.Value?.Match(pattern) is { } found)
            {
                foreach (LinuxSymbol symbol in found)
                {
                    yield return symbol;
                }
            }
        }
    }

    private ModuleSymbolTable? Bounded(ModuleSymbolTable? table) =>
        table is not null && Interlocked.Add(ref _symbols, table.Count) <= MaximumSymbols ? table : null;
}
