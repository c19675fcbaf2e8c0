using KernelFault.Dumps;
using KernelFault.Unwinding;
using KernelFault.Unwinding.Linux;

namespace KernelFault.Tests.Unwinding.Linux;

public class FrameChainTests
{
    private readonly SimulatedKernel _kernel = new() { HasOrc = false };

    [Fact]
    public void An_x64_kernel_without_ORC_is_walked_by_frame_pointers_across_an_exception()
    {
        ulong handler = _kernel.Function("exc_page_fault");
        ulong entry = _kernel.Function("asm_exc_page_fault");
        ulong faulting = _kernel.Function("update_counter");
        ulong caller = _kernel.Function("handle_ioctl");
        ulong outer = _kernel.Function("entry_SYSCALL_64_after_hwframe");
        ulong frame = SimulatedKernel.Stack(0) + 0x800;
        ulong registers = _kernel.PushRegisters(0, 0x300, faulting + 0x40, SimulatedKernel.Stack(0) + 0x7C0, frame);
        ulong bp = _kernel.Push(0, 0x200, registers | 1);
        _kernel.Push(0, 0x208, _kernel.Call(entry, 0x1E));
        _kernel.Push(0, 0x800, frame + 0x100);
        _kernel.Push(0, 0x808, _kernel.Call(caller, 0x12));
        _kernel.Push(0, 0x900, 0);
        _kernel.Push(0, 0x908, _kernel.Call(outer, 0x76));

        LinuxStackTrace trace = _kernel.Walk(SimulatedKernel.Registers(handler + 0x60, SimulatedKernel.Stack(0) + 0x180, bp));

        Assert.Equal(
            ["exc_page_fault+0x60", "asm_exc_page_fault+0x1e", "update_counter+0x40", "handle_ioctl+0x12", "entry_SYSCALL_64_after_hwframe+0x76"],
            Text(trace));
        Assert.Equal("exception", trace.Frames[2].Note);
        Assert.Equal(FrameTrust.FramePointer, trace.Frames[3].Trust);
        Assert.True(trace.IsComplete);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(4, "F30F1EFA")]
    [InlineData(5, "0F1F440000")]
    [InlineData(9, "F30F1EFAE812345678")]
    public void A_fault_before_the_frame_is_set_up_does_not_skip_the_caller(int offset, string code)
    {
        ulong faulting = _kernel.Function("update_counter");
        ulong caller = _kernel.Function("handle_ioctl");
        ulong outer = _kernel.Function("kf_init");
        Convert.FromHexString(code).CopyTo(_kernel.Code(faulting));
        ulong sp = _kernel.Push(0, 0x200, _kernel.Call(caller, 0x12));
        ulong bp = _kernel.Push(0, 0x300, 0);
        _kernel.Push(0, 0x308, _kernel.Call(outer, 0x3E));

        LinuxStackTrace trace = _kernel.Walk(SimulatedKernel.Registers(faulting + (ulong)offset, sp, bp));

        Assert.Equal(["handle_ioctl+0x12", "kf_init+0x3e"], Text(trace).Skip(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_arm64_kernel_is_walked_by_frame_records_across_an_exception_and_a_leaf(bool typedRecords)
    {
        const int Record = 304;
        ulong handler = _kernel.Function("el1_abort");
        ulong entry = _kernel.Function("el1h_64_sync");
        ulong leaf = _kernel.Function("update_counter");
        ulong caller = _kernel.Function("handle_ioctl");
        ulong outer = _kernel.Function("ret_from_fork");
        ulong link = _kernel.Call(caller, 0x20, arm64: true);
        ulong frame = SimulatedKernel.Stack(0) + 0x800;
        ulong registers = SimulatedKernel.Stack(0) + 0x400;
        _kernel.Push(0, 0x400 + (29 * 8), frame);
        _kernel.Push(0, 0x400 + (30 * 8), link);
        _kernel.Push(0, 0x400 + (31 * 8), frame - 0x20);
        _kernel.Push(0, 0x400 + (32 * 8), leaf + 8);
        _kernel.Push(0, 0x400 + (33 * 8), 0x6040_0005);
        _kernel.Push(0, 0x400 + Record, typedRecords ? 0 : frame);
        _kernel.Push(0, 0x408 + Record, typedRecords ? 0 : leaf + 8);
        _kernel.Push(0, 0x410 + Record, 2);
        ulong fp = _kernel.Push(0, 0x200, registers + Record);
        _kernel.Push(0, 0x208, Sign(_kernel.Call(entry, 0x68, arm64: true)));
        _kernel.Push(0, 0x800, frame + 0x100);
        _kernel.Push(0, 0x808, Sign(_kernel.Call(outer, 0x10, arm64: true)));
        _kernel.Push(0, 0x900, 0);
        _kernel.Push(0, 0x908, 0);
        _kernel.Push(0, 0x910, 1);

        LinuxStackTrace trace = _kernel.Walk(
            new RegisterSet(Architecture.Arm64, [new("pc", handler + 0x30), new("sp", fp - 0x20), new("fp", fp), new("lr", handler + 0x10)]),
            layout: new Arm64RegisterLayout(Record, typedRecords, 0));

        Assert.Equal(["el1_abort+0x30", "el1h_64_sync+0x68", "update_counter+0x8", "handle_ioctl+0x20", "ret_from_fork+0x10"], Text(trace));
        Assert.Equal("exception", trace.Frames[2].Note);
        Assert.Equal("link register", trace.Frames[3].Note);
        Assert.Equal(registers, trace.Interrupted[2]!.Address.ToUInt64());
        Assert.True(trace.IsComplete);
    }

    [Fact]
    public void Frame_records_in_a_circle_end()
    {
        ulong function = _kernel.Function("f");
        ulong first = _kernel.Push(0, 0x200, SimulatedKernel.Stack(0) + 0x300);
        _kernel.Push(0, 0x208, _kernel.Call(function, 0x20, arm64: true));
        _kernel.Push(0, 0x300, first);
        _kernel.Push(0, 0x308, _kernel.Call(function, 0x20, arm64: true));

        LinuxStackTrace trace = _kernel.Walk(
            new RegisterSet(Architecture.Arm64, [new("pc", function + 4), new("sp", first), new("fp", first)]));

        Assert.InRange(trace.Frames.Count, 1, 40);
        Assert.False(trace.IsComplete);
    }

    [Fact]
    public void Signatures_of_a_small_address_space_reach_further_down()
    {
        var layout = new Arm64RegisterLayout(304, false, 0xFF7F_FF80_0000_0000);

        Assert.Equal(0xFFFF_FFC0_0801_2345UL, layout.Strip(0x12A3_45C0_0801_2345 | (1UL << 55)));
        Assert.Equal(0x0000_0055_5555_5555UL, layout.Strip(0x0000_0055_5555_5555));
    }

    private static ulong Sign(ulong address) => address & ~0x007F_0000_0000_0000UL;

    private static IEnumerable<string> Text(LinuxStackTrace trace) =>
        trace.Frames.Select(f => FormattableString.Invariant($"{f.Function}+0x{f.FunctionOffset:x}"));
}
