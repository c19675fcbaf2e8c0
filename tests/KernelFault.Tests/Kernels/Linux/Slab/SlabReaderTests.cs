using System.Buffers.Binary;
using KernelFault.Formats.Btf;
using KernelFault.Kernels.Linux.Slab;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Kernels.Linux.Slab;

public class SlabReaderTests
{
    private const int Page = 4096;
    private const uint Slot = 1024;
    private const uint FreePointer = 512;
    private const ulong Random = 0x1234_5678_9abc_def1;
    private const ulong Slab = KernelImage.Base + (8 * Page);
    private readonly KernelImage _image = new(32 * Page);
    private readonly ulong _pages;
    private readonly ulong _cache;
    private readonly ulong _local;

    public SlabReaderTests()
    {
        _pages = Align(_image.Place(33 * 64));
        _image.Word(_image.Place("vmemmap_base", 8), _pages);
        _image.HalfWord(_image.Place("nr_cpu_ids", 4), 1);
        _image.Word(_image.Place("__cpu_possible_mask", 8), 1);
        ulong name = _image.Place(16);
        _image.Text(name, "kmalloc-1k");
        _local = _image.Place(32);
        _cache = _image.Place(256);
        _image.Word(_cache, _local);
        _image.HalfWord(_cache + 24, Slot);
        _image.HalfWord(_cache + 28, 1000);
        _image.HalfWord(_cache + 40, FreePointer);
        _image.HalfWord(_cache + 80, 1000);
        _image.Word(_cache + 96, name);
        _image.Word(_cache + 184, Random);

        // Eight objects on two pages.
        ulong head = PageOf(Slab);
        _image.Word(head, 1 << 9);
        _image.Word(head + 24, _cache);
        _image.HalfWord(head + 40, 8 << 16);
        _image.Word(PageOf(Slab + Page) + 8, head + 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FollowsTheFreeListOfASlabWhicheverWayItIsHardened(bool swapped)
    {
        _image.Word(PageOf(Slab) + 32, Item(2));
        Link(2, Item(5), swapped);
        Link(5, 0, swapped);

        Assert.Equal("AAFAAFAA", States());
    }

    [Fact]
    public void KnowsTheListThatAProcessorTookOffTheSlab()
    {
        _image.Word(_local, Item(0));
        _image.Word(_local + 16, PageOf(Slab));
        Link(0, Item(7));
        Link(7, 0);
        _image.Word(PageOf(Slab) + 32, Item(3));
        Link(3, 0);

        Assert.Equal("FAAFAAAF", States());
    }

    [Fact]
    public void SaysWhichObjectAndWhereInIt()
    {
        SlabObject found = Find(Slab + (5 * Slot) + 1010)!;

        Assert.Equal(("kmalloc-1k", 5, 8, 1010, 1000u, Slab + (5 * Slot)), (found.CacheName, found.Index, found.ObjectCount, (int)found.Offset, found.Size, found.Address.ToUInt64()));
    }

    [Fact]
    public void CannotTellWhenTheFreeListIsOverwritten()
    {
        _image.Word(PageOf(Slab) + 32, Item(2));
        _image.Word(Item(2) + FreePointer, 0x4141_4141_4141_4141);

        Assert.Equal("UUFUUUUU", States().Replace('A', 'U'));
        Assert.Equal(SlabObjectState.Unknown, Find(Item(1))!.State);
    }

    [Fact]
    public void EndsAFreeListThatRunsInACircle()
    {
        _image.Word(PageOf(Slab) + 32, Item(2));
        Link(2, Item(2));

        Assert.Equal("UUFUUUUU", States());
    }

    [Fact]
    public void FindsTheFirstPageThroughAMaskToo()
    {
        // 7.1: two pages of 64 bytes in a place that is a multiple of 128.
        _image.Word(PageOf(Slab + Page) + 8, unchecked((ulong)-128) | 1);

        Assert.Equal(6, Find(Slab + (6 * Slot))!.Index);
    }

    [Fact]
    public void SaysNothingOfAPageThatIsNoSlabOrNotThere()
    {
        Assert.Null(Find(Slab + (2 * Page)));
        Assert.Null(Find(0xffff_8880_0000_0000));
    }

    [Fact]
    public void SaysNothingOfWhatLiesBehindTheLastObject()
    {
        _image.HalfWord(PageOf(Slab) + 40, 7 << 16);

        Assert.Null(Find(Item(7)));
    }

    private static ulong Item(int index) => Slab + ((ulong)index * Slot);

    private static ulong Align(ulong address) => (address + 127) & ~127UL;

    private ulong PageOf(ulong address) => _pages + ((address - KernelImage.Base) / Page * 64);

    private void Link(int from, ulong to, bool swapped = true)
    {
        ulong place = Item(from) + FreePointer;
        _image.Word(place, to ^ Random ^ (swapped ? BinaryPrimitives.ReverseEndianness(place) : place));
    }

    private string States() => string.Concat(Enumerable.Range(0, 8).Select(i => Find(Item(i))!.State.ToString()[0]));

    private SlabObject? Find(ulong address)
    {
        var btf = new BtfBuilder();
        uint word = btf.Int("long unsigned int", 8);
        uint half = btf.Int("unsigned int", 4);
        btf.Struct("page", 64, ("flags", word, 0), ("compound_head", word, 64));
        uint counts = btf.BitFields("", 4, ("inuse", half, 0, 16), ("objects", half, 16, 15), ("frozen", half, 31, 1));
        btf.Struct("slab", 64, ("__page_flags", word, 0), ("slab_cache", word, 192), ("freelist", word, 256), ("", counts, 320));
        btf.Struct("kmem_cache", 256, ("cpu_slab", word, 0), ("flags", half, 64), ("size", half, 192), ("object_size", half, 224), ("offset", half, 320), ("inuse", half, 640), ("red_left_pad", half, 704), ("name", word, 768), ("random", word, 1472));
        btf.Struct("kmem_cache_cpu", 32, ("freelist", word, 0), ("tid", word, 64), ("slab", word, 128));
        btf.Enum("pageflags", false, ("PG_locked", 0), ("PG_slab", 9));
        KernelData kernel = _image.Data(new KernelTypes(new BtfFile("btf", btf.Build())));
        var pages = new KernelPages(kernel, v => v.ToUInt64() - KernelImage.Base < 32 * Page ? new PhysicalAddress(v.ToUInt64() - KernelImage.Base) : null, Page);
        return new SlabReader(kernel, pages).Find(new VirtualAddress(address));
    }
}
