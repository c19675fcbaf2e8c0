using KernelFault.Dumps;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Memory;
using KernelFault.Tests.Formats.Pe;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Unwinding;

/// <summary>Every x64 unwind operation, one by one, over a hand-built image: two functions, the first of which is unwound.</summary>
public sealed class X64UnwindCodeTests : IDisposable
{
    private const ulong Base = 0xFFFFF805_00000000;
    private const ulong Stack = 0xFFFFF880_00010000;
    private const uint Function = 0x1100;
    private const uint Caller = 0x1208;
    private const ulong CallerAddress = Base + Caller;

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _stack = new byte[0x4000];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_leaf_function_returns_to_the_top_of_its_stack()
    {
        Put(0x100, CallerAddress);
        Expect(Walk(null, 0x1080, Rsp(0x100)), 0x100);
    }

    [Fact]
    public void Push_nonvolatile_gives_the_register_back()
    {
        // push rbx; push rsi. The caller's frame is counted from rbx.
        Put(0x100, 0x1111);
        Put(0x108, Stack + 0x300);
        Put(0x110, CallerAddress);
        Expect(Walk([1, 2, 2, 0, 2, 0x60, 1, 0x30], Function + 0x20, Rsp(0x100)), 0x110);
        ExpectCallerFrameFrom(0x300);
    }

    [Theory]
    [InlineData(new byte[] { 1, 4, 1, 0, 4, 0x72 }, 0x40u)]
    [InlineData(new byte[] { 1, 4, 2, 0, 4, 0x01, 0x20, 0x00 }, 0x100u)]
    [InlineData(new byte[] { 1, 7, 3, 0, 7, 0x11, 0x08, 0x20, 0x00, 0x00 }, 0x2008u)]
    public void Allocations_of_all_three_sizes_are_undone(byte[] info, uint size)
    {
        Put(0x100 + size, CallerAddress);
        Expect(Walk(info, Function + 0x20, Rsp(0x100)), 0x100 + size);
    }

    [Fact]
    public void A_frame_register_recovers_the_stack_after_dynamic_allocation()
    {
        // push rbp; sub rsp,40h; lea rbp,[rsp+20h]; later alloca. rbp = frame + 20h.
        Put(0x340, 0x77);
        Put(0x348, CallerAddress);
        RegisterSet registers = Registers((nameof(Stack), 0x120), ("rbp", Stack + 0x300 + 0x20));
        Expect(Walk([1, 0xA, 3, 0x25, 0xA, 0x03, 5, 0x72, 1, 0x50], Function + 0x20, registers), 0x348);
    }

    [Fact]
    public void A_function_whose_frame_register_is_not_known_is_scanned()
    {
        Put(0x348, CallerAddress);
        IReadOnlyList<StackFrame> frames = Walk([1, 0xA, 3, 0x25, 0xA, 0x03, 5, 0x72, 1, 0x50], Function + 0x20, Rsp(0x120));
        Assert.Equal(FrameTrust.CallScan, frames[1].Trust);
        Assert.Equal(CallerAddress, frames[1].InstructionPointer!.Value.ToUInt64());
    }

    [Theory]
    [InlineData(new byte[] { 1, 9, 3, 0, 9, 0x34, 0x0A, 0x00, 4, 0x42 }, 0x50u)]
    [InlineData(new byte[] { 1, 9, 4, 0, 9, 0x35, 0x50, 0x00, 0x00, 0x00, 4, 0x42 }, 0x50u)]
    public void A_register_saved_by_move_is_read_from_its_slot(byte[] info, uint slot)
    {
        // sub rsp,28h; mov [rsp+50h],rbx: home space of the caller.
        Put(0x128, CallerAddress);
        Put(0x100 + slot, Stack + 0x300);
        Expect(Walk(info, Function + 0x20, Rsp(0x100)), 0x128);
        ExpectCallerFrameFrom(0x300);
    }

    [Theory]
    [InlineData(new byte[] { 1, 9, 3, 0, 9, 0x68, 0x02, 0x00, 4, 0x72 })]
    [InlineData(new byte[] { 1, 9, 4, 0, 9, 0x69, 0x20, 0x00, 0x00, 0x00, 4, 0x72 })]
    public void Saved_vector_registers_do_not_disturb(byte[] info)
    {
        Put(0x140, CallerAddress);
        Expect(Walk(info, Function + 0x20, Rsp(0x100)), 0x140);
    }

