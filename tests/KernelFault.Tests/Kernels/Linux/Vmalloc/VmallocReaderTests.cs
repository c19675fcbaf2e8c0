using KernelFault.Formats.Btf;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Kernels.Linux.Vmalloc;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Kernels.Linux.Vmalloc;

public class VmallocReaderTests
{
    private const ulong Space = 0xffff_c900_0000_0000;
    private readonly KernelImage _image = new(0x4000);
    private readonly ulong[] _areas;
    private readonly ulong _descriptor;

    public VmallocReaderTests()
    {
        // 1 is the root, 0 and 2 its leaves; each of four pages, the last a guard.
        _areas = [_image.Place(64), _image.Place(64), _image.Place(64)];
        for (int i = 0; i < 3; i++)
        {
            _image.Word(_areas[i], Space + ((ulong)i * 0x10000));
            _image.Word(_areas[i] + 8, Space + ((ulong)i * 0x10000) + 0x4000);
        }

        _image.Word(_areas[1] + 24, _areas[2] + 16);
        _image.Word(_areas[1] + 32, _areas[0] + 16);
        _descriptor = _image.Place(64);
        _image.Word(_areas[2] + 56, _descriptor);
        _image.Word(_descriptor + 8, Space + 0x20000);
        _image.Word(_descriptor + 16, 0x4000);
        _image.Word(_descriptor + 24, 0x22);
        _image.Word(_descriptor + 56, 0xffff_ffff_8112_3456);
    }

    [Theory]
    [InlineData(0x00000, 0)]
    [InlineData(0x13fff, 1)]
    [InlineData(0x22000, 2)]
    public void FindsTheAreaOfAnAddress(ulong offset, int area)
    {
        _image.Word(_image.Place("vmap_area_root", 8), _areas[1] + 16);

        Assert.Equal(Space + ((ulong)area * 0x10000), Find(offset)!.Start.ToUInt64());
    }

    [Fact]
    public void LooksThroughEveryNodeSince69()
    {
        ulong nodes = _image.Place(3 * 32);
        _image.Word(_image.Place("vmap_nodes", 8), nodes);
        _image.HalfWord(_image.Place("nr_vmap_nodes", 4), 3);
        _image.Word(nodes + (2 * 32) + 8, _areas[1] + 16);

        Assert.Equal(Space + 0x20000, Find(0x21000)!.Start.ToUInt64());
    }

    [Fact]
    public void TellsTheGuardPageFromTheMappedOnesAndWhoAskedForThem()
    {
        _image.Word(_image.Place("vmap_area_root", 8), _areas[1] + 16);

        VmallocArea inside = Find(0x22fff)!;
        VmallocArea guard = Find(0x23000)!;

        Assert.Equal((false, 0x3000ul, "vmalloc", 0xffff_ffff_8112_3456), (inside.IsInGuardPage, inside.Size, inside.Kind, inside.Caller!.Value.ToUInt64()));
        Assert.True(guard.IsInGuardPage);
        Assert.Null(guard.DeviceAddress);
    }

    [Fact]
    public void SaysNothingOfAGapOrATreeThatRunsInACircle()
    {
        _image.Word(_image.Place("vmap_area_root", 8), _areas[1] + 16);
        Assert.Null(Find(0x8000));

        _image.Word(_areas[0] + 24, _areas[1] + 16);
        Assert.Null(Find(0x8000));
    }

    private VmallocArea? Find(ulong offset)
    {
        var btf = new BtfBuilder();
        uint word = btf.Int("long unsigned int", 8);
        uint node = btf.Struct("rb_node", 24, ("__rb_parent_color", word, 0), ("rb_right", word, 64), ("rb_left", word, 128));
        btf.Struct("vmap_area", 64, ("va_start", word, 0), ("va_end", word, 64), ("rb_node", node, 128), ("vm", word, 448));
        btf.Struct("vm_struct", 64, ("next", word, 0), ("addr", word, 64), ("size", word, 128), ("flags", word, 192), ("phys_addr", word, 384), ("caller", word, 448));
        uint busy = btf.Struct("rb_list", 16, ("root", word, 0), ("head", word, 64));
        btf.Struct("vmap_node", 32, ("pool", word, 0), ("busy", busy, 64));
        return new VmallocReader(_image.Data(new KernelTypes(new BtfFile("btf", btf.Build()))), 4096).Find(new VirtualAddress(Space + offset));
    }
}
