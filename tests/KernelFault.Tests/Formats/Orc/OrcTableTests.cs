using System.Buffers.Binary;
using KernelFault.Formats.Orc;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Formats.Orc;

public class OrcTableTests
{
    private const ulong Text = 0xFFFF_FFFF_8100_0000;
    private const ulong Addresses = 0xFFFF_FFFF_8200_0000;
    private const ulong Entries = 0xFFFF_FFFF_8210_0000;
    private const ulong Index = 0xFFFF_FFFF_8220_0000;
    private static readonly OrcLayout Current = OrcLayout.ForRelease(6, 12);

    [Fact]
    public void An_entry_holds_from_its_address_up_to_the_next()
    {
        OrcTable table = Table(1000, null);

        Assert.False(table.TryFind(Text - 1, out _));
        for (int i = 0; i < 1000; i++)
        {
            ulong start = Text + ((ulong)i * 48);
            Assert.True(table.TryFind(start, out OrcEntry first));
            Assert.True(table.TryFind(start + 47, out OrcEntry last));
            Assert.Equal(i, first.SpOffset);
            Assert.Equal(i, last.SpOffset);
        }

        Assert.True(table.TryFind(Text + 0x10_0000, out OrcEntry beyond));
        Assert.Equal(999, beyond.SpOffset);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_kernels_index_gives_the_same_entries_and_is_left_when_it_lies(bool lies)
    {
        SparseMemory memory = new();
        OrcTable table = Table(1000, new OrcLookup(Index, 188, Text), memory);
        var index = new byte[188 * 4];
        for (int i = 0; i < 188; i++)
        {
            int entry = lies ? 500 : Math.Min((i * 256) / 48, 999);
            BinaryPrimitives.WriteInt32LittleEndian(index.AsSpan(i * 4), entry);
        }

        memory.Add(Index, index);

        for (int i = 0; i < 400; i++)
        {
            Assert.True(table.TryFind(Text + ((ulong)i * 48) + 5, out OrcEntry entry));
            Assert.Equal(i, entry.SpOffset);
        }
    }

    [Fact]
    public void A_table_that_is_not_in_the_dump_or_claims_too_much_finds_nothing()
    {
        var absent = new OrcTable(new SparseMemory(), Addresses, Entries, uint.MaxValue, Current);
        SparseMemory memory = new();
        Table(4, null, memory);
        var lying = new OrcTable(memory, Addresses, Entries, uint.MaxValue, Current);

        Assert.False(absent.TryFind(Text, out _));
        Assert.False(lying.TryFind(Text + 100, out _));
    }

    [Theory]
    [InlineData(4, 14, 0x0005, OrcFrameKind.Call, false)]
    [InlineData(4, 14, 0x0105, OrcFrameKind.Registers, true)]
    [InlineData(4, 14, 0x0000, OrcFrameKind.EndOfStack, false)]
    [InlineData(4, 19, 0x0205, OrcFrameKind.InterruptFrame, true)]
    [InlineData(5, 10, 0x0000, OrcFrameKind.Undefined, false)]
    [InlineData(6, 1, 0x0400, OrcFrameKind.EndOfStack, false)]
    [InlineData(6, 3, 0x0405, OrcFrameKind.Call, true)]
    [InlineData(6, 3, 0x0800, OrcFrameKind.EndOfStack, false)]
    [InlineData(6, 4, 0x0005, OrcFrameKind.Undefined, false)]
    [InlineData(6, 4, 0x0100, OrcFrameKind.EndOfStack, false)]
    [InlineData(6, 12, 0x0205, OrcFrameKind.Call, false)]
    [InlineData(6, 12, 0x0A05, OrcFrameKind.Call, true)]
    [InlineData(7, 2, 0x0B03, OrcFrameKind.Registers, true)]
    [InlineData(7, 2, 0x0C03, OrcFrameKind.InterruptFrame, true)]
    [InlineData(7, 2, 0x0705, OrcFrameKind.Undefined, false)]
    public void Each_release_is_read_in_its_own_layout(int major, int minor, int flags, object kind, bool signal)
    {
        OrcEntry entry = OrcLayout.ForRelease(major, minor).Decode(OrcBytes.Raw(-8, 16, flags));

        Assert.Equal((OrcFrameKind)kind, entry.Kind);
        Assert.Equal(signal, entry.IsSignal);
        Assert.Equal(-8, entry.SpOffset);
        Assert.Equal(16, entry.BpOffset);
    }

    [Theory]
    [InlineData(6, 12, 0x0203, OrcRegister.Rsp, 0x0283, OrcRegister.PreviousSp)]
    [InlineData(7, 2, 0x0205, OrcRegister.Rsp, 0x0215, OrcRegister.PreviousSp)]
    [InlineData(7, 2, 0x0203, OrcRegister.Rsp, 0x0241, OrcRegister.Rbp)]
    [InlineData(6, 12, 0x0005, OrcRegister.Rsp, 0x0015, OrcRegister.PreviousSp)]
    [InlineData(6, 1, 0x0205, OrcRegister.Rsp, 0x0215, OrcRegister.PreviousSp)]
    public void A_functions_first_instruction_shows_how_entries_are_written_whatever_the_release(
        int major, int minor, int first, object sp, int other, object bp)
    {
        Assert.True(OrcLayout.ForRelease(major, minor).TryAdjust(OrcBytes.Raw(8, 0, first), out OrcLayout layout));

        OrcEntry entry = layout.Decode(OrcBytes.Raw(8, 0, first));
        Assert.Equal((OrcRegister)sp, entry.Sp);
        Assert.Equal(OrcFrameKind.Call, entry.Kind);
        Assert.Equal((OrcRegister)bp, layout.Decode(OrcBytes.Raw(48, -16, other)).Bp);
    }

    [Theory]
    [InlineData(16, 0x0205)]
    [InlineData(8, 0x0204)]
    [InlineData(8, 0x0305)]
    public void An_entry_that_cannot_be_a_functions_first_shows_nothing(int offset, int flags)
    {
        Assert.False(Current.TryAdjust(OrcBytes.Raw(offset, 0, flags), out OrcLayout layout));
        Assert.Same(Current, layout);
    }

    [Fact]
    public void Until_5_12_an_indirect_offset_counts_before_the_word_is_read()
    {
        byte[] bytes = OrcBytes.Raw(8, 0, 9);

        Assert.Equal(OrcRegister.RspOffsetIndirect, OrcLayout.ForRelease(5, 12).Decode(bytes).Sp);
        Assert.Equal(OrcRegister.RspIndirect, OrcLayout.ForRelease(5, 13).Decode(bytes).Sp);
    }

    private static OrcTable Table(int count, OrcLookup? lookup, SparseMemory? memory = null)
    {
        memory ??= new SparseMemory();
        var rows = new List<(ulong, byte[])>();
        for (int i = 0; i < count; i++)
        {
            rows.Add((Text + ((ulong)i * 48), OrcBytes.Entry(OrcRegister.Rsp, i, OrcRegister.Undefined, 0, 2)));
        }

        OrcBytes.Write(memory, Addresses, Entries, rows);
        return new OrcTable(memory, Addresses, Entries, (uint)count, Current, lookup);
    }
}
