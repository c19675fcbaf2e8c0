using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Symbols;

/// <summary>Tells whether a layout of kallsyms is the right one.</summary>
internal static class KallsymsCheck
{
    private const int Samples = 64;

    /// <summary>Whether the addresses ascend, at some places.</summary>
    internal static bool IsAscending(IMemoryReader memory, KallsymsLayout layout)
    {
        var addresses = new KallsymsAddresses(memory, layout);
        ulong before = 0;
        for (int i = 0; i < Samples; i++)
        {
            if (!addresses.TryRead((int)((long)i * (layout.Count - 1) / (Samples - 1)), out ulong address) || address < before)
            {
                return false;
            }

            before = address;
        }

        // Behind the last one there is nothing of the kernel; before the kernel there is no symbol that ends the table.
        return before >> 47 != 0;
    }

    /// <summary>Whether symbols begin at all of these addresses.</summary>
    internal static bool HasAll(IMemoryReader memory, KallsymsLayout layout, ulong[] known)
    {
        var addresses = new KallsymsAddresses(memory, layout);
        foreach (ulong address in known)
        {
            if (addresses.Find(address, out ulong start, out _) < 0 || start != address)
            {
                return false;
            }
        }

        return true;
    }
}
