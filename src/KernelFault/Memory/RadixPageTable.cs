using System.Buffers.Binary;
using System.Globalization;

namespace KernelFault.Memory;

// Every 64-bit processor's tables are a tree of the same shape: a page of 8-byte entries a level, each level consuming some bits of the
// address. How many levels, and what an entry's bits mean, is the processor's. A table that points to itself cannot make the walk longer:
// the levels are counted, not followed.

/// <summary>Page tables as a tree of pages of 8-byte entries; what their bits mean is left to the processor's own type.</summary>
public abstract class RadixPageTable : IPageTable
{
    private static readonly string[][] s_names = [["pte"], ["pgd", "pte"], ["pgd", "pmd", "pte"], ["pgd", "pud", "pmd", "pte"], ["pgd", "p4d", "pud", "pmd", "pte"]];

    private readonly IPhysicalMemoryReader _memory;
    private readonly int _pageShift;
    private readonly int _levels;

    /// <summary>Takes the tree's shape.</summary>
    /// <param name="memory">The machine's physical memory.</param>
    /// <param name="root">The first table.</param>
    /// <param name="pageShift">Binary logarithm of the page size: 12, 14 or 16.</param>
    /// <param name="levels">How many levels, 1 to 5.</param>
    /// <exception cref="ArgumentOutOfRangeException">A shape that no processor has.</exception>
    private protected RadixPageTable(IPhysicalMemoryReader memory, PhysicalAddress root, int pageShift, int levels)
    {
        if (pageShift is not (12 or 14 or 16))
        {
            throw new ArgumentOutOfRangeException(nameof(pageShift));
        }

        if (levels is < 1 or > 5)
        {
            throw new ArgumentOutOfRangeException(nameof(levels));
        }

        _memory = memory;
        _pageShift = pageShift;
        _levels = levels;
        Root = root;
    }

    /// <summary>The first table.</summary>
    public PhysicalAddress Root { get; }

    /// <summary>How many levels the tree has.</summary>
    public int Levels => _levels;

    private protected IPhysicalMemoryReader Memory => _memory;

    private int BitsPerLevel => _pageShift - 3;

    /// <inheritdoc/>
    public bool TryTranslate(VirtualAddress address, out PhysicalAddress physical, out ulong bytesToEndOfPage)
    {
        ulong value = address.ToUInt64();
        ulong table = Root.ToUInt64();
        if (IsTranslatable(value))
        {
            Span<byte> bytes = stackalloc byte[8];
            for (int level = _levels; level >= 1; level--)
            {
                if (_memory.Read(EntryAddress(table, value, level), bytes) != 8)
                {
                    break;
                }

                PageTableEntryKind kind = Decode(BinaryPrimitives.ReadUInt64LittleEndian(bytes), level, out table);
                if (kind == PageTableEntryKind.Page)
                {
                    ulong inPage = value & (PageSize(level) - 1);
                    physical = new PhysicalAddress(table + inPage);
                    bytesToEndOfPage = PageSize(level) - inPage;
                    return true;
                }

                if (kind != PageTableEntryKind.Table)
                {
                    break;
                }
            }
        }

        physical = default;
        bytesToEndOfPage = 0;
        return false;
    }

    /// <inheritdoc/>
    public PageTableWalk Walk(VirtualAddress address)
    {
        ulong value = address.ToUInt64();
        var walked = new List<PageTableLevel>(_levels);
        if (!IsTranslatable(value))
        {
            return End(address, PageTableStop.NonCanonical, walked, null);
        }

        Span<byte> bytes = stackalloc byte[8];
        ulong table = Root.ToUInt64();
        for (int level = _levels; level >= 1; level--)
        {
            PhysicalAddress entryAddress = EntryAddress(table, value, level);
            string name = s_names[_levels - 1][_levels - level];
            if (_memory.Read(entryAddress, bytes) != 8)
            {
                walked.Add(new PageTableLevel { Name = name, EntryAddress = entryAddress, Flags = [] });
                return End(address, Missing(entryAddress), walked, null);
            }

            ulong entry = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            PageTableEntryKind kind = Decode(entry, level, out table);
            var flags = new List<string>();
            Describe(entry, level, kind, flags);
            walked.Add(new PageTableLevel
            {
                Name = name,
                EntryAddress = entryAddress,
                Value = "0x" + entry.ToString("x16", CultureInfo.InvariantCulture),
                Flags = flags,
                Target = kind is PageTableEntryKind.Table or PageTableEntryKind.Page ? new PhysicalAddress(table) : null,
            });
            switch (kind)
            {
                case PageTableEntryKind.NotPresent:
                    return End(address, PageTableStop.NotPresent, walked, ExplainNotPresent(entry, level));
                case PageTableEntryKind.Malformed:
                    return End(address, PageTableStop.Malformed, walked, null);
                case PageTableEntryKind.Page:
                    ulong size = PageSize(level);
                    var physical = new PhysicalAddress(table + (value & (size - 1)));
                    return End(address, PageTableStop.Translated, walked, null) with { PhysicalAddress = physical, PageSize = size, Page = _memory.Probe(physical) };
            }
        }

        // The last level decodes to a page, to nothing or to an error: a table there is one.
        return End(address, PageTableStop.Malformed, walked, null);
    }

    /// <summary>Whether the processor would look this address up in these tables.</summary>
    private protected abstract bool IsTranslatable(ulong address);

    /// <summary>What an entry does. At level 1 never <see cref="PageTableEntryKind.Table"/>.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="level">1 for the last level.</param>
    /// <param name="target">The table or the page it points to.</param>
    private protected abstract PageTableEntryKind Decode(ulong entry, int level, out ulong target);

    /// <summary>Names the bits of an entry.</summary>
    private protected abstract void Describe(ulong entry, int level, PageTableEntryKind kind, List<string> flags);

    /// <summary>What Linux keeps in an entry that the processor ignores; null for an empty one.</summary>
    private protected abstract string? ExplainNotPresent(ulong entry, int level);

    /// <summary>Bytes that an entry of a level maps.</summary>
    private protected ulong PageSize(int level) => 1UL << (_pageShift + (BitsPerLevel * (level - 1)));

    private static PageTableWalk End(VirtualAddress address, PageTableStop stop, List<PageTableLevel> levels, string? detail) =>
        new() { Address = address, Stop = stop, Levels = levels, Detail = detail };

    private PhysicalAddress EntryAddress(ulong table, ulong address, int level)
    {
        ulong index = (address >> (_pageShift + (BitsPerLevel * (level - 1)))) & IndexMask(level);
        return new PhysicalAddress(unchecked(table + (index * 8)));
    }

    // The root can have more or fewer entries than a page has (arm64: 64 KB pages with 48 bits have 64).
    private protected virtual ulong IndexMask(int level) => (1UL << BitsPerLevel) - 1;

    private PageTableStop Missing(PhysicalAddress entry) => _memory.Probe(entry) switch
    {
        PageAvailability.Absent => PageTableStop.TableAbsent,
        PageAvailability.Excluded => PageTableStop.TableExcluded,
        _ => PageTableStop.TableDamaged,
    };
}
