using System.Globalization;

namespace KernelFault.Memory;

// Arm Architecture Reference Manual, chapter D8 (VMSAv8-64), and Documentation/arch/arm64/memory.rst. The kernel's half of the addresses
// has its own root (TTBR1). Granules of 4, 16 and 64 KB give 9, 11 and 13 bits a level. Bits 1:0 of a descriptor: 11 is a table, or a page
// at the last level; 01 a block. 52-bit physical addresses put their upper bits into low ones: bits 15:12 are 51:48 with 64 KB granules,
// bits 9:8 are 51:50 with 4 and 16 KB ones (LPA2, Linux 6.9).

/// <summary>The kernel's page tables of a 64-bit ARM processor.</summary>
public sealed class Arm64PageTable : RadixPageTable
{
    private const ulong AddressBits = 0x0000_FFFF_FFFF_FFFF;

    private readonly int _pageShift;
    private readonly int _virtualBits;
    private readonly bool _wideAddresses;
    private readonly int _rootEntriesShift;

    /// <summary>Takes the kernel's tables.</summary>
    /// <param name="memory">The machine's physical memory.</param>
    /// <param name="root">The first table: <c>swapper_pg_dir</c>.</param>
    /// <param name="pageSize">4096, 16384 or 65536.</param>
    /// <param name="virtualBits">Bits of an address that are translated: 36 to 52.</param>
    /// <param name="wideAddresses">True when descriptors hold 52-bit physical addresses.</param>
    /// <exception cref="ArgumentOutOfRangeException">A shape that no processor has.</exception>
    public Arm64PageTable(IPhysicalMemoryReader memory, PhysicalAddress root, int pageSize, int virtualBits, bool wideAddresses)
        : base(memory, root, ShiftOf(pageSize), LevelsOf(pageSize, virtualBits))
    {
        _pageShift = ShiftOf(pageSize);
        _virtualBits = virtualBits;
        _wideAddresses = wideAddresses;
        _rootEntriesShift = virtualBits - _pageShift - ((_pageShift - 3) * (Levels - 1));
    }

    /// <summary>Bits of an address that are translated.</summary>
    public int VirtualBits => _virtualBits;

    /// <summary>The kernel's half only: all bits above the translated ones are set. Tags (bits 63:56) do not count.</summary>
    private protected override bool IsTranslatable(ulong address)
    {
        ulong upper = (address | 0xFF00_0000_0000_0000) >> _virtualBits;
        return upper == ulong.MaxValue >> _virtualBits;
    }

    /// <inheritdoc/>
    private protected override ulong IndexMask(int level) => level == Levels ? (1UL << _rootEntriesShift) - 1 : base.IndexMask(level);

    /// <inheritdoc/>
    private protected override PageTableEntryKind Decode(ulong entry, int level, out ulong target)
    {
        target = Target(entry);
        switch (entry & 3)
        {
            case 1 when level == 1:
                // Reserved: neither a page nor a table.
                return PageTableEntryKind.Malformed;
            case 1:
                target &= ~(PageSize(level) - 1);
                return AllowsBlock(level) ? PageTableEntryKind.Page : PageTableEntryKind.Malformed;
            case 3:
                return level == 1 ? PageTableEntryKind.Page : PageTableEntryKind.Table;
            default:
                return PageTableEntryKind.NotPresent;
        }
    }

    /// <inheritdoc/>
    private protected override void Describe(ulong entry, int level, PageTableEntryKind kind, List<string> flags)
    {
        if (kind == PageTableEntryKind.NotPresent)
        {
            return;
        }

        flags.Add("VALID");
        if (kind == PageTableEntryKind.Table)
        {
            flags.Add("TABLE");
            Add(flags, entry, 59, "PXNTable");
            Add(flags, entry, 60, "UXNTable");
            Add(flags, entry, 61, "APTable0");
            Add(flags, entry, 62, "APTable1");
            return;
        }

        flags.Add(level == 1 ? "PAGE" : "BLOCK");
        flags.Add("ATTR" + ((entry >> 2) & 7).ToString(CultureInfo.InvariantCulture));
        Add(flags, entry, 6, "USER");
        Add(flags, entry, 7, "RDONLY");
        Add(flags, entry, 10, "AF");
        Add(flags, entry, 11, "NG");
        Add(flags, entry, 51, "DBM");
        Add(flags, entry, 52, "CONT");
        Add(flags, entry, 53, "PXN");
        Add(flags, entry, 54, "UXN");
    }

    /// <inheritdoc/>
    private protected override string? ExplainNotPresent(ulong entry, int level) => entry == 0
        ? null
        : level == 1 ? "not empty: a swap, migration or PROT_NONE entry (their layout differs by kernel)" : "not empty: a value that the processor ignores";

    private static int ShiftOf(int pageSize) => pageSize switch
    {
        4096 => 12,
        16384 => 14,
        65536 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(pageSize)),
    };

    private static int LevelsOf(int pageSize, int virtualBits)
    {
        if (virtualBits is < 36 or > 52)
        {
            throw new ArgumentOutOfRangeException(nameof(virtualBits));
        }

        int shift = ShiftOf(pageSize);
        return (virtualBits - shift + shift - 4) / (shift - 3);
    }

    private static void Add(List<string> flags, ulong entry, int bit, string name)
    {
        if (((entry >> bit) & 1) != 0)
        {
            flags.Add(name);
        }
    }

    // 4 KB: 2 MB, 1 GB (and 512 GB with LPA2); 16 KB: 32 MB (and 64 GB); 64 KB: 512 MB (and 4 TB with 52-bit addresses).
    private bool AllowsBlock(int level) => level == 2 || (level == 3 && (_pageShift == 12 || _wideAddresses)) || (level == 4 && _pageShift == 12 && _wideAddresses);

    private ulong Target(ulong entry)
    {
        ulong low = entry & AddressBits & ~((1UL << _pageShift) - 1);
        if (!_wideAddresses)
        {
            return low;
        }

        return _pageShift == 16
            ? low | (((entry >> 12) & 0xF) << 48)
            : (entry & 0x0003_FFFF_FFFF_FFFF & ~((1UL << _pageShift) - 1)) | (((entry >> 8) & 3) << 50);
    }
}
