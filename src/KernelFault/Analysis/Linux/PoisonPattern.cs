// Values the kernel writes so that their use is recognised: include/linux/poison.h. Pointers in freed objects hold POISON_FREE
// (0x6b) where the heap poisons; entries taken off a list hold LIST_POISON1 and 2, moved to 0xdead000000000000 on 64 bits.
namespace KernelFault.Analysis.Linux;

/// <summary>Recognises addresses that are made of the kernel's marks for dead memory.</summary>
internal static class PoisonPattern
{
    private const ulong Reach = 0x1000;

    /// <summary>What an address is made of.</summary>
    /// <param name="address">The address.</param>
    /// <returns>A clause that ends "the address is …"; null when it is no mark.</returns>
    internal static string? Describe(ulong address)
    {
        if (IsNear(address, 0x6B6B6B6B6B6B6B6B) || IsNear(address, 0x6B6B6B6B))
        {
            return "the pattern that the heap writes over freed objects (0x6b)";
        }

        if (IsNear(address, 0x5A5A5A5A5A5A5A5A) || IsNear(address, 0x5A5A5A5A))
        {
            return "the pattern that the heap writes over objects that are allocated and not yet filled (0x5a)";
        }

        if (IsNear(address, 0xA5A5A5A5A5A5A5A5))
        {
            return "the pattern that ends a freed heap object (0xa5)";
        }

        if (address - 0xDEAD000000000100 < 0x100 || address - 0xDEAD000000000200 < Reach)
        {
            return "the mark of an entry that was taken off a list (LIST_POISON)";
        }

        return IsNear(address, 0xAAAAAAAAAAAAAAAA) ? "the pattern of page poisoning (0xaa)" : null;
    }

    private static bool IsNear(ulong address, ulong mark) => unchecked(address - mark) < Reach || unchecked(mark - address) < Reach;
}
