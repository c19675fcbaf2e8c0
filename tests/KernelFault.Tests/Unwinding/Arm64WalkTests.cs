using KernelFault.Dumps;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Memory;
using KernelFault.Tests.Formats.Pe;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Unwinding;

/// <summary>What compilers do not write: the kernel's own unwind codes, packed entries by hand, and walks without images.</summary>
public sealed class Arm64WalkTests : IDisposable
{
    private const ulong Base = 0xFFFFF805_00000000;
    private const ulong Stack = 0xFFFFF880_00010000;
    private const uint Caller = 0x1204;
    private const ulong CallerAddress = Base + Caller;

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _stack = new byte[0x2000];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_trap_frame_code_continues_in_the_interrupted_code()
    {
        Put(0x100 + 0x98, Stack + 0x800);
        Put(0x100 + 0x148, CallerAddress);
        IReadOnlyList<StackFrame> frames = Unwind([0xE8, 0xE4], 0x100);
        Expect(frames, 0x100 + 0x148);
        Assert.Equal(1, StackUnwinder.InterruptedFrame(frames));
    }

    [Fact]
    public void A_machine_frame_code_holds_sp_and_pc()
    {
        Put(0x100, Stack + 0x800);
        Put(0x108, CallerAddress);
        Expect(Unwind([0xE9, 0xE4], 0x100), 0x108);
    }

    [Fact]
    public void A_context_code_restores_a_whole_context()
    {
        Put(0x100 + 0x100, Stack + 0x900);
        Put(0x100 + 0x108, CallerAddress);
        Expect(Unwind([0xEA, 0xE4], 0x100), 0x208);
    }

    [Fact]
    public void A_signed_return_address_is_stripped()
    {
        // alloc 32; stp fp,lr,[sp]; signed lr.
        Put(0x108, CallerAddress ^ 0x002D_0000_0000_0000);
        Expect(Unwind([0x40, 0x02, 0xFC, 0xE4], 0x100), 0x108);
    }

    [Fact]
    public void Any_register_saved_by_the_general_form_comes_back()
    {
        // save_any_reg: pair x29, lr at sp+16, positive offset.
        Put(0x118, CallerAddress);
        Expect(Unwind([0xE7, 0x40 | 29, 0x01, 0x02, 0xE4], 0x100), 0x118);
    }

    [Theory]
    [InlineData(new byte[] { 0xE5, 0x81, 0xE4 }, 0x108u)]
    [InlineData(new byte[] { 0xC0, 0x02, 0x81, 0xE4 }, 0x128u)]
    [InlineData(new byte[] { 0xE0, 0x00, 0x00, 0x02, 0x81, 0xE4 }, 0x128u)]
    [InlineData(new byte[] { 0xD6, 0x43, 0x03, 0xE4 }, 0x120u)]
    [InlineData(new byte[] { 0xDA, 0x01, 0x81, 0xE4 }, 0x118u)]
    [InlineData(new byte[] { 0xF8, 0x00, 0x81, 0xE4 }, 0x108u)]
    public void Codes_of_every_length_lead_to_the_saved_link_register(byte[] codes, uint slot)
    {
        Put(slot, CallerAddress);
        Expect(Unwind(codes, 0x100), slot);
    }

    [Theory]
    [InlineData(new byte[] { 0xEE, 0xE4 })]
    [InlineData(new byte[] { 0xE6, 0xE6, 0xE4 })]
    [InlineData(new byte[] { 0x00, 0x00, 0x00, 0xC0 })]
    public void Undefined_codes_are_not_trusted(byte[] codes)
    {
        Put(0x140, CallerAddress);
        IReadOnlyList<StackFrame> frames = Unwind(codes, 0x100);
        Assert.Equal(FrameTrust.CallScan, frames[1].Trust);
    }

    [Fact]
    public void Packed_data_with_homed_parameters_is_expanded()
    {
        // CR = 1 (lr saved), RegI = 2, H = 1, frame 0x70: stp x19,x20,[sp,#-0x60]!; str lr,[sp,#0x10]; 4 homing stores; sub sp,sp,#0x10.
        uint packed = 1u | (0x20 << 2) | (2u << 16) | (1u << 20) | (1u << 21) | (7u << 23);
        Put(0x100 + 0x10 + 0x10, CallerAddress);
        Expect(Walk(packed, null, 0x1140, 0x100), 0x120);
        Put(0x100 + 0x10, CallerAddress);
        Expect(Walk(packed, null, 0x1108, 0x100), 0x110);
    }

    [Fact]
    public void A_packed_chained_function_restores_the_frame_pointer()
    {
        // CR = 3, frame 0x20: stp fp,lr,[sp,#-0x20]!; mov fp,sp.
        uint packed = 1u | (0x20 << 2) | (3u << 21) | (2u << 23);
        Put(0x208, CallerAddress);
        Expect(Walk(packed, null, 0x1140, 0x100, fp: 0x200), 0x208);
    }

