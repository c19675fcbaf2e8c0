using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Memory;

/// <summary>x86-64 page tables written by hand after the processor manuals.</summary>
public class X64PageTableTests
{
    private const ulong Root = 0x1000;
    private const ulong NoExecute = 1UL << 63;

    [Fact]
    public void A_4_KB_page_is_found_through_four_levels()
    {
        PhysicalPages memory = Tables(0xFFFF_8880_1234_5000, 4, NoExecute | 0xABCDE_163);

        PageTableWalk walk = new X64PageTable(memory, new PhysicalAddress(Root), 4).Walk(new VirtualAddress(0xFFFF_8880_1234_5678));

        Assert.Equal(PageTableStop.Translated, walk.Stop);
        Assert.Equal(new PhysicalAddress(0xABCDE_678), walk.PhysicalAddress);
        Assert.Equal(4096UL, walk.PageSize);
        Assert.Equal(PageAvailability.Absent, walk.Page);
        Assert.Equal(["pgd", "pud", "pmd", "pte"], walk.Levels.Select(level => level.Name));
        Assert.Equal(["P", "RW", "A", "D", "G", "NX"], walk.Levels[3].Flags);
        Assert.Equal("0x80000000abcde163", walk.Levels[3].Value);
        Assert.Equal(new PhysicalAddress(0x4000 + (0x145 * 8)), walk.Levels[3].EntryAddress);
        Assert.Equal(new PhysicalAddress(0xABCDE_000), walk.Levels[3].Target);
    }

    [Fact]
    public void Five_levels_take_nine_more_bits()
    {
        PhysicalPages memory = Tables(0xFF11_2345_6789_A000, 5, 0x7_7000_0063);

        var table = new X64PageTable(memory, new PhysicalAddress(Root), 5);

        Assert.True(table.TryTranslate(new VirtualAddress(0xFF11_2345_6789_ABCD), out PhysicalAddress physical, out ulong rest));
        Assert.Equal(new PhysicalAddress(0x7_7000_0BCD), physical);
        Assert.Equal(0x433UL, rest);
        Assert.Equal(["pgd", "p4d", "pud", "pmd", "pte"], table.Walk(new VirtualAddress(0xFF11_2345_6789_ABCD)).Levels.Select(level => level.Name));
    }

    [Theory]
    [InlineData(3, 2UL << 20)]
    [InlineData(2, 1UL << 30)]
    public void A_large_page_ends_the_walk_and_its_PAT_bit_is_no_address(int levels, ulong size)
    {
        const ulong PatAndSize = 0x1000 | 0x80;
        PhysicalPages memory = Tables(0xFFFF_8880_4020_1000, levels, (3UL << 30) | PatAndSize | 0x63);

        PageTableWalk walk = new X64PageTable(memory, new PhysicalAddress(Root), 4).Walk(new VirtualAddress(0xFFFF_8880_4020_1234));

        Assert.Equal(size, walk.PageSize);
        Assert.Equal(new PhysicalAddress((3UL << 30) + (0xFFFF_8880_4020_1234 & (size - 1))), walk.PhysicalAddress);
        Assert.Contains("PS", walk.Levels[levels - 1].Flags);
        Assert.Contains("PAT", walk.Levels[levels - 1].Flags);
    }

    [Fact]
    public void A_page_size_bit_where_no_page_can_be_is_malformed()
    {
        PhysicalPages memory = Tables(0xFFFF_8880_0000_0000, 1, 0xE3);

        Assert.Equal(PageTableStop.Malformed, new X64PageTable(memory, new PhysicalAddress(Root), 4).Walk(new VirtualAddress(0xFFFF_8880_0000_0000)).Stop);
    }

    [Fact]
    public void A_table_that_points_to_itself_ends_after_its_levels()
    {
        PhysicalPages memory = new();
        for (ulong i = 0; i < 512; i++)
        {
            memory.Write(Root + (i * 8), Root | 0x63);
        }

        PageTableWalk walk = new X64PageTable(memory, new PhysicalAddress(Root), 5).Walk(new VirtualAddress(0xFFFF_FFFF_FFFF_FFFF));

        Assert.Equal(5, walk.Levels.Count);
        Assert.Equal(new PhysicalAddress(Root + 0xFFF), walk.PhysicalAddress);
    }

