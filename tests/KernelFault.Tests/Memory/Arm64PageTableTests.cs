using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Memory;

/// <summary>arm64 page tables written by hand after the architecture manual: no real arm64 vmcore is at hand.</summary>
public class Arm64PageTableTests
{
    private const ulong Root = 0x4_0000;
    private const ulong Page = 0x0060_0000_0000_0703;

    [Theory]
    [InlineData(4096, 39, 3)]
    [InlineData(4096, 48, 4)]
    [InlineData(4096, 52, 5)]
    [InlineData(16384, 36, 2)]
    [InlineData(16384, 47, 3)]
    [InlineData(16384, 48, 4)]
    [InlineData(16384, 52, 4)]
    [InlineData(65536, 42, 2)]
    [InlineData(65536, 48, 3)]
    [InlineData(65536, 52, 3)]
    public void Every_granule_and_size_has_its_levels(int pageSize, int bits, int levels)
    {
        ulong address = 0xFFFF_FFFF_FFFF_0000 & ~0UL << 20 | 0x1234;
        PhysicalPages memory = Tables(address, pageSize, bits, levels, 0x7_0000_0000 | Page);

        PageTableWalk walk = new Arm64PageTable(memory, new PhysicalAddress(Root), pageSize, bits, wideAddresses: false).Walk(new VirtualAddress(address));

        Assert.Equal(PageTableStop.Translated, walk.Stop);
        Assert.Equal(levels, walk.Levels.Count);
        Assert.Equal((ulong)pageSize, walk.PageSize);
        Assert.Equal(new PhysicalAddress(0x7_0000_0000 + (address & ((ulong)pageSize - 1))), walk.PhysicalAddress);
        Assert.Equal(["VALID", "PAGE", "ATTR0", "AF", "PXN", "UXN"], walk.Levels[levels - 1].Flags);
    }

    [Theory]
    [InlineData(4096, 48, 3, 2UL << 20)]
    [InlineData(4096, 48, 2, 1UL << 30)]
    [InlineData(16384, 47, 2, 32UL << 20)]
    [InlineData(65536, 48, 2, 512UL << 20)]
    public void A_block_maps_what_its_level_spans(int pageSize, int bits, int levels, ulong size)
    {
        const ulong Address = 0xFFFF_FFFF_C123_4567;
        const ulong Block = (8UL << 30) | 0x701;
        PhysicalPages memory = Tables(Address, pageSize, bits, levels, Block);

        PageTableWalk walk = new Arm64PageTable(memory, new PhysicalAddress(Root), pageSize, bits, wideAddresses: false).Walk(new VirtualAddress(Address));

        Assert.Equal(size, walk.PageSize);
        Assert.Equal(new PhysicalAddress((8UL << 30) + (Address & (size - 1))), walk.PhysicalAddress);
        Assert.Contains("BLOCK", walk.Levels[levels - 1].Flags);
    }

    [Fact]
    public void A_kernel_of_64_KB_pages_built_for_52_bits_is_walked_with_48_bit_addresses_too()
    {
        // The address's upper bits are ones, and so is its index into the first table of 1024: the kernel enters it at that offset.
        const ulong Address = 0xFFFF_8000_1000_0000;
        PhysicalPages memory = Tables(Address, 65536, 52, 3, (0xAUL << 12) | 0x1_2345_0000 | Page);

        var table = new Arm64PageTable(memory, new PhysicalAddress(Root), 65536, 52, wideAddresses: true);

        Assert.True(table.TryTranslate(new VirtualAddress(Address), out PhysicalAddress physical, out _));
        Assert.Equal(new PhysicalAddress(0x000A_0001_2345_0000), physical);
    }

    [Fact]
    public void Wide_addresses_of_4_KB_pages_have_their_upper_bits_in_8_and_9()
    {
        const ulong Address = 0xFFF0_0000_0000_1000;
        PhysicalPages memory = Tables(Address, 4096, 52, 5, (1UL << 49) | 0x2_0000 | 0x603 | (2UL << 8));

        var table = new Arm64PageTable(memory, new PhysicalAddress(Root), 4096, 52, wideAddresses: true);

        Assert.True(table.TryTranslate(new VirtualAddress(Address), out PhysicalAddress physical, out _));
        Assert.Equal(new PhysicalAddress((2UL << 50) | (1UL << 49) | 0x2_0000), physical);
    }

    [Fact]
    public void A_tag_is_no_address_and_user_addresses_are_of_other_tables()
    {
        const ulong Address = 0xFFFF_FF80_0000_1000;
        PhysicalPages memory = Tables(Address, 4096, 39, 3, 0x5000 | Page);
        var table = new Arm64PageTable(memory, new PhysicalAddress(Root), 4096, 39, wideAddresses: false);

        Assert.True(table.TryTranslate(new VirtualAddress(Address & 0x0BFF_FFFF_FFFF_FFFF), out _, out _));
        Assert.Equal(PageTableStop.NonCanonical, table.Walk(new VirtualAddress(0x0000_FF80_0000_1000)).Stop);
        Assert.Equal(PageTableStop.NonCanonical, table.Walk(new VirtualAddress(0xFFFF_FF00_0000_1000)).Stop);
    }

    [Theory]
    [InlineData(0x701, PageTableStop.Malformed)]
    [InlineData(0x702, PageTableStop.NotPresent)]
    [InlineData(0, PageTableStop.NotPresent)]
    public void An_entry_of_the_last_level_is_a_page_or_nothing(ulong entry, PageTableStop stop)
    {
        const ulong Address = 0xFFFF_FF80_0000_1000;
        PhysicalPages memory = Tables(Address, 4096, 39, 3, entry);

        Assert.Equal(stop, new Arm64PageTable(memory, new PhysicalAddress(Root), 4096, 39, wideAddresses: false).Walk(new VirtualAddress(Address)).Stop);
    }

    [Fact]
    public void A_block_at_a_level_that_has_none_is_malformed()
    {
        const ulong Address = 0xFFFF_8000_0000_0000;
        PhysicalPages memory = Tables(Address, 4096, 48, 1, 0x701);

        Assert.Equal(PageTableStop.Malformed, new Arm64PageTable(memory, new PhysicalAddress(Root), 4096, 48, wideAddresses: false).Walk(new VirtualAddress(Address)).Stop);
    }

    private static PhysicalPages Tables(ulong address, int pageSize, int bits, int levels, ulong last)
    {
        var memory = new PhysicalPages();
        int shift = pageSize switch { 4096 => 12, 16384 => 14, _ => 16 };
        int each = shift - 3;
        int top = (bits - shift + each - 1) / each;
        for (int i = 0; i < levels; i++)
        {
            int from = shift + (each * (top - 1 - i));
            int width = i == 0 ? bits - from : each;
            ulong index = (address >> from) & ((1UL << width) - 1);
            ulong table = Root + ((ulong)i * 0x1_0000);
            memory.Write(table + (index * 8), i == levels - 1 ? last : (table + 0x1_0000) | 3);
        }

        return memory;
    }
}