    [Theory]
    [InlineData(new byte[] { 1, 4, 2, 0, 4, 0x42, 0, 0x0A }, 0x128u)]
    [InlineData(new byte[] { 1, 4, 2, 0, 4, 0x42, 0, 0x1A }, 0x130u)]
    public void A_machine_frame_continues_in_the_interrupted_code(byte[] info, uint frame)
    {
        Put(frame, CallerAddress);
        Put(frame + 8, 0x10);
        Put(frame + 16, 0x10246);
        Put(frame + 24, Stack + 0x800);
        Put(frame + 32, 0x18);
        IReadOnlyList<StackFrame> frames = Walk(info, Function + 0x20, Rsp(0x100));
        Expect(frames, frame);
        Assert.Equal("trap frame", frames[1].Note);
        Assert.Equal(1, StackUnwinder.InterruptedFrame(frames));
    }

    [Fact]
    public void A_machine_frame_from_user_mode_ends_the_stack()
    {
        Put(0x128, 0x7FF6_12345678);
        Put(0x140, 0x9FF000);
        IReadOnlyList<StackFrame> frames = Walk([1, 4, 2, 0, 4, 0x42, 0, 0x0A], Function + 0x20, Rsp(0x100));
        Assert.Equal(2, frames.Count);
        Assert.Equal("user mode", frames[1].Note);
        Assert.Null(frames[1].Module);
    }

    [Fact]
    public void A_chained_entry_undoes_its_parent_after_itself()
    {
        // Child: mov [rsp+40h],rbx. Parent: push rdi; sub rsp,20h.
        Put(0x140, Stack + 0x300);
        Put(0x120, 0x99);
        Put(0x128, CallerAddress);
        byte[] child = [0x21, 5, 2, 0, 5, 0x34, 0x08, 0x00, .. Entry(0x1000, 0x1040, 0x3100)];
        byte[] parent = [1, 6, 2, 0, 6, 0x32, 2, 0x70];
        Expect(Walk(child, Function + 0x20, Rsp(0x100), (0x3100, parent)), 0x128);
        ExpectCallerFrameFrom(0x300);
    }

    [Fact]
    public void An_endless_chain_ends_and_the_stack_is_scanned()
    {
        Put(0x100, CallerAddress);
        byte[] circle = [0x21, 0, 0, 0, .. Entry(Function, Function + 0x80, 0x3000)];
        Assert.Equal(FrameTrust.CallScan, Walk(circle, Function + 0x20, Rsp(0x100))[1].Trust);
    }

    [Theory]
    [InlineData(0u, 0x100u)]
    [InlineData(2u, 0x108u)]
    [InlineData(6u, 0x128u)]
    public void In_a_prologue_only_what_has_run_is_undone(uint offset, uint slot)
    {
        // push rbx ends at 2, sub rsp,20h at 6.
        Put(slot, CallerAddress);
        Expect(Walk([1, 6, 2, 0, 6, 0x32, 2, 0x30], Function + offset, Rsp(0x100)), slot);
    }

    [Theory]
    [InlineData("4883C4205B5FC3", 0, 0x130u)]
    [InlineData("4883C4205B5FC3", 4, 0x110u)]
    [InlineData("4883C4205B5FC3", 5, 0x108u)]
    [InlineData("4883C4205B5FC3", 6, 0x100u)]
    [InlineData("4881C480000000415CC3", 0, 0x188u)]
    [InlineData("488D65105DC3", 0, 0x338u)]
    [InlineData("5BF3C3", 0, 0x108u)]
    [InlineData("48FF2500000000", 0, 0x100u)]
    [InlineData("5F48FFE0", 0, 0x108u)]
    [InlineData("E9FB0F0000", 0, 0x100u)]
    public void In_an_epilogue_the_rest_of_it_is_run(string code, int at, uint slot)
    {
        // What the prologue did would lead elsewhere: only the code tells.
        Put(slot, CallerAddress);
        RegisterSet registers = Registers((nameof(Stack), 0x100), ("rbp", Stack + 0x320));
        Expect(Walk([1, 4, 1, 0x05, 4, 0xF2], (uint)(Function + 0x40 + at), registers, code: (Function + 0x40, Convert.FromHexString(code))), slot);
    }

