using KernelFault.Dumps;
using KernelFault.Formats.Orc;
using KernelFault.Tests.Formats.Orc;
using KernelFault.Unwinding;
using KernelFault.Unwinding.Linux;

namespace KernelFault.Tests.Unwinding.Linux;

public class X64OrcWalkTests
{
    private const int Undefined = 0;
    private const int End = 1;
    private const int Call = 2;
    private const int Registers = 3;
    private const int Partial = 4;
    private readonly SimulatedKernel _kernel = new();

    [Fact]
    public void Callers_follow_from_the_offsets_of_each_function_to_the_entry_from_a_program()
    {
        ulong leaf = _kernel.Function("leaf");
        ulong middle = _kernel.Function("middle", OrcBytes.Entry(OrcRegister.Rsp, 40, OrcRegister.PreviousSp, -16, Call));
        ulong framed = _kernel.Function("framed", OrcBytes.Entry(OrcRegister.Rbp, 16, OrcRegister.PreviousSp, -16, Call));
        ulong entry = _kernel.Function("entry_SYSCALL_64", OrcBytes.Entry(OrcRegister.Rsp, 0, OrcRegister.Undefined, 0, Registers, signal: true));
        ulong sp = _kernel.Push(0, 0x1000, _kernel.Call(middle, 0x20));
        ulong frame = SimulatedKernel.Stack(0) + 0x1100;
        _kernel.Push(0, 0x1008 + 24, frame);
        _kernel.Push(0, 0x1008 + 32, _kernel.Call(framed, 0x30));
        _kernel.Push(0, 0x1100, 0x1234);
        _kernel.Push(0, 0x1108, _kernel.Call(entry, 0x76));
        _kernel.PushRegisters(0, 0x1110, 0x40_1000, 0x7FFF_0000_0000, 0, cs: 0x33);

        LinuxStackTrace trace = _kernel.Walk(SimulatedKernel.Registers(leaf + 5, sp));

        Assert.Equal(["leaf+0x5", "middle+0x20", "framed+0x30", "entry_SYSCALL_64+0x76"], Text(trace));
        Assert.Equal([FrameTrust.Context, FrameTrust.Orc, FrameTrust.Orc, FrameTrust.Orc], trace.Frames.Select(f => f.Trust));
        Assert.Equal(0x40_1000UL, trace.UserRegisters!["rip"]);
        Assert.True(trace.IsComplete);
        Assert.Equal(SimulatedKernel.Stack(0) + 0x1000, trace.Frames[1].StackPointer!.Value.ToUInt64());
        Assert.All(trace.Frames, f => Assert.Equal("vmlinux", f.Module));
    }

    [Fact]
    public void An_exception_on_another_stack_leads_back_to_the_interrupted_code()
    {
        ulong handler = _kernel.Function("exc_double_fault");
        ulong entry = _kernel.Function("asm_exc_double_fault", OrcBytes.Entry(OrcRegister.Rsp, 0, OrcRegister.Undefined, 0, Registers, signal: true));
        ulong faulting = _kernel.Function("recurse", OrcBytes.Entry(OrcRegister.Rsp, 24, OrcRegister.Undefined, 0, Call));
        ulong last = _kernel.Function("kthread", OrcBytes.Entry(OrcRegister.Undefined, 0, OrcRegister.Undefined, 0, End));
        ulong sp = _kernel.Push(1, 0x3E00, _kernel.Call(entry, 0x1E));
        ulong interrupted = SimulatedKernel.Stack(0) + 0x100;
        _kernel.PushRegisters(1, 0x3E08, faulting, interrupted, 0x77);
        _kernel.Push(0, 0x110, _kernel.Call(last, 0x40));

        LinuxStackTrace trace = _kernel.Walk(SimulatedKernel.Registers(handler + 9, sp));

        Assert.Equal(["exc_double_fault+0x9", "asm_exc_double_fault+0x1e", "recurse+0x0", "kthread+0x40"], Text(trace));
        Assert.Equal("exception", trace.Frames[2].Note);
        Assert.Equal(FrameTrust.Context, trace.Frames[2].Trust);
        Assert.Equal(interrupted, trace.Frames[2].StackPointer!.Value.ToUInt64());
        Assert.Equal(0x77UL, trace.Interrupted[2]!.Registers["rbp"]);
        Assert.True(trace.Interrupted[2]!.IsComplete);
        Assert.Null(trace.Interrupted[1]);
    }