    [Fact]
    public void Without_images_the_frame_pointers_are_followed()
    {
        Put(0x200, Stack + 0x300);
        Put(0x208, Base + 0x1204);
        Put(0x300, 0);
        Put(0x308, (Base + 0x1308) & 0x00FF_FFFF_FFFF_FFFF);
        IReadOnlyList<StackFrame> frames = Unwinder(ImageStore.Empty()).Walk(Registers(0x1100, 0x100, 0x200, 0));
        Assert.Equal([0x1100u, 0x1204u, 0x1308u], frames.Select(f => f.Offset!.Value));
        Assert.Equal([FrameTrust.Context, FrameTrust.FramePointer, FrameTrust.FramePointer], frames.Select(f => f.Trust));
    }

    [Fact]
    public void A_link_register_into_another_module_is_the_caller_of_a_leaf()
    {
        Put(0x200, 0);
        Put(0x208, Base + 0x1204);
        KernelModule other = new() { Name = "nt.exe", BaseAddress = new VirtualAddress(Base + 0x1000000), Size = 0x10000 };
        var unwinder = new StackUnwinder(Architecture.Arm64, [Module, other], new SparseMemory().Add(Stack, _stack), new VirtualAddress(Stack), 0x2000, ImageStore.Empty());
        var registers = new RegisterSet(Architecture.Arm64, [new("pc", Base + 0x1002000), new("sp", Stack + 0x100), new("fp", Stack + 0x200), new("lr", Base + 0x1700)]);
        IReadOnlyList<StackFrame> frames = unwinder.Walk(registers);
        Assert.Equal(["nt.exe+0x2000", "driver.sys+0x1700", "driver.sys+0x1204"], frames.Select(f => f.Symbol));
        Assert.Equal("link register", frames[1].Note);
        Assert.Null(frames[1].StackPointer);
    }

    [Fact]
    public void Damaged_codes_never_escape()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var codes = new byte[random.Next(1, 60)];
            random.NextBytes(codes);
            for (uint i = 0; i < _stack.Length; i += 8)
            {
                Put(i, random.Next(3) switch { 0 => Base + (ulong)random.Next(0x2000), 1 => Stack + (ulong)random.Next(0x2000), _ => (ulong)random.NextInt64() });
            }

            Assert.InRange(Unwind(codes, (uint)random.Next(0x2000)).Count, 1, 128);
            Assert.InRange(Walk((uint)random.NextInt64() | 1, null, 0x1140, 0x100, fp: (uint)random.Next(0x2000)).Count, 1, 128);
        }
    }

    private static KernelModule Module { get; } = new() { Name = "driver.sys", BaseAddress = new VirtualAddress(Base), Size = 0x10000, TimeDateStamp = 7 };

    private static RegisterSet Registers(uint rva, uint sp, uint fp, ulong lr) =>
        new(Architecture.Arm64, [new("pc", Base + rva), new("sp", Stack + sp), new("fp", Stack + fp), new("lr", lr)]);

    private static void Expect(IReadOnlyList<StackFrame> frames, uint slot)
    {
        Assert.True(frames.Count > 1, "no caller was found");
        Assert.Equal((Caller, (ulong?)(Stack + slot), FrameTrust.UnwindInfo), (frames[1].Offset!.Value, frames[1].StackPointer?.ToUInt64(), frames[1].Trust));
    }

    private IReadOnlyList<StackFrame> Unwind(byte[] codes, uint sp)
    {
        int words = (codes.Length + 3) / 4;
        var xdata = new byte[4 + (words * 4)];
        PeBuilder.U32(xdata, 0, 0x40u | ((uint)(words & 31) << 27) | (1u << 21) | (31u << 22));
        codes.CopyTo(xdata, 4);
        return Walk(0x3000, xdata, 0x1180, sp);
    }

    private IReadOnlyList<StackFrame> Walk(uint unwindData, byte[]? xdata, uint rva, uint sp, uint fp = 0x1F00)
    {
        var text = new byte[0x1000];
        PeBuilder.U32(text, (int)(Caller - 4 - 0x1000), 0x94000000);
        var pdata = new byte[8];
        PeBuilder.U32(pdata, 0, 0x1100);
        PeBuilder.U32(pdata, 4, unwindData);
        byte[] image = new PeBuilder { Machine = 0xAA64, TimeDateStamp = 7 }
            .Section(".text", 0x1000, text, PeBuilder.Code)
            .Section(".pdata", 0x2000, pdata, PeBuilder.Data)
            .Section(".xdata", 0x3000, xdata ?? new byte[4], PeBuilder.Data)
            .Directory(3, 0x2000, 8)
            .Build();
        _folder.Write("driver.sys", image);
        using var images = new ImageStore([_folder.Path], useLocalImages: false);
        return Unwinder(images).Walk(Registers(rva, sp, fp, 0));
    }

    private StackUnwinder Unwinder(ImageStore images) =>
        new(Architecture.Arm64, [Module], new SparseMemory().Add(Stack, _stack), new VirtualAddress(Stack), 0x2000, images);

    private void Put(uint offset, ulong value) => BitConverter.TryWriteBytes(_stack.AsSpan((int)offset), value);
}
