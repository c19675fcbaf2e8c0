using KernelFault.Formats;
using KernelFault.Formats.Btf;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Formats.Btf;

public class BtfFileTests
{
    private const uint Any = uint.MaxValue;

    [Fact]
    public void FindsAWholeNameAndNotTheEndOfAnother()
    {
        var builder = new BtfBuilder();
        builder.Struct("thread_info", 8);
        uint wanted = builder.Struct("info", 16);

        Assert.Equal(wanted, new BtfFile("btf", builder.Build()).FindType("info", Any));
    }

    [Fact]
    public void TellsAStructureFromAFunctionOfTheSameName()
    {
        var builder = new BtfBuilder();
        builder.Function("signal", 0);
        uint wanted = builder.Struct("signal", 16);

        Assert.Equal(wanted, new BtfFile("btf", builder.Build()).FindType("signal", Any));
    }

    [Fact]
    public void PassesRecordsOfEveryKind()
    {
        var builder = new BtfBuilder();
        uint number = builder.Int("int", 4, signed: true);
        builder.Array(number, 4);
        builder.Enum("colour", false, ("RED", 0), ("BLUE", 1));
        builder.Forward("hidden");
        builder.Raw("", 13, 2, number, 0, number, 0, number);
        builder.Raw("here", 14, 0, number, 1);
        builder.Raw(".data", 15, 1, 4, 1, 0, 4);
        builder.Raw("float", 16, 0, 4);
        builder.DeclarationTag("user", number);
        builder.Tag("rcu", number);
        builder.Enum64("big", ("HUGE", 1UL << 40));
        uint last = builder.Struct("last", 4, ("value", number, 0));

        var file = new BtfFile("btf", builder.Build());

        Assert.Equal(last, file.FindType("last", Any));
        Assert.Null(file.Damage);
    }

    [Fact]
    public void GoesOnFromTheKernelInAModule()
    {
        var kernel = new BtfBuilder();
        uint number = kernel.Int("int", 4);
        uint list = kernel.Struct("list_head", 16, ("next", number, 0));
        var module = new BtfBuilder(kernel.NextType, kernel.NamesLength);
        uint first = module.Int("kf_flag", 4);
        uint own = module.Struct("kf_state", 24, ("list", list, 0), ("count", number, 128));
        var file = new BtfFile("module", module.Build(), new BtfFile("vmlinux", kernel.Build()));

        Assert.Equal(first, file.FindType("kf_flag", Any));
        Assert.Equal(own, file.FindType("kf_state", Any));
        Assert.Equal(list, file.FindType("list_head", Any));
        Assert.True(file.TryGetType(own, out BtfType type));
        Assert.Equal(list, file.Member(type, 0).TypeId);
        Assert.Equal("count", file.Name(file.Member(type, 1).NameOffset));
        Assert.True(file.TryGetType(list, out BtfType inner));
        Assert.Equal("next", file.Name(file.Member(inner, 0).NameOffset));
    }

    [Fact]
    public void KeepsTheTypesAheadOfARecordThatIsCut()
    {
        var builder = new BtfBuilder();
        uint good = builder.Struct("good", 8);
        builder.Raw("bad", 4, 1000, 8);

        var file = new BtfFile("btf", builder.Build());

        Assert.Equal(good, file.FindType("good", Any));
        Assert.Equal(0u, file.FindType("bad", Any));
        Assert.Contains("record 2", file.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesABigEndianFileByName()
    {
        byte[] bytes = new BtfBuilder().Build();
        (bytes[0], bytes[1]) = (bytes[1], bytes[0]);

        Assert.Contains("big-endian", Assert.Throws<DumpFormatException>(() => new BtfFile("btf", bytes)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(20)]
    public void RefusesASectionBeyondTheFile(int field)
    {
        byte[] bytes = new BtfBuilder().Build();
        BitConverter.GetBytes(0xFFFF_FFF0).CopyTo(bytes, field);

        Assert.Throws<DumpFormatException>(() => new BtfFile("btf", bytes));
    }

    [Fact]
    public void EndsAChainOfTypedefsThatGoesRound()
    {
        var builder = new BtfBuilder();
        uint first = builder.NextType;
        builder.Typedef("a", first + 1);
        builder.Typedef("b", first);

        Assert.False(new BtfFile("btf", builder.Build()).TryResolve(first, out _));
    }
}