    [Fact]
    public void An_interrupt_frame_alone_gives_where_the_kernel_was_and_keeps_its_frame_pointer()
    {
        ulong entry = _kernel.Function("asm_exc_nmi", OrcBytes.Entry(OrcRegister.Rsp, 8, OrcRegister.Undefined, 0, Partial, signal: true));
        ulong framed = _kernel.Function("framed", OrcBytes.Entry(OrcRegister.Rbp, 16, OrcRegister.PreviousSp, -16, Call));
        ulong last = _kernel.Function("start_kernel", OrcBytes.Entry(OrcRegister.Undefined, 0, OrcRegister.Undefined, 0, End));
        ulong sp = _kernel.Push(2, 0x100, 0);
        _kernel.Push(2, 0x108, framed + 0x44);
        _kernel.Push(2, 0x110, 0x10);
        _kernel.Push(2, 0x120, SimulatedKernel.Stack(0) + 0x800);
        _kernel.Push(0, 0x908, _kernel.Call(last, 0x50));

        LinuxStackTrace trace = _kernel.Walk(SimulatedKernel.Registers(entry + 3, sp, bp: SimulatedKernel.Stack(0) + 0x900));

        Assert.Equal(["asm_exc_nmi+0x3", "framed+0x44", "start_kernel+0x50"], Text(trace));
        Assert.False(trace.Interrupted[1]!.IsComplete);
    }

    [Fact]
    public void An_aligned_stack_is_left_by_the_register_that_kept_the_old_one()
    {
        ulong aligned = _kernel.Function("aligned", OrcBytes.Entry(OrcRegister.R10, 0, OrcRegister.Undefined, 0, Call));
        ulong last = _kernel.Function("caller", OrcBytes.Entry(OrcRegister.Undefined, 0, OrcRegister.Undefined, 0, End));
        _kernel.Push(0, 0x4F8, _kernel.Call(last, 0x22));
        var registers = new RegisterSet(Architecture.X64,
        [
            new RegisterValue("rip", aligned + 1),
            new RegisterValue("rsp", SimulatedKernel.Stack(0) + 0x400),
            new RegisterValue("r10", SimulatedKernel.Stack(0) + 0x500),
        ]);

        Assert.Equal(["aligned+0x1", "caller+0x22"], Text(_kernel.Walk(registers)));
    }

    [Theory]
    [InlineData(0UL, FrameTrust.Orc)]
    [InlineData(0xFFFF_FFFF_C012_3456UL, FrameTrust.CallScan)]
    [InlineData(0x6B6B_6B6B_6B6B_6B6BUL, FrameTrust.CallScan)]
    public void After_a_jump_to_nowhere_the_caller_is_on_top_of_the_stack(ulong target, object trust)
    {
        ulong caller = _kernel.Function("caller", OrcBytes.Entry(OrcRegister.Rsp, 16, OrcRegister.Undefined, 0, Call));
        ulong last = _kernel.Function("kthread", OrcBytes.Entry(OrcRegister.Undefined, 0, OrcRegister.Undefined, 0, End));
        ulong sp = _kernel.Push(0, 0x200, _kernel.Call(caller, 0x10));
        _kernel.Push(0, 0x210, _kernel.Call(last, 0x11));

        LinuxStackTrace trace = _kernel.Walk(SimulatedKernel.Registers(target, sp));

        Assert.Equal(["caller+0x10", "kthread+0x11"], Text(trace).Skip(1));
        Assert.Null(trace.Frames[0].Function);
        Assert.Equal((FrameTrust)trust, trace.Frames[1].Trust);
        Assert.Equal(FrameTrust.Orc, trace.Frames[2].Trust);
        Assert.True(trace.IsComplete);
    }

