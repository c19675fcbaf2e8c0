using KernelFault.Kernels;

namespace KernelFault.Unwinding;

/// <summary>Modules sorted by address, for the many look-ups of a stack walk.</summary>
internal sealed class ModuleMap
{
    private readonly KernelModule[] _modules;
    private readonly ulong[] _bases;

    internal ModuleMap(IReadOnlyList<KernelModule> modules)
    {
        var placed = new List<KernelModule>(modules.Count);
        for (int i = 0; i < modules.Count; i++)
        {
            if (modules[i].Size > 0)
            {
                placed.Add(modules[i]);
            }
        }

        _modules = placed.ToArray();

        // Of two that claim one base, the smaller first: no order of the list may change an answer.
        Array.Sort(_modules, static (left, right) =>
        {
            int order = left.BaseAddress.CompareTo(right.BaseAddress);
            return order != 0 ? order : left.Size.CompareTo(right.Size);
        });
        _bases = new ulong[_modules.Length];
        for (int i = 0; i < _modules.Length; i++)
        {
            _bases[i] = _modules[i].BaseAddress.ToUInt64();
            ulong last = unchecked(_bases[i] + _modules[i].Size - 1);
            Highest = Math.Max(Highest, last < _bases[i] ? ulong.MaxValue : last);
        }

        Lowest = _bases.Length == 0 ? ulong.MaxValue : _bases[0];
    }

    /// <summary>The first address of any module.</summary>
    internal ulong Lowest { get; }

    /// <summary>The last address of any module.</summary>
    internal ulong Highest { get; }

    internal KernelModule this[int index] => _modules[index];

    internal int Count => _modules.Length;

    /// <summary>The index of the module an address lies in; -1 when in none.</summary>
    internal int IndexOf(ulong address)
    {
        if (address < Lowest || address > Highest)
        {
            return -1;
        }

        int low = 0;
        int high = _bases.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            if (_bases[middle] <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high >= 0 && address - _bases[high] < _modules[high].Size ? high : -1;
    }

    internal KernelModule? Find(ulong address) => IndexOf(address) is >= 0 and int index ? _modules[index] : null;
}