    [Fact]
    public void A_jump_inside_the_function_is_no_epilogue()
    {
        Put(0x180, CallerAddress);
        Expect(Walk([1, 4, 1, 0, 4, 0xF2], Function + 0x40, Rsp(0x100), code: (Function + 0x40, [0xEB, 0xD0])), 0x180);
    }

    [Theory]
    [InlineData(0x7Du, 0x110u)]
    [InlineData(0x7Eu, 0x108u)]
    [InlineData(0x7Fu, 0x100u)]
    [InlineData(0x4Du, 0x110u)]
    [InlineData(0x4Fu, 0x100u)]
    [InlineData(0x60u, 0x130u)]
    public void Version_2_says_where_epilogues_are(uint offset, uint slot)
    {
        // pop rbx; pop rdi; ret = 3 bytes at the end, and another 0x33 bytes before the end. Codes: epilogues, then sub rsp,20h; push rbx; push rdi.
        Put(slot, CallerAddress);
        byte[] info = [2, 6, 5, 0, 3, 0x16, 0x33, 0x06, 6, 0x32, 2, 0x30, 1, 0x70];
        Expect(Walk(info, Function + offset, Rsp(0x100)), slot);
    }

    [Fact]
    public void An_unknown_version_is_not_trusted()
    {
        Put(0x100, CallerAddress);
        Assert.Equal(FrameTrust.CallScan, Walk([3, 0, 0, 0], Function + 0x20, Rsp(0x100))[1].Trust);
    }

    [Fact]
    public void A_return_to_what_no_call_precedes_is_not_believed()
    {
        // The slot holds an address in the middle of nowhere; the real caller lies further up.
        Put(0x120, Base + 0x1250);
        Put(0x160, CallerAddress);
        IReadOnlyList<StackFrame> frames = Walk([1, 4, 1, 0, 4, 0x32], Function + 0x20, Rsp(0x100));
        Assert.Equal((CallerAddress, FrameTrust.CallScan), (frames[1].InstructionPointer!.Value.ToUInt64(), frames[1].Trust));
        Assert.Null(frames[1].Note);
    }

    [Fact]
    public void After_a_scanned_frame_unwind_codes_are_used_again()
    {
        Put(0x160, CallerAddress);
        Put(0x160 + 8 + 0x28, CallerAddress);
        IReadOnlyList<StackFrame> frames = Walk([3, 0, 0, 0], Function + 0x20, Rsp(0x100));
        Assert.Equal([FrameTrust.Context, FrameTrust.CallScan, FrameTrust.UnwindInfo], frames.Take(3).Select(f => f.Trust));
        Assert.Equal("follows a scanned frame", frames[2].Note);
    }

    [Fact]
    public void A_zero_return_address_ends_the_stack()
    {
        Assert.Single(Walk([1, 4, 1, 0, 4, 0x32], Function + 0x20, Rsp(0x100)));
    }

    [Fact]
    public void A_stack_that_the_dump_cuts_ends_there()
    {
        Assert.Single(Walk([1, 7, 3, 0, 7, 0x11, 0, 0, 0, 0x70], Function + 0x20, Rsp(0x100)));
    }

    [Fact]
    public void Damaged_unwind_information_never_escapes()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            byte[] info = new byte[random.Next(4, 64)];
            random.NextBytes(info);
            info[0] = (byte)((random.Next(32) << 3) | random.Next(1, 3));
            for (int i = 0; i < _stack.Length; i += 8)
            {
                Put((uint)i, random.Next(4) switch { 0 => Base + (ulong)random.Next(0x10000), 1 => Stack + (ulong)random.Next(0x4000), 2 => (ulong)random.NextInt64(), _ => 0 });
            }

