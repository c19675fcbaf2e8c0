using KernelFault.Formats.Isf;

namespace KernelFault.Kernels.Symbols;

/// <summary>The symbols of one ISF file by RVA: one name for each address, labels left out.</summary>
internal sealed class IsfSymbolTable
{
    private readonly uint[] _addresses;
    private readonly int[] _positions;

    internal IsfSymbolTable(IsfFile file)
    {
        File = file;
        var entries = new List<(uint Address, int Position)>(file.SymbolCount);
        for (int i = 0; i < file.SymbolCount; i++)
        {
            // An image is smaller than 4 GiB: what lies above is no RVA.
            ulong address = file.SymbolAddress(i);
            if (address is > 0 and <= uint.MaxValue && !SymbolName.IsLabel(file.SymbolNameBytes(i)))
            {
                entries.Add(((uint)address, i));
            }
        }

        entries.Sort((left, right) => left.Address != right.Address
            ? left.Address.CompareTo(right.Address)
            : SymbolName.Compare(file.SymbolNameBytes(left.Position), file.SymbolNameBytes(right.Position)));

        int count = 0;
        _addresses = new uint[entries.Count];
        _positions = new int[entries.Count];
        foreach ((uint address, int position) in entries)
        {
            if (count == 0 || _addresses[count - 1] != address)
            {
                _addresses[count] = address;
                _positions[count++] = position;
            }
        }

        Array.Resize(ref _addresses, count);
        Array.Resize(ref _positions, count);
    }

    internal IsfFile File { get; }

    /// <summary>The last symbol at or before <paramref name="rva"/>; null when it lies before all.</summary>
    internal KernelSymbol? Find(uint rva)
    {
        int found = Array.BinarySearch(_addresses, rva);
        if (found < 0)
        {
            found = ~found - 1;
        }

        return found < 0
            ? null
            : new KernelSymbol(Formats.PrintableText.Clean(File.SymbolName(_positions[found])), rva - _addresses[found]);
    }
}
