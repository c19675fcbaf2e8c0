using KernelFault.Formats.Btf;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Kernels.Linux;

public class KernelTypesTests
{
    [Fact]
    public void FindsAMemberInsideAnAnonymousUnionOfAnAnonymousStructure()
    {
        var builder = new BtfBuilder();
        uint word = builder.Int("long unsigned int", 8);
        uint inner = builder.Struct("", 16, ("lru", word, 0), ("index", word, 64));
        uint union = builder.Union("", 16, ("head", word, 0), ("", inner, 0));
        builder.Struct("page", 24, ("flags", word, 0), ("", union, 64));

        Assert.Equal(16u, Types(builder).OffsetOf("page", "index"));
    }

    [Fact]
    public void AddsTheOffsetsAlongAPathThroughTypedefsAndArrays()
    {
        var builder = new BtfBuilder();
        uint word = builder.Int("long unsigned int", 8);
        uint layout = builder.Struct("module_memory", 24, ("base", word, 0), ("size", word, 64));
        uint mem = builder.Array(builder.Typedef("memory_t", builder.Const(layout)), 7);
        builder.Struct("module", 8 + (7 * 24), ("state", word, 0), ("mem", mem, 64));
        KernelTypes types = Types(builder);

        Assert.Equal(8u + (2 * 24) + 8, types.OffsetOf("module", "mem[2].size"));
        Assert.Equal(7u, types.LengthOf("module", "mem"));
        Assert.Equal(7u * 24, types.SizeOfMember("module", "mem"));
        Assert.Null(types.OffsetOf("module", "mem[7].size"));
        Assert.Null(types.OffsetOf("module", "mem[2].length"));
        Assert.Null(types.OffsetOf("module", "mem[2"));
        Assert.Null(types.OffsetOf("module", "state.base"));
    }

    [Fact]
    public void GivesTheBitsOfABitField()
    {
        var builder = new BtfBuilder();
        uint number = builder.Int("unsigned int", 4);
        builder.BitFields("printk_log", 16, ("facility", number, 112, 0), ("flags", number, 120, 5), ("level", number, 125, 3));

        KernelMember level = Types(builder).Find("printk_log", "level")!.Value;

        Assert.Equal((15u, 125ul, 3u), (level.Offset, level.BitOffset, level.BitSize));
    }

    [Fact]
    public void KnowsEnumeratorsOf32And64Bits()
    {
        var builder = new BtfBuilder();
        builder.Enum("module_state", true, ("MODULE_STATE_LIVE", 0), ("MODULE_STATE_BROKEN", -1));
        builder.Enum64("", ("FLAG_TOP", 1UL << 62));
        KernelTypes types = Types(builder);

        Assert.Equal(-1, types.EnumValue("MODULE_STATE_BROKEN"));
        Assert.Equal(0, types.EnumValue("module_state", "MODULE_STATE_LIVE"));
        Assert.Equal(1L << 62, types.EnumValue("FLAG_TOP"));
        Assert.Null(types.EnumValue("MODULE_STATE"));
        Assert.Null(types.EnumValue("module_state", "FLAG_TOP"));
    }

    [Fact]
    public void EndsWhenAStructureHoldsItself()
    {
        var builder = new BtfBuilder();
        uint self = builder.NextType;
        builder.Struct("loop", 8, [.. Enumerable.Repeat(("", self, 0u), 2000)]);
        builder.Array(self + 1, 2);
        builder.Typedef("endless", self + 1);
        KernelTypes types = Types(builder);

        Assert.Null(types.OffsetOf("loop", "member"));
        Assert.Null(types.SizeOf("endless"));
    }

    [Fact]
    public void SaysNullForAMemberSoFarOutThatNoOffsetHoldsIt()
    {
        var builder = new BtfBuilder();
        uint big = builder.Struct("big", uint.MaxValue);
        uint array = builder.Array(big, 1000);
        builder.Struct("holder", 8, ("all", array, 0));
        KernelTypes types = Types(builder);

        Assert.Null(types.OffsetOf("holder", "all[999]"));
        Assert.Null(types.SizeOfMember("holder", "all"));
    }

    private static KernelTypes Types(BtfBuilder builder) => new(new BtfFile("btf", builder.Build()));
}
