using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Memory;

public class TranslatedMemoryTests
{
    [Fact]
    public void A_read_goes_on_over_pages_that_lie_apart_and_ends_where_one_is_missing()
    {
        PhysicalPages memory = new();
        memory.Write(0x1000, 0x2063).Write(0x2000, 0x3063).Write(0x3000, 0x4063);
        memory.Write(0x4000, 0x9063).Write(0x4008, 0x7063);
        memory.Write(0x9FF8, 0x1122_3344_5566_7788).Write(0x7000, 0x99AA_BBCC_DDEE_FF00);
        var virtualMemory = new TranslatedMemory(memory, new X64PageTable(memory, new PhysicalAddress(0x1000), 4));

        byte[] bytes = new byte[16];
        for (int i = 0; i < 2; i++)
        {
            // The second time from the cache.
            Assert.Equal(16, virtualMemory.Read(new VirtualAddress(0xFF8), bytes));
            Assert.Equal("8877665544332211" + "00FFEEDDCCBBAA99", Convert.ToHexString(bytes));
        }

        Assert.Equal(8, virtualMemory.Read(new VirtualAddress(0x1FF8), bytes));
        Assert.Equal(0, virtualMemory.Read(new VirtualAddress(0x2000), bytes));
    }

    [Fact]
    public void A_read_at_the_end_of_the_address_space_does_not_come_back_at_its_beginning()
    {
        PhysicalPages memory = new();
        memory.Write(0x5FF0, new byte[16]).Write(0, new byte[16]);
        var everything = new LinearMap(new VirtualAddress(0xFFFF_FFFF_FFFF_F000), new PhysicalAddress(0x5000), 0x2000);

        Assert.Equal(8, new TranslatedMemory(memory, everything).Read(new VirtualAddress(0xFFFF_FFFF_FFFF_FFF8), new byte[16]));
    }
}
