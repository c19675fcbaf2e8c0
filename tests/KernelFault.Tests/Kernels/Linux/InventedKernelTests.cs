using System.Globalization;
using System.Text;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Formats.Btf;
using KernelFault.Kernels.Linux;
using KernelFault.Kernels.Linux.Modules;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Kernels.Linux;

/// <summary>Kernels made up for what no dump at hand has: arm64, tables that cannot be used, lists that do not end.</summary>
public class InventedKernelTests
{
    private const ulong ArmImage = 0xFFFF_8000_8020_0000;
    private const ulong ArmPhysical = 0x4020_0000;
    private const ulong ArmRoot = ArmImage + 0x20_0000;

    [Fact]
    public void An_arm64_kernel_is_read_through_its_tables()
    {
        using LinuxVmcore dump = ArmDump(mapped: true);

        LinuxKernel kernel = LinuxKernel.Open(dump);

        Assert.Empty(kernel.Warnings);
        Assert.IsType<Arm64PageTable>(kernel.PageTable);
        Assert.Equal("do_work_919.constprop.0", kernel.Symbols.Find(new VirtualAddress(ArmImage + 64))!.Name);
        Assert.Equal(0x1_0000UL, kernel.KernelOffset);
        Assert.Equal(2UL << 20, kernel.PageTable.Walk(new VirtualAddress(ArmImage)).PageSize);
        Assert.Equal(".inst 0xd503201f", kernel.Disassemble(new VirtualAddress(ArmImage), 1)[0].Text);
    }

    [Theory]
    [InlineData(0xFFFF_0000_4020_0000, LinuxAddressRegion.DirectMap)]
    [InlineData(0x00FF_0000_4020_0000, LinuxAddressRegion.DirectMap)]
    [InlineData(0x0001_0000_4020_0000, LinuxAddressRegion.NonCanonical)]
    [InlineData(0xF0FF_0000_4020_0000, LinuxAddressRegion.DirectMap)]
    [InlineData(0xFFFE_0000_0000_0000, LinuxAddressRegion.NonCanonical)]
    [InlineData(0xFFFF_8000_0000_1000, LinuxAddressRegion.Modules)]
    [InlineData(0xFFFF_8000_8030_0000, LinuxAddressRegion.Vmalloc)]
    [InlineData(0xFFFF_8000_8020_0100, LinuxAddressRegion.KernelImage)]
    [InlineData(0xFFFF_FC00_0000_0000, LinuxAddressRegion.Vmemmap)]
    [InlineData(0xFFFF_FFFF_FFFF_0000, LinuxAddressRegion.Hole)]
    [InlineData(0x0000_7FFF_FFFF_0000, LinuxAddressRegion.User)]
    [InlineData(0x40, LinuxAddressRegion.NullPage)]
    public void An_arm64_kernels_parts_are_those_of_VMCOREINFO(ulong address, LinuxAddressRegion region)
    {
        using LinuxVmcore dump = ArmDump(mapped: true);

        // Bit 55 tells the halves apart: the byte above it can be a tag.
        Assert.Equal(region, LinuxKernel.Open(dump).AddressSpace.RegionOf(new VirtualAddress(address)));
    }

    [Fact]
    public void A_kernel_whose_tables_are_missing_is_read_by_arithmetic_and_says_so()
    {
        using LinuxVmcore dump = ArmDump(mapped: false);

        LinuxKernel kernel = LinuxKernel.Open(dump);

        Assert.Contains(kernel.Warnings, warning => warning.Contains("page tables", StringComparison.Ordinal));
        Assert.Equal("do_work_919.constprop.0", kernel.Symbols.Find(new VirtualAddress(ArmImage + 64))!.Name);
        Assert.Empty(kernel.Modules);
        Assert.Contains(kernel.Warnings, warning => warning.Contains("BTF", StringComparison.Ordinal));
    }

    [Fact]
    public void A_dump_that_tells_nothing_opens_with_a_warning()
    {
        using LinuxVmcore dump = InventedVmcore.Create(new PhysicalPages(), null, Architecture.X64);

        LinuxKernel kernel = LinuxKernel.Open(dump);

        Assert.NotEmpty(kernel.Warnings);
        Assert.Null(kernel.Symbols.AddressOf("panic"));
        Assert.Null(kernel.Symbols.Find(new VirtualAddress(0xFFFF_FFFF_8100_0000)));
        Assert.Null(kernel.KernelOffset);
        Assert.Null(kernel.PerCpuOffset(0));
        Assert.Null(kernel.FindExceptionTableEntry(new VirtualAddress(0xFFFF_FFFF_8100_0000)));
        Assert.Null(kernel.FindBugTableEntry(new VirtualAddress(0xFFFF_FFFF_8100_0000)));
        Assert.Empty(kernel.Disassemble(new VirtualAddress(0xFFFF_FFFF_8100_0000), 10));
        Assert.Empty(kernel.Symbols.Match("*"));
    }

