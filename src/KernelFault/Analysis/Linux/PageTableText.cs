// The way of an address through the page tables, as kernels print it after a fault:
//   x86         PGD 1002a3067 P4D 1002a3067 PUD 100222067 PMD 104c5c067 PTE 0     (BAD where an entry makes no sense)
//   arm64       pgd=1000000041fff403, p4d=…, pud=…, pmd=…, pte=0000000000000000    arm: *pgd=8f35a835, *pte=00000000, *ppte=00000000
using System.Globalization;

namespace KernelFault.Analysis.Linux;

/// <summary>Says in words where a printed walk through the page tables ends.</summary>
internal static class PageTableText
{
    private const ulong Present = 1;
    private const ulong Writable = 1 << 1;
    private const ulong UserMode = 1 << 2;
    private const ulong NoExecute = 1UL << 63;

    /// <summary>The last entry, explained.</summary>
    /// <param name="line">The walk.</param>
    /// <returns>A sentence; null when the line is none.</returns>
    internal static string? Describe(string line)
    {
        string[] words = line.Split([' ', ',', '='], StringSplitOptions.RemoveEmptyEntries);
        string? level = null;
        ulong value = 0;
        for (int i = 0; i + 1 < words.Length; i += 2)
        {
            string name = words[i].TrimStart('*').ToUpperInvariant();
            if (name is not ("PGD" or "P4D" or "PUD" or "PMD" or "PTE"))
            {
                // arm prints the hardware's copy of the last level beside Linux's own.
                break;
            }

            if (words[i + 1] == "BAD")
            {
                return $"The page tables are damaged: the {name} makes no sense.";
            }

            if (!ulong.TryParse(words[i + 1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong entry))
            {
                break;
            }

            level = name;
            value = entry;
            if (entry == 0)
            {
                break;
            }
        }

        return level is null ? null
            : value == 0 ? $"The walk ends at an empty {level}: nothing is mapped there."
            : line.StartsWith("PGD ", StringComparison.Ordinal) ? Flags(level, value)
            : null;
    }

    /// <summary>x86: Intel SDM volume 3, "Paging".</summary>
    private static string Flags(string level, ulong value)
    {
        if ((value & Present) == 0)
        {
            return $"The {level} holds something and is not present: the page was made inaccessible on purpose, or the entry is damaged.";
        }

        string write = (value & Writable) != 0 ? "writable" : "read-only";
        string mode = (value & UserMode) != 0 ? "user" : "kernel";
        string execute = (value & NoExecute) != 0 ? "not executable" : "executable";
        return $"The page is there ({level}): {write}, {execute}, {mode}.";
    }
}