            IReadOnlyList<StackFrame> frames = Walk(info, Function + (uint)random.Next(0x80), Rsp((uint)random.Next(0x4000)));
            Assert.InRange(frames.Count, 1, 128);
        }
    }

    private static RegisterSet Rsp(uint offset) => Registers((nameof(Stack), offset));

    private static RegisterSet Registers((string, uint Offset) stack, params (string Name, ulong Value)[] others) =>
        new(Architecture.X64, others.Select(o => new RegisterValue(o.Name, o.Value)).Append(new("rsp", Stack + stack.Offset)).ToArray());

    private static byte[] Entry(uint begin, uint end, uint data)
    {
        var bytes = new byte[12];
        PeBuilder.U32(bytes, 0, begin);
        PeBuilder.U32(bytes, 4, end);
        PeBuilder.U32(bytes, 8, data);
        return bytes;
    }

    private static void Expect(IReadOnlyList<StackFrame> frames, uint slot)
    {
        Assert.True(frames.Count > 1, "no caller was found");
        Assert.Equal(
            (Caller, Stack + slot, FrameTrust.UnwindInfo),
            (frames[1].Offset!.Value, frames[1].StackPointer!.Value.ToUInt64(), frames[1].Trust));
    }

    private void Put(uint offset, ulong value) => BitConverter.TryWriteBytes(_stack.AsSpan((int)offset), value);

    // The caller at 0x1200 has rbx as its frame register (lea rbx,[rsp]; sub rsp,28h before): proves that rbx came back.
    private void ExpectCallerFrameFrom(uint frame)
    {
        Put(frame + 0x28, CallerAddress);
        IReadOnlyList<StackFrame> frames = _again!();
        Assert.True(frames.Count > 2, "the caller's own caller was not found");
        Assert.Equal((Stack + frame + 0x28, FrameTrust.UnwindInfo), (frames[2].StackPointer!.Value.ToUInt64(), frames[2].Trust));
    }

    private Func<IReadOnlyList<StackFrame>>? _again;

    private IReadOnlyList<StackFrame> Walk(byte[]? info, uint rva, RegisterSet registers, (uint Rva, byte[] Bytes)? more = null, (uint Rva, byte[] Bytes)? code = null)
    {
        bool callerFromRbx = info is not null && (info.Contains((byte)0x30) || info.Contains((byte)0x34) || info.Contains((byte)0x35));
        var text = new byte[0x1000];
        Array.Fill(text, (byte)0x90);
        text[Caller - 5 - 0x1000] = 0xE8;
        if (code is { } bytes)
        {
            bytes.Bytes.CopyTo(text, bytes.Rva - 0x1000);
        }

        var xdata = new byte[0x400];
        info?.CopyTo(xdata, 0);
        more?.Bytes.CopyTo(xdata, more.Value.Rva - 0x3000);

        // The caller: with or without rbx as its frame register.
        byte[] callerInfo = callerFromRbx ? [1, 8, 2, 0x03, 8, 0x03, 4, 0x42] : [1, 4, 1, 0, 4, 0x42];
        callerInfo.CopyTo(xdata, 0x200);
        byte[] pdata = [.. Entry(Function, Function + 0x80, 0x3000), .. Entry(0x1200, 0x1280, 0x3200)];
        byte[] image = new PeBuilder { ImageBase = 0x140000000, TimeDateStamp = 7 }
            .Section(".text", 0x1000, text, PeBuilder.Code)
            .Section(".pdata", 0x2000, info is null ? Entry(0x1200, 0x1280, 0x3200) : pdata, PeBuilder.Data)
            .Section(".xdata", 0x3000, xdata, PeBuilder.Data)
            .Directory(3, 0x2000, (uint)(info is null ? 12 : 24))
            .Build();
        _folder.Write("driver.sys", image);
        using var images = new ImageStore([_folder.Path], useLocalImages: false);
        var module = new KernelModule { Name = "driver.sys", BaseAddress = new VirtualAddress(Base), Size = 0x10000, TimeDateStamp = 7 };
        var all = new RegisterSet(Architecture.X64, [.. registers.Values, new("rip", Base + rva)]);
        _again = () => Walk(info, rva, registers, more, code);
        var unwinder = new StackUnwinder(Architecture.X64, [module], new SparseMemory().Add(Stack, _stack), new VirtualAddress(Stack), (uint)_stack.Length, images);
        return unwinder.Walk(all);
    }
}