    [Fact]
    public void A_retpoline_is_no_end_of_the_stack()
    {
        ulong thunk = _kernel.Function("__x86_indirect_thunk_array", OrcBytes.Entry(OrcRegister.Undefined, 0, OrcRegister.Undefined, 0, End));
        ulong caller = _kernel.Function("panic", OrcBytes.Entry(OrcRegister.Rsp, 16, OrcRegister.Undefined, 0, Call));
        ulong last = _kernel.Function("kthread", OrcBytes.Entry(OrcRegister.Undefined, 0, OrcRegister.Undefined, 0, End));
        ulong sp = _kernel.Push(0, 0x200, _kernel.Call(caller, 0x10));
        _kernel.Push(0, 0x210, _kernel.Call(last, 0x11));

        LinuxStackTrace trace = _kernel.Walk(SimulatedKernel.Registers(thunk, sp));

        Assert.Equal(["__x86_indirect_thunk_array+0x0", "panic+0x10", "kthread+0x11"], Text(trace));
        Assert.Equal("top of the stack", trace.Frames[1].Note);
    }

    [Fact]
    public void Without_registers_the_walk_starts_where_panic_made_its_last_call()
    {
        ulong other = _kernel.Function("printk");
        ulong panic = _kernel.Function("panic.cold", OrcBytes.Entry(OrcRegister.Rsp, 16, OrcRegister.Undefined, 0, Call));
        ulong last = _kernel.Function("do_exit", OrcBytes.Entry(OrcRegister.Undefined, 0, OrcRegister.Undefined, 0, End));
        _kernel.Push(0, 0x80, _kernel.Call(other, 0x20));
        _kernel.Push(0, 0x100, panic + 0x90);
        _kernel.Push(0, 0x200, _kernel.Call(panic, 0x30));
        _kernel.Push(0, 0x210, _kernel.Call(last, 0x11));
        var walker = new LinuxStackWalker(_kernel.Memory, _kernel, Architecture.X64);

        LinuxStackTrace trace = walker.WalkFromPanic(SimulatedKernel.Stack(0), SimulatedKernel.Stack(0) + SimulatedKernel.StackSize)!;

        Assert.Equal(["panic.cold+0x30", "do_exit+0x11"], Text(trace));
        Assert.Null(walker.WalkFromPanic(SimulatedKernel.Stack(0) + 0x300, SimulatedKernel.Stack(0) + SimulatedKernel.StackSize));
    }

    [Fact]
    public void Where_no_table_leads_on_only_words_behind_a_call_are_taken_and_marked()
    {
        ulong strange = _kernel.Function("strange", OrcBytes.Entry(OrcRegister.Undefined, 0, OrcRegister.Undefined, 0, Undefined));
        ulong caller = _kernel.Function("caller");
        ulong last = _kernel.Function("kthread", OrcBytes.Entry(OrcRegister.Undefined, 0, OrcRegister.Undefined, 0, End));
        ulong sp = _kernel.Push(0, 0x200, 5);
        _kernel.Push(0, 0x208, caller + 0x80);
        _kernel.Push(0, 0x220, _kernel.Call(caller, 0x40));
        _kernel.Push(0, 0x228, _kernel.Call(last, 0x11));

        LinuxStackTrace trace = _kernel.Walk(SimulatedKernel.Registers(strange, sp));

        Assert.Equal(["strange+0x0", "caller+0x40", "kthread+0x11"], Text(trace));
        Assert.Equal([FrameTrust.Context, FrameTrust.CallScan, FrameTrust.Orc], trace.Frames.Select(f => f.Trust));
    }

    [Fact]
    public void A_return_address_at_the_end_of_a_function_is_named_by_the_function_that_called()
    {
        ulong leaf = _kernel.Function("leaf");
        ulong caller = _kernel.Function("caller", OrcBytes.Entry(OrcRegister.Undefined, 0, OrcRegister.Undefined, 0, End));
        _kernel.Function("next", OrcBytes.Entry(OrcRegister.Rsp, 8, OrcRegister.Undefined, 0, Call));
        ulong sp = _kernel.Push(0, 0x200, _kernel.Call(caller, SimulatedKernel.FunctionSize));

        Assert.Equal(["leaf+0x0", "caller+0x100"], Text(_kernel.Walk(SimulatedKernel.Registers(leaf, sp))));
    }

