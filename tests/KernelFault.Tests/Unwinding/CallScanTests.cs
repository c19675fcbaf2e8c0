using System.Diagnostics;
using KernelFault.Dumps;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Memory;
using KernelFault.Tests.Formats.Pe;
using KernelFault.Unwinding;
using StackFrame = KernelFault.Unwinding.StackFrame;

namespace KernelFault.Tests.Unwinding;

public sealed class CallScanTests
{
    private const ulong Stack = 0xFFFFF880_00010000;
    private const ulong Driver = 0xFFFFF805_10000000;
    private const ulong Kernel = 0xFFFFF805_20000000;

    private static readonly KernelModule[] s_modules =
    [
        new() { Name = "ntoskrnl.exe", BaseAddress = new VirtualAddress(Kernel), Size = 0x100000 },
        new() { Name = "driver.sys", BaseAddress = new VirtualAddress(Driver), Size = 0x10000, TimeDateStamp = 7 },
    ];

    private readonly byte[] _stack = new byte[0x2000];

    [Fact]
    public void Without_code_words_into_modules_are_kept_and_marked()
    {
        Put(0x100, Driver + 0x1234);
        Put(0x118, Kernel + 0x5678 + 1);
        IReadOnlyList<StackFrame> frames = Walk();
        Assert.Equal(["ntoskrnl.exe+0x2008", "driver.sys+0x1234", "ntoskrnl.exe+0x5679"], frames.Select(f => f.Symbol));
        Assert.Equal([FrameTrust.Context, FrameTrust.CallScan, FrameTrust.CallScan], frames.Select(f => f.Trust));
        Assert.Equal([0, 1, 2], frames.Select(f => f.Index));
        Assert.Equal(new VirtualAddress(Stack + 0x100), frames[1].StackPointer);
        Assert.All(frames.Skip(1), frame => Assert.Equal("not verified by code", frame.Note));
    }

    [Theory]
    [InlineData(Driver)]
    [InlineData(Driver + 0x800)]
    [InlineData(Driver + 0x10000)]
    [InlineData(Driver + 0x1230)]
    [InlineData(0x00007FFE_12345678UL)]
    public void What_cannot_be_a_return_address_is_left_out(ulong word)
    {
        Put(0x100, word);
        Assert.Single(Walk());
    }

    [Fact]
    public void Words_below_the_stack_pointer_are_not_looked_at()
    {
        Put(0x38, Driver + 0x1234);
        Put(0x40, Driver + 0x4321);
        Assert.Equal("driver.sys+0x4321", Walk()[1].Symbol);
    }

    [Theory]
    [InlineData("E800000000", true)]
    [InlineData("FF1500000000", true)]
    [InlineData("FFD0", true)]
    [InlineData("41FFD3", true)]
    [InlineData("FF5008", true)]
    [InlineData("FF542408", true)]
    [InlineData("FF9000010000", true)]
    [InlineData("41FF942400010000", true)]
    [InlineData("FF14C500000000", true)]
    [InlineData("48FF15000000000F1F440000", true)]
    [InlineData("0F1F440000", false)]
    [InlineData("FF25AABBCCDD", false)]
    [InlineData("FFE0", false)]
    [InlineData("E9AABBCCDD", false)]
    [InlineData("9090", false)]
    public void Where_the_code_is_at_hand_only_what_stands_behind_a_call_is_kept(string before, bool kept)
    {
        const ulong Return = Driver + 0x1230;
        byte[] code = Convert.FromHexString(before);
        byte[] page = new byte[64];
        Array.Fill(page, (byte)0x90);
        code.CopyTo(page, 32 - code.Length);
        Put(0x100, Return);
        IReadOnlyList<StackFrame> frames = Walk(new SparseMemory().Add(Return - 32, page));
        Assert.Equal(kept ? 2 : 1, frames.Count);
        Assert.True(!kept || frames[1].Note is null);
    }

    [Fact]
    public void Words_into_data_sections_of_a_known_image_are_left_out()
    {
        using var folder = new TemporaryFolder();
        var text = new byte[0x1000];
        text[0x10] = 0xE8;
        folder.Write("driver.sys", new PeBuilder { TimeDateStamp = 7 }.Section(".text", 0x1000, text, PeBuilder.Code).Section(".data", 0x2000, text, PeBuilder.Data).Build());
        using var images = new ImageStore([folder.Path], useLocalImages: false);
        Put(0x100, Driver + 0x2015);
        Put(0x108, Driver + 0x1015);
        Assert.Equal(["ntoskrnl.exe+0x2008", "driver.sys+0x1015"], Walk(images: images).Select(f => f.Symbol));
    }

