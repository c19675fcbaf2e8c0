using KernelFault.Formats.Btf;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Kernels.Linux;

public class KernelObjectTests
{
    private readonly KernelImage _image = new(0x4000);
    private readonly BtfBuilder _btf = new();

    [Fact]
    public void ReadsScalarsAsTheirOwnTypes()
    {
        uint signed = _btf.Int("int", 4, signed: true);
        uint state = _btf.Enum("module_state", false, ("MODULE_STATE_LIVE", 0), ("MODULE_STATE_GOING", 2));
        uint name = _btf.Array(_btf.Int("char", 1), 8);
        uint bytes = _btf.Array(_btf.Int("unsigned char", 1), 3);
        _btf.Struct("thing", 64, ("number", signed, 0), ("wide", _btf.Int("u64", 8), 64), ("on", _btf.Int("_Bool", 1, truth: true), 128), ("state", state, 160), ("odd", state, 192), ("name", name, 224), ("bytes", bytes, 288));
        ulong at = _image.Place(64);
        _image.HalfWord(at, unchecked((uint)-5));
        _image.Word(at + 8, ulong.MaxValue);
        _image.At(at + 16)[0] = 1;
        _image.HalfWord(at + 20, 2);
        _image.HalfWord(at + 24, 7);
        _image.Text(at + 28, "kf\u001b\0junk");
        _image.Text(at + 36, "abc");

        KernelObject thing = Objects().At("thing", new VirtualAddress(at))!;

        Assert.Equal(
            [-5, ulong.MaxValue, true, new KernelEnumeration("MODULE_STATE_GOING", 2), new KernelEnumeration(null, 7), "kf\\u001b"],
            thing.Members.Take(6).Select(m => m.Value));
        Assert.Equal([(byte)'a', (byte)'b', (byte)'c'], Assert.IsType<KernelArray>(thing.Get("bytes")).Elements);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReadsBitFieldsOfBothEncodings(bool sizeWithTheMember)
    {
        // unsigned int a:3, b:5; int c:4 that straddles a byte; as pahole writes them with and without the structure's flag.
        if (sizeWithTheMember)
        {
            uint number = _btf.Int("unsigned int", 4);
            uint signed = _btf.Int("int", 4, signed: true);
            _btf.BitFields("bits", 4, ("a", number, 0, 3), ("b", number, 3, 5), ("c", signed, 14, 4), ("plain", number, 0, 0));
        }
        else
        {
            uint three = _btf.Raw("unsigned int", 1, 0, 4, 3);
            uint five = _btf.Raw("unsigned int", 1, 0, 4, 5);
            uint four = _btf.Raw("int", 1, 0, 4, 4 | (1u << 24));
            _btf.Struct("bits", 4, ("a", three, 0), ("b", five, 3), ("c", four, 14), ("plain", _btf.Int("unsigned int", 4), 0));
        }

        ulong at = _image.Place(4);
        const uint Value = 0b101 | (0b10011 << 3) | (0b1110 << 14);
        _image.HalfWord(at, Value);

        Assert.Equal([5u, 19u, -2, Value], Objects().At("bits", new VirtualAddress(at))!.Members.Select(m => m.Value));
    }

    [Fact]
    public void ShowsMembersOfAnonymousUnionsAsItsOwnAndFollowsPointersAlongAPath()
    {
        uint number = _btf.Int("int", 4);
        uint pgd = _btf.Struct("mm_struct", 16, ("users", number, 0), ("count", number, 64));
        uint anonymous = _btf.Union("", 8, ("mm", _btf.Pointer(pgd), 0), ("raw", _btf.Int("u64", 8), 0));
        _btf.Struct("task_struct", 16, ("pid", number, 0), ("", anonymous, 64));
        ulong mm = _image.Place(16);
        ulong task = _image.Place(16);
        _image.Word(task + 8, mm);
        _image.HalfWord(mm + 8, 42);

        KernelObject o = Objects().At("task_struct", new VirtualAddress(task))!;

        Assert.Equal(["pid", "mm", "raw"], o.Members.Select(m => m.Name));
        Assert.Equal(42u, o.Get("mm.count"));
        Assert.Equal("struct mm_struct *", Assert.IsType<KernelPointer>(o.Get("mm")).TypeName);
        Assert.Null(o.Get("mm.count.more"));
        Assert.Null(o.Get("mm.none"));
        Assert.Null(o.Get(""));
        Assert.Null(o.Get("."));
        Assert.Null(o.Get("mm..count"));
    }

    [Fact]
    public void FollowsARingFromItsHeadAndFromAnElement()
    {
        (ulong head, ulong[] elements) = Ring();
        KernelObjects objects = Objects();

        Assert.Equal(elements, objects.List("module", "list", new VirtualAddress(head)).Select(o => o.Address.ToUInt64()));
        Assert.Equal([.. elements[1..], head - 8], objects.At("module", new VirtualAddress(elements[1]))!.FollowList("list").Take(3).Select(o => o.Address.ToUInt64()));
        Assert.Equal([0u, 1u, 2u], objects.List("module", "list", new VirtualAddress(head)).Select(o => o.Get("number")));
    }

    [Fact]
    public void FollowsPointersToTheNextOfItsKindUntilNull()
    {
        uint self = _btf.NextType;
        _btf.Struct("irqaction", 16, ("number", self + 2, 0), ("next", self + 1, 64));
        _btf.Pointer(self);
        _btf.Int("unsigned int", 4);
        ulong[] actions = [_image.Place(16), _image.Place(16), _image.Place(16)];
        _image.Word(actions[0] + 8, actions[2]);
        _image.Word(actions[2] + 8, actions[1]);

        Assert.Equal([actions[0], actions[2], actions[1]], Objects().At("irqaction", new VirtualAddress(actions[0]))!.FollowList("next").Select(o => o.Address.ToUInt64()));
    }

    [Fact]
    public void EndsWhenAStructureHoldsItselfOrAnArrayHasBillionsOfElements()
    {
        uint self = _btf.NextType;
        _btf.Struct("loop", 4, ("inner", self, 0), ("", self, 0), ("many", self + 1, 0));
        _btf.Array(self, uint.MaxValue);
        object? at = Objects().At("loop", new VirtualAddress(KernelImage.Base));
        int depth = 0;
        while (at is KernelObject o && depth < 1000)
        {
            Assert.InRange(o.Members.Count, 0, 20_000);
            at = o.Members.Count == 0 ? null : o.Members[0].Value;
            depth++;
        }

        Assert.InRange(depth, 2, 64);
    }

    [Fact]
    public void SaysNullForWhatTheDumpDoesNotHold()
    {
        uint number = _btf.Int("int", 4);
        _btf.Struct("gone", 16, ("number", number, 0), ("name", _btf.Array(_btf.Int("char", 1), 8), 64));

        Assert.Equal([null, null], Objects().At("gone", new VirtualAddress(0x1000))!.Members.Select(m => m.Value));
        Assert.Null(Objects().At("nothing", new VirtualAddress(0x1000)));
    }

    [Fact]
    public void DeclaresTypesAsC()
    {
        uint number = _btf.Int("int", 4);
        uint character = _btf.Int("char", 1);
        uint function = _btf.Raw("", 13, 2, number, 0, _btf.Pointer(0), 0, _btf.Pointer(_btf.Const(character)));
        uint lock_t = _btf.Typedef("spinlock_t", _btf.Struct("spinlock", 4));
        uint inner = _btf.Struct("", 8, ("low", number, 0), ("high", number, 32));
        _btf.Struct("device", 96, ("show", _btf.Pointer(function), 0), ("comm", _btf.Array(character, 16), 64), ("lock", lock_t, 192), ("", inner, 256), ("rows", _btf.Pointer(_btf.Array(_btf.Array(number, 3), 2)), 320));

        Assert.Equal(
            """
            struct device {
                   [0]    int (*show)(void *, const char *);
                   [8]    char comm[16];
                  [24]    spinlock_t lock;
                  [32]    struct {
                  [32]        int low;
                  [36]        int high;
                          };
                  [40]    int (*rows)[2][3];
            }
            SIZE: 96
            """,
            Types().Describe("device")!.ToString(),
            ignoreLineEndingDifferences: true);
    }

    private (ulong Head, ulong[] Elements) Ring()
    {
        uint number = _btf.Int("unsigned int", 4);
        uint self = _btf.NextType;
        uint list = _btf.Struct("list_head", 16, ("next", self + 1, 0), ("prev", self + 1, 64));
        _btf.Pointer(list);
        _btf.Struct("module", 32, ("number", number, 0), ("list", list, 64));
        ulong head = _image.Place(16);
        ulong[] elements = [_image.Place(32), _image.Place(32), _image.Place(32)];
        _image.Word(head, elements[0] + 8);
        for (int i = 0; i < 3; i++)
        {
            _image.HalfWord(elements[i], (uint)i);
            _image.Word(elements[i] + 8, i < 2 ? elements[i + 1] + 8 : head);
        }

        return (head, elements);
    }

    private KernelTypes Types() => new(new BtfFile("btf", _btf.Build()));

    private KernelObjects Objects() => new(_image, Types());
}