    [Fact]
    public void A_task_that_waits_is_walked_from_its_switch_and_one_that_never_ran_from_its_first_instruction()
    {
        ulong schedule = _kernel.Function("__schedule", OrcBytes.Entry(OrcRegister.Rsp, 8, OrcRegister.Undefined, 0, Call));
        ulong start = _kernel.Function("ret_from_fork", OrcBytes.Entry(OrcRegister.Undefined, 0, OrcRegister.Undefined, 0, End));
        ulong sp = _kernel.Push(0, 0x200, _kernel.Call(start, 0x22));
        var walker = new LinuxStackWalker(_kernel.Memory, _kernel, Architecture.X64);

        LinuxStackTrace waiting = walker.WalkWaiting(SimulatedKernel.Registers(_kernel.Call(schedule, SimulatedKernel.FunctionSize - 1), sp));
        LinuxStackTrace fresh = walker.WalkWaiting(SimulatedKernel.Registers(start, SimulatedKernel.Stack(0) + 0x300));

        Assert.Equal(["__schedule+0xff", "ret_from_fork+0x22"], Text(waiting));
        Assert.Equal(["ret_from_fork+0x0"], Text(fresh));
        Assert.True(fresh.IsComplete);
    }

    [Fact]
    public void Stacks_that_lead_in_circles_and_tables_that_lie_end()
    {
        ulong looping = _kernel.Function("looping", OrcBytes.Entry(OrcRegister.Rsp, 0, OrcRegister.Undefined, 0, Registers, signal: true));
        ulong stuck = _kernel.Function("stuck", OrcBytes.Entry(OrcRegister.Rsp, 0, OrcRegister.Undefined, 0, Call));
        ulong first = _kernel.PushRegisters(0, 0x100, looping, SimulatedKernel.Stack(1) + 0x100, 0);
        _kernel.PushRegisters(1, 0x100, looping, SimulatedKernel.Stack(0) + 0x100, 0);
        ulong sp = _kernel.Push(2, 0x1000, 0);
        _kernel.Push(2, 0xFF8, stuck + 1);

        LinuxStackTrace circle = _kernel.Walk(SimulatedKernel.Registers(looping, first));
        LinuxStackTrace stopped = _kernel.Walk(SimulatedKernel.Registers(stuck + 1, sp));

        Assert.InRange(circle.Frames.Count, 1, 4);
        Assert.False(circle.IsComplete);
        Assert.InRange(stopped.Frames.Count, 1, 2);
    }

    [Fact]
    public void Random_stacks_registers_and_tables_end_within_the_limit()
    {
        var random = new Random(20261121);
        for (int round = 0; round < 300; round++)
        {
            SimulatedKernel kernel = new();
            for (int i = 0; i < 16; i++)
            {
                kernel.Function("f", OrcBytes.Raw(random.Next(-64, 256), random.Next(-64, 64), random.Next(0x10000)));
            }

            for (int at = 0; at < SimulatedKernel.StackSize; at += 8)
            {
                kernel.Push(0, at, Word(random));
                kernel.Push(1, at, Word(random));
            }

            LinuxStackTrace trace = kernel.Walk(SimulatedKernel.Registers(Word(random), SimulatedKernel.Stack(0) + 0x1000, Word(random)));

            Assert.InRange(trace.Frames.Count, 1, 512);
            Assert.Equal(trace.Frames.Count, trace.Interrupted.Count);
        }
    }

    private static ulong Word(Random random) => random.Next(4) switch
    {
        0 => SimulatedKernel.Text + (ulong)random.Next(16 * SimulatedKernel.FunctionSize),
        1 => SimulatedKernel.Stack(random.Next(2)) + (ulong)(random.Next(SimulatedKernel.StackSize) & ~7),
        2 => (ulong)random.Next(64),
        _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
    };

    private static IEnumerable<string> Text(LinuxStackTrace trace) =>
        trace.Frames.Select(f => FormattableString.Invariant($"{f.Function}+0x{f.FunctionOffset:x}"));
}