    [Fact]
    public void A_scan_gives_no_more_than_64_frames()
    {
        for (uint i = 0x100; i < 0x1F00; i += 8)
        {
            Put(i, Driver + 0x1000 + i + 1);
        }

        Assert.Equal(65, Walk().Count);
    }

    [Fact]
    public void A_walk_stops_when_it_is_cancelled()
    {
        Put(0x100, Driver + 0x1234);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => Unwinder(new SparseMemory()).Walk(Context(), cancellation: cancelled.Token));
    }

    [Fact]
    public void No_more_frames_are_given_than_asked_for()
    {
        Put(0x100, Driver + 0x1234);
        Put(0x108, Driver + 0x1244);
        Assert.Equal(2, Unwinder(new SparseMemory()).Walk(Context(), maxFrames: 2).Count);
        Assert.Empty(Unwinder(new SparseMemory()).Walk(Context(), maxFrames: 0));
    }

    [Fact]
    public void A_trap_frame_on_the_stack_leads_to_the_interrupted_code()
    {
        // KeBugCheckEx ← kernel ← [KTRAP_FRAME at 0x200] driver, interrupted ← kernel.
        const uint Trap = 0x200;
        Put(0x40, Kernel + 0x4567);
        Put(Trap - 8, Kernel + 0x5678 + 1);
        Put(Trap + 0x28, 1UL << 24 | 0x1F80UL << 32);
        Put(Trap + 0x38, 0xAAAA);
        Put(Trap + 0x60, Driver + 0x1111);
        Put(Trap + 0x168, Driver + 0x1ABC);
        Put(Trap + 0x170, 0x10);
        Put(Trap + 0x178, 0x10246);
        Put(Trap + 0x180, Stack + Trap + 0x198);
        Put(Trap + 0x188, 0x18);
        Put(Trap + 0x1A8, Kernel + 0x6789);
        IReadOnlyList<StackFrame> frames = Walk();
        Assert.Equal(["ntoskrnl.exe+0x2008", "ntoskrnl.exe+0x4567", "ntoskrnl.exe+0x5679", "driver.sys+0x1abc", "ntoskrnl.exe+0x6789"], frames.Select(f => f.Symbol));
        Assert.Equal("trap frame", frames[3].Note);
        Assert.Equal(3, StackUnwinder.InterruptedFrame(frames));
    }

    [Fact]
    public void Symbols_name_frames_and_rule_out_pointers_to_functions()
    {
        Put(0x100, Kernel + 0x3008);
        Put(0x108, Kernel + 0x3018);
        IReadOnlyList<StackFrame> frames = Walk(symbols: new OneSymbol(Kernel + 0x3008, "KeBugCheckEx"));
        Assert.Equal(["ntoskrnl.exe+0x2008", "ntoskrnl.exe!KeBugCheckEx+0x10"], frames.Select(f => f.Symbol));
        Assert.Contains("bug check", frames[1].Note, StringComparison.Ordinal);
    }

    [Fact]
    public void X86_frames_follow_ebp()
    {
        byte[] stack = new byte[0x400];
        const uint At = 0x8A001000;
        Put32(stack, 0x20, At + 0x40);
        Put32(stack, 0x24, 0x82001234);
        Put32(stack, 0x40, 0);
        Put32(stack, 0x44, 0x82005678);
        Put32(stack, 0x60, 0x82009ABC);
        KernelModule[] modules = [new() { Name = "nt.exe", BaseAddress = new VirtualAddress(0x82000000), Size = 0x100000 }];
        var registers = new RegisterSet(Architecture.X86, [new("eip", 0x82003000), new("esp", At + 0x10), new("ebp", At + 0x20)]);
        var unwinder = new StackUnwinder(Architecture.X86, modules, new SparseMemory().Add(At, stack), new VirtualAddress(At), 0x400, ImageStore.Empty());
        IReadOnlyList<StackFrame> frames = unwinder.Walk(registers);
        Assert.Equal([0x82003000u, 0x82001234u, 0x82005678u, 0x82009ABCu], frames.Select(f => (uint)f.InstructionPointer!.Value.ToUInt64()));
        Assert.Equal([FrameTrust.Context, FrameTrust.FramePointer, FrameTrust.FramePointer, FrameTrust.CallScan], frames.Select(f => f.Trust));
    }

    [Fact]
    public void Random_stacks_and_registers_never_escape()
    {
        string[] names = ["rax", "rbx", "rbp", "rsp", "rip", "eip", "esp", "ebp", "sp", "pc", "fp", "lr"];
        for (int seed = 0; seed < 1500; seed++)
        {
            var random = new Random(seed);
            for (uint i = 0; i < _stack.Length; i += 8)
            {
                Put(i, Word(random));
            }

            var architecture = (Architecture)random.Next(0, 5);
            var registers = new RegisterSet(architecture, names.Select(n => new RegisterValue(n, Word(random))).ToArray());
            var unwinder = new StackUnwinder(architecture, s_modules, new SparseMemory().Add(Stack, _stack), new VirtualAddress(Stack + (ulong)random.Next(16)), (uint)random.NextInt64(), ImageStore.Empty());
            Assert.InRange(unwinder.Walk(registers).Count, 1, 128);
        }
    }

    [Fact]
    public void A_stack_of_24_kib_among_200_modules_is_scanned_in_an_instant()
    {
        KernelModule[] modules = Enumerable.Range(0, 200).Select(i => new KernelModule { Name = $"m{i}.sys", BaseAddress = new VirtualAddress(Driver + ((ulong)i << 24)), Size = 0x200000 }).ToArray();
        var stack = new byte[24 * 1024];
        var random = new Random(1);
        for (int i = 0; i < stack.Length; i += 8)
        {
            ulong word = random.Next(60) == 0 ? Driver + ((ulong)random.Next(200) << 24) + (ulong)random.Next(0x200000) : (ulong)random.NextInt64();
            BitConverter.TryWriteBytes(stack.AsSpan(i), word);
        }

        var unwinder = new StackUnwinder(Architecture.X64, modules, new SparseMemory().Add(Stack, stack), new VirtualAddress(Stack), (uint)stack.Length, ImageStore.Empty());
        var registers = new RegisterSet(Architecture.X64, [new("rip", Driver + 0x1001), new("rsp", Stack)]);
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < 200; i++)
        {
            long start = Stopwatch.GetTimestamp();
            unwinder.Walk(registers);
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            best = took < best ? took : best;
        }

        // 100 µs is the aim of an optimised build; this machine may be busy and this build is not optimised.
        Assert.True(best < TimeSpan.FromMilliseconds(2), $"{best.TotalMicroseconds} µs");
    }

    private static ulong Word(Random random) => random.Next(5) switch
    {
        0 => Driver + (ulong)random.Next(0x11000),
        1 => Stack + (ulong)random.Next(0x2100),
        2 => 0,
        3 => ulong.MaxValue - (ulong)random.Next(16),
        _ => (ulong)random.NextInt64(),
    };

    private static RegisterSet Context() => new(Architecture.X64, [new("rip", Kernel + 0x2008), new("rsp", Stack + 0x40)]);

    private static void Put32(byte[] stack, int offset, uint value) => BitConverter.TryWriteBytes(stack.AsSpan(offset), value);

    private void Put(uint offset, ulong value) => BitConverter.TryWriteBytes(_stack.AsSpan((int)offset), value);

    private StackUnwinder Unwinder(SparseMemory memory, ImageStore? images = null, ISymbolSource? symbols = null) =>
        new(Architecture.X64, s_modules, memory.Add(Stack, _stack), new VirtualAddress(Stack), (uint)_stack.Length, images ?? ImageStore.Empty(), symbols);

    private IReadOnlyList<StackFrame> Walk(SparseMemory? memory = null, ImageStore? images = null, ISymbolSource? symbols = null) =>
        Unwinder(memory ?? new SparseMemory(), images, symbols).Walk(Context());

    private sealed class OneSymbol(ulong address, string name) : ISymbolSource
    {
        public string Origin => "one";

        public KernelSymbol? Find(VirtualAddress place) => place.ToUInt64() >= address ? new KernelSymbol(name, (uint)(place.ToUInt64() - address)) : null;

        public VirtualAddress? AddressOf(string symbol) => null;

        public uint? FieldOffset(string type, string field) => null;

        public uint? SizeOf(string type) => null;
    }
}
