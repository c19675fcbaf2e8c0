using System.Text;
using KernelFault.Dumps.Linux;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Dumps.Linux;

public sealed class VmcoreInfoTests
{
    [Fact]
    public void Every_kind_of_key_is_read_in_its_own_base()
    {
        VmcoreInfo info = Parse(VmcoreParts.Info);

        Assert.Equal("6.9.0-contoso", info.Release);
        Assert.Equal("00112233445566778899aabbccddeeff00112233", info.BuildId);
        Assert.Equal(4096, info.PageSize);
        Assert.Equal(0xFFFF_FFFF_82A1_5900, info.Symbol("init_uts_ns"));
        Assert.Equal(0ul, info.Offset("list_head.next"));
        Assert.Equal(64ul, info.Size("page"));
        Assert.Equal(11ul, info.Length("zone.free_area"));
        Assert.Equal(-981467136, info.Number("phys_base"));
        Assert.Equal(0x30, info.Number("VA_BITS"));
        Assert.Equal(0x1400000ul, info.KernelOffset);
        Assert.Equal(new DateTime(2025, 10, 9, 8, 53, 20, DateTimeKind.Utc), info.CrashTime);
    }

    [Fact]
    public void A_key_that_is_absent_is_null_and_not_zero()
    {
        VmcoreInfo info = Parse("OSRELEASE=5.4.0\n");

        Assert.Null(info.Symbol("init_uts_ns"));
        Assert.Null(info.Offset("list_head.next"));
        Assert.Null(info.Number("phys_base"));
        Assert.Null(info.KernelOffset);
        Assert.Null(info.CrashTime);
        Assert.Null(info.BuildId);
        Assert.Equal(4096, info.PageSize);
    }

    [Fact]
    public void Lines_that_are_damaged_hide_no_others()
    {
        VmcoreInfo info = Parse("=x\nno equals sign\nSYMBOL(a)=zzz\nNUMBER(b)=12x\nSIZE(c)=99999999999999999999\nSYMBOL(d)=ffff\u0001\nPAGESIZE=17\nOSRELEASE=6.1\u001b[2J");

        Assert.Null(info.Symbol("a"));
        Assert.Null(info.Number("b"));
        Assert.Null(info.Size("c"));
        Assert.Null(info.Symbol("d"));
        Assert.Equal(4096, info.PageSize);
        Assert.Equal("6.1\\u001b[2J", info.Release);
    }

    [Fact]
    public void The_last_value_of_a_key_counts()
    {
        Assert.Equal(2, Parse("NUMBER(x)=1\nNUMBER(x)=2\n").Number("x"));
    }

    private static VmcoreInfo Parse(string text) => new(Encoding.UTF8.GetBytes(text));
}
