using System.Globalization;

namespace KernelFault.Memory;

// Intel SDM volume 3, chapter 4 and AMD APM volume 2, chapter 5: 9 bits a level, four or five levels (CR4.LA57), pages of 4 KB, 2 MB and
// 1 GB. What Linux puts into entries that are not present (arch/x86/include/asm/pgtable_64.h): PROT_NONE pages keep their frame and set
// bit 8 (the global bit's); swap entries have their type in bits 59-63 and the complement of their offset in bits 9-58. Since 4.19 the
// frame of an entry that is not present is stored inverted, so that the L1TF flaw has nothing to load (pgtable-invert.h).

/// <summary>The page tables of a 64-bit x86 processor.</summary>
public sealed class X64PageTable : RadixPageTable
{
    private const ulong Present = 1;
    private const ulong PageSizeBit = 1UL << 7;
    private const ulong ProtNone = 1UL << 8;
    private const ulong NoExecute = 1UL << 63;
    private const ulong FrameBits = 0x000F_FFFF_FFFF_F000;

    // Fewer swap types are real swap areas when the kernel has migration, device, poison and marker entries: 9 at most, of 32.
    private const ulong CertainSwapTypes = 23;

    private readonly ulong _frameMask;
    private readonly int _unusedBits;

    /// <summary>Takes the tables of a kernel or of a process.</summary>
    /// <param name="memory">The machine's physical memory.</param>
    /// <param name="root">The first table, as in CR3; its low 12 bits are ignored.</param>
    /// <param name="levels">4, or 5 with <c>CR4.LA57</c>.</param>
    /// <param name="encryptionMask">Bits of an entry that say the page is encrypted, <c>sme_me_mask</c>; 0 without SME and SEV.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="levels"/> is neither 4 nor 5.</exception>
    public X64PageTable(IPhysicalMemoryReader memory, PhysicalAddress root, int levels, ulong encryptionMask = 0)
        : base(memory, new PhysicalAddress(root.ToUInt64() & FrameBits & ~encryptionMask), 12, levels is 4 or 5 ? levels : throw new ArgumentOutOfRangeException(nameof(levels)))
    {
        _frameMask = FrameBits & ~encryptionMask;
        _unusedBits = 64 - (levels == 5 ? 57 : 48);
        EncryptionMask = encryptionMask;
    }

    /// <summary>Bits of an entry that say the page is encrypted; 0 without SME and SEV.</summary>
    public ulong EncryptionMask { get; }

    /// <summary>The tables of another root, such as a process's <c>mm.pgd</c>.</summary>
    /// <param name="root">The first table.</param>
    /// <returns>Tables of the same shape.</returns>
    public X64PageTable WithRoot(PhysicalAddress root) => new(Memory, root, Levels, EncryptionMask);

    /// <inheritdoc/>
    private protected override bool IsTranslatable(ulong address) => unchecked((long)(address << _unusedBits) >> _unusedBits) == unchecked((long)address);

    /// <inheritdoc/>
    private protected override PageTableEntryKind Decode(ulong entry, int level, out ulong target)
    {
        target = entry & _frameMask;
        if ((entry & Present) == 0)
        {
            return PageTableEntryKind.NotPresent;
        }

        if (level == 1)
        {
            return PageTableEntryKind.Page;
        }

        if ((entry & PageSizeBit) == 0)
        {
            return PageTableEntryKind.Table;
        }

        // Bit 12 of a large page is PAT; what is between it and the page's size is reserved.
        target &= ~(PageSize(level) - 1);
        return level <= 3 ? PageTableEntryKind.Page : PageTableEntryKind.Malformed;
    }

    /// <inheritdoc/>
    private protected override void Describe(ulong entry, int level, PageTableEntryKind kind, List<string> flags)
    {
        if (kind == PageTableEntryKind.NotPresent)
        {
            if (level == 1 && (entry & ProtNone) != 0)
            {
                flags.Add("PROT_NONE");
            }

            return;
        }

        flags.Add("P");
        Add(flags, entry, 1, "RW");
        Add(flags, entry, 2, "US");
        Add(flags, entry, 3, "PWT");
        Add(flags, entry, 4, "PCD");
        Add(flags, entry, 5, "A");
        if (kind != PageTableEntryKind.Table)
        {
            Add(flags, entry, 6, "D");
            Add(flags, entry, 7, level == 1 ? "PAT" : "PS");
            Add(flags, entry, 8, "G");
            if (level > 1)
            {
                Add(flags, entry, 12, "PAT");
            }
        }

        if ((entry & EncryptionMask) != 0)
        {
            flags.Add("ENC");
        }

        if ((entry & NoExecute) != 0)
        {
            flags.Add("NX");
        }
    }

    /// <inheritdoc/>
    private protected override string? ExplainNotPresent(ulong entry, int level)
    {
        if (entry == 0)
        {
            return null;
        }

        if (level == 1 && (entry & ProtNone) != 0)
        {
            return string.Format(CultureInfo.InvariantCulture, "PROT_NONE page: the frame 0x{0:x} is there, access is not allowed", ~entry & _frameMask);
        }

        if (level == 1 && (entry & PageSizeBit) == 0)
        {
            ulong type = entry >> 59;
            ulong offset = (~entry << 5) >> 14;
            return string.Format(CultureInfo.InvariantCulture, type < CertainSwapTypes ? "swap entry: area {0}, page 0x{1:x}" : "swap entry of type {0} (migration, device, poison or marker), offset 0x{1:x}", type, offset);
        }

        return "not empty: a value that the processor ignores";
    }

    private static void Add(List<string> flags, ulong entry, int bit, string name)
    {
        if (((entry >> bit) & 1) != 0)
        {
            flags.Add(name);
        }
    }
}