    [Fact]
    public void The_frame_of_a_PROT_NONE_page_is_stored_inverted()
    {
        PhysicalPages memory = Tables(0x7F00_0000_1000, 4, (~0x1234_5000UL & 0x000F_FFFF_FFFF_F000) | 0x100);

        PageTableWalk walk = new X64PageTable(memory, new PhysicalAddress(Root), 4).Walk(new VirtualAddress(0x7F00_0000_1000));

        Assert.Equal(PageTableStop.NotPresent, walk.Stop);
        Assert.Null(walk.PhysicalAddress);
        Assert.Equal(["PROT_NONE"], walk.Levels[3].Flags);
        Assert.Contains("0x12345000", walk.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_swap_entry_tells_its_area_and_page()
    {
        // Type 2 in bits 59-63, the complement of page 0x4321 in bits 9-58.
        ulong entry = (2UL << 59) | (~(0x4321UL << 9) & 0x07FF_FFFF_FFFF_FE00);
        PhysicalPages memory = Tables(0x7F00_0000_1000, 4, entry);

        PageTableWalk walk = new X64PageTable(memory, new PhysicalAddress(Root), 4).Walk(new VirtualAddress(0x7F00_0000_1000));

        Assert.Equal(PageTableStop.NotPresent, walk.Stop);
        Assert.Equal("swap entry: area 2, page 0x4321", walk.Detail);
    }

    [Fact]
    public void The_encryption_bit_is_no_address()
    {
        const ulong Mask = 1UL << 47;
        PhysicalPages memory = Tables(0xFFFF_8880_0000_1000, 4, Mask | 0x5000_0063, Mask);

        var table = new X64PageTable(memory, new PhysicalAddress(Root | Mask), 4, Mask);

        Assert.True(table.TryTranslate(new VirtualAddress(0xFFFF_8880_0000_1008), out PhysicalAddress physical, out _));
        Assert.Equal(new PhysicalAddress(0x5000_0008), physical);
        Assert.Contains("ENC", table.Walk(new VirtualAddress(0xFFFF_8880_0000_1008)).Levels[0].Flags);
    }

    [Theory]
    [InlineData(4, 0x0000_8000_0000_0000, PageTableStop.NonCanonical)]
    [InlineData(4, 0xFFFF_7FFF_FFFF_FFFF, PageTableStop.NonCanonical)]
    [InlineData(5, 0x0100_0000_0000_0000, PageTableStop.NonCanonical)]
    [InlineData(5, 0x0000_8000_0000_0000, PageTableStop.TableAbsent)]
    public void What_is_canonical_depends_on_the_levels(int levels, ulong address, PageTableStop stop)
    {
        Assert.Equal(stop, new X64PageTable(new PhysicalPages(), new PhysicalAddress(Root), levels).Walk(new VirtualAddress(address)).Stop);
    }

    [Fact]
    public void A_table_that_was_left_out_of_the_file_is_told_from_one_that_never_was()
    {
        PhysicalPages memory = Tables(0xFFFF_8880_0000_1000, 2, 0x9000_0063);
        memory.Excluded.Add(0x9000_0000 / 4096);

        PageTableWalk walk = new X64PageTable(memory, new PhysicalAddress(Root), 4).Walk(new VirtualAddress(0xFFFF_8880_0000_1000));

        Assert.Equal(PageTableStop.TableExcluded, walk.Stop);
        Assert.Null(walk.Levels[2].Value);
        Assert.Equal(PageTableStop.TableAbsent, new X64PageTable(memory, new PhysicalAddress(0x7000_0000), 4).Walk(new VirtualAddress(0)).Stop);
    }

    // Tables at 0x1000, 0x2000, … whose last entry, after some levels, is the one given.
    private static PhysicalPages Tables(ulong address, int levels, ulong last, ulong mask = 0)
    {
        var memory = new PhysicalPages();
        int top = (address >> 56) == 0xFF && (address >> 48) != 0xFFFF ? 5 : 4;
        for (int i = 0; i < levels; i++)
        {
            ulong index = (address >> (12 + (9 * (top - 1 - i)))) & 511;
            ulong table = Root + ((ulong)i * 0x1000);
            memory.Write(table + (index * 8), i == levels - 1 ? last : (table + 0x1000) | 0x67 | mask);
        }

        return memory;
    }
}