    [Fact]
    public void A_list_of_modules_that_runs_in_a_circle_ends_with_a_warning()
    {
        // head -> a -> b -> a …
        var memory = new SparseMemory();
        AddModule(memory, 0xFFFF_FFFF_C000_1000, "first", next: 0xFFFF_FFFF_C000_2008);
        AddModule(memory, 0xFFFF_FFFF_C000_2000, "second\u001b[2J", next: 0xFFFF_FFFF_C000_1008);
        memory.Add(0xFFFF_FFFF_8200_0000, BitConverter.GetBytes(0xFFFF_FFFF_C000_1008));
        var warnings = new List<string>();

        List<LinuxKernelModule> modules = new LinuxModuleReader(memory, ModuleTypes(), warnings.Add).Read(new VirtualAddress(0xFFFF_FFFF_8200_0000));

        Assert.Equal(["first", "second\\u001b[2J"], modules.Select(module => module.Name));
        Assert.Contains("does not come back", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_modules_that_leaves_the_dump_keeps_what_came_before()
    {
        var memory = new SparseMemory();
        AddModule(memory, 0xFFFF_FFFF_C000_1000, "first", next: 0xFFFF_FFFF_DEAD_0008);
        memory.Add(0xFFFF_FFFF_8200_0000, BitConverter.GetBytes(0xFFFF_FFFF_C000_1008));
        var warnings = new List<string>();

        List<LinuxKernelModule> modules = new LinuxModuleReader(memory, ModuleTypes(), warnings.Add).Read(new VirtualAddress(0xFFFF_FFFF_8200_0000));

        LinuxKernelModule module = Assert.Single(modules);
        Assert.Equal(LinuxModuleState.Going, module.State);
        Assert.Equal(new VirtualAddress(0xFFFF_FFFF_C000_0000), module.BaseAddress);
        Assert.Equal(0x3000UL, module.Size);
        Assert.Equal(LinuxModuleMemoryKind.ReadOnlyData, module.MemoryAt(new VirtualAddress(0xFFFF_FFFF_C000_1FFF))!.Kind);
        Assert.Single(warnings);
    }

    private static void AddModule(SparseMemory memory, ulong address, string name, ulong next)
    {
        byte[] module = new byte[144];
        BitConverter.GetBytes((int)LinuxModuleState.Going).CopyTo(module, 0);
        BitConverter.GetBytes(next).CopyTo(module, 8);
        Encoding.ASCII.GetBytes(name).CopyTo(module, 24);
        BitConverter.GetBytes(0xFFFF_FFFF_C000_0000).CopyTo(module, 96);
        BitConverter.GetBytes(0x3000).CopyTo(module, 104);
        BitConverter.GetBytes(0x1000).CopyTo(module, 108);
        BitConverter.GetBytes(0x2000).CopyTo(module, 112);
        memory.Add(address, module);
    }

    private static KernelTypes ModuleTypes()
    {
        var types = new BtfBuilder();
        uint word = types.Int("unsigned int", 4);
        uint pointer = types.Pointer(0);
        uint character = types.Int("char", 1, character: true);
        uint text = types.Array(character, 56);
        uint list = types.Struct("list_head", 16, ("next", pointer, 0), ("prev", pointer, 64));
        uint layout = types.Struct("module_layout", 24, ("base", pointer, 0), ("size", word, 64), ("text_size", word, 96), ("ro_size", word, 128));
        types.Struct("module", 144, ("state", word, 0), ("list", list, 64), ("name", text, 192), ("core_layout", layout, 96 * 8));
        return new KernelTypes(new BtfFile("types", types.Build()));
    }

    private static LinuxVmcore ArmDump(bool mapped)
    {
        List<(ulong, char, string)> symbols = [.. KallsymsBuilder.Functions(longName: true).Select(symbol => (symbol.Address - KallsymsBuilder.Image + ArmImage, symbol.Type, symbol.Name))];
        var image = new KallsymsBuilder(symbols, ArmImage);
        var memory = new PhysicalPages();
        memory.Write(ArmPhysical, image.Build("6.4")).Write(ArmPhysical, [0x1F, 0x20, 0x03, 0xD5]);
        ulong root = ArmPhysical + 0x20_0000;
        if (mapped)
        {
            // Level 0 entry 256, then level 1 entry 2, then a 2 MB block.
            memory.Write(root + (256 * 8), (root + 0x1000) | 3);
            memory.Write(root + 0x1000 + (2 * 8), (root + 0x2000) | 3);
            memory.Write(root + 0x2000 + (1 * 8), ArmPhysical | 0x701);
        }

        var text = new StringBuilder("OSRELEASE=6.6.0\nPAGESIZE=4096\nKERNELOFFSET=10000\n");
        text.Append("NUMBER(VA_BITS)=48\nNUMBER(TCR_EL1_T1SZ)=0x10\nNUMBER(PHYS_OFFSET)=0x40000000\n");
        text.Append(CultureInfo.InvariantCulture, $"NUMBER(kimage_voffset)=0x{ArmImage - ArmPhysical:x}\nSYMBOL(_stext)={ArmImage:x}\nSYMBOL(swapper_pg_dir)={ArmRoot:x}\nSYMBOL(init_uts_ns)={ArmImage + 0xF_0000:x}\n");
        text.Append("NUMBER(MODULES_VADDR)=0xffff800000000000\nNUMBER(MODULES_END)=0xffff800080000000\nNUMBER(VMALLOC_START)=0xffff800080000000\nNUMBER(VMALLOC_END)=0xfffffbfff0000000\n");
        text.Append("NUMBER(VMEMMAP_START)=0xfffffc0000000000\nNUMBER(VMEMMAP_END)=0xfffffe0000000000\n");
        foreach ((string name, ulong place) in image.Places)
        {
            text.Append(CultureInfo.InvariantCulture, $"SYMBOL({name})={place:x}\n");
        }

        return InventedVmcore.Create(memory, new VmcoreInfo(Encoding.ASCII.GetBytes(text.ToString())), Architecture.Arm64);
    }
}
