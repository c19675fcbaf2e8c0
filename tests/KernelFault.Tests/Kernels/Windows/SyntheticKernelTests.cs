using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Kernels.Windows;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Kernels.Windows;

/// <summary>Kernels of processors and cases that no real dump at hand shows. Synthetic files, by the documented structures.</summary>
public class SyntheticKernelTests
{
    [Fact]
    public void X86_a_trap_frame_parameter_gives_the_registers_of_the_fault()
    {
        WindowsTriageDumpBuilder written = SyntheticCrashes.X86UnhandledException();

        WindowsKernel kernel = Read(written);

        CapturedContext fault = kernel.Contexts.Single(c => c.Origin == ContextOrigin.BugCheckTrapFrame);
        Assert.True(fault.IsBugCheckFault);
        Assert.Equal("tailspin.sys", kernel.ModuleAt(fault.Registers.InstructionPointer)!.Name);
        Assert.Equal((0ul, 0x8571_2030ul), (fault.Registers["eax"], fault.Registers["ebx"]));

        // A kernel-mode frame holds no stack pointer: the stack goes on right behind EFlags.
        Assert.Equal(fault.Address!.Value.ToUInt64() + 0x74, fault.Registers.StackPointer.ToUInt64());
        Assert.Equal(("tailspinctl.ex", 0xBC4ul, 0xBD0ul), (kernel.ProcessName, kernel.ProcessId!.Value, kernel.ThreadId!.Value));
        Assert.Equal((1u, 0x9B2E_6000ul), (kernel.ProcessorNumber!.Value, kernel.StackBase!.Value.ToUInt64()));
    }

    [Fact]
    public void X86_the_trap_frame_of_a_raised_irql_is_found_on_the_stack()
    {
        WindowsKernel kernel = Read(SyntheticCrashes.X86RaisedIrql());

        CapturedContext fault = kernel.Contexts.Single(c => c.IsBugCheckFault);
        Assert.Equal(ContextOrigin.StackTrapFrame, fault.Origin);
        Assert.Equal(0x10ul, fault.Registers["edx"]);
        Assert.Equal((byte)2, kernel.Irql);
    }

    [Theory]
    [InlineData(7601, 4)]
    [InlineData(9200, 4)]
    [InlineData(9600, 0)]
    [InlineData(19041, 0)]
    public void X86_eax_lies_four_bytes_lower_since_Windows_81(uint build, int shift)
    {
        var bytes = new byte[0x8C];
        BitConverter.TryWriteBytes(bytes.AsSpan(0x40 + shift), 0x1234u);
        BitConverter.TryWriteBytes(bytes.AsSpan(0x38 + shift), 0x5678u);

        RegisterSet registers = new TrapFrame(Architecture.X86, build).Read(new(0x9000_0000), bytes);

        Assert.Equal((0x1234ul, 0x5678ul), (registers["eax"], registers["edx"]));
    }

    [Fact]
    public void Arm64_the_context_of_the_fault_is_read_and_the_thread_is_named()
    {
        WindowsKernel kernel = Read(SyntheticCrashes.ArmDriverReadsNull(unhandledException: true));

        CapturedContext fault = kernel.Contexts.First(c => c.IsBugCheckFault);
        Assert.Equal("badnet.sys", kernel.ModuleAt(fault.Registers.InstructionPointer)!.Name);
        Assert.Equal((0ul, 1ul), (fault.Registers["x9"], fault.Registers["x8"]));
        Assert.Equal(("System", 4ul, 0x1D4ul), (kernel.ProcessName, kernel.ProcessId!.Value, kernel.ThreadId!.Value));
        Assert.Null(kernel.Irql);
    }

    [Fact]
    public void Thread_and_process_that_do_not_belong_together_give_no_thread_id()
    {
        WindowsTriageDumpBuilder written = SyntheticCrashes.NetworkDriverWritesNull();
        byte[] thread = [.. written.Thread!];
        BitConverter.TryWriteBytes(thread.AsSpan(0x508), 0x1234ul);

        WindowsKernel kernel = Read(written with { Thread = thread });

        Assert.Null(kernel.ThreadId);
        Assert.Equal("System", kernel.ProcessName);
        Assert.Contains(kernel.Warnings, w => w.Contains("do not name each other", StringComparison.Ordinal));
    }

    [Fact]
    public void A_build_without_a_known_layout_is_read_only_where_its_structures_prove_one()
    {
        WindowsTriageDumpBuilder written = SyntheticCrashes.NetworkDriverWritesNull() with { BuildNumber = 31337 };
        WindowsKernel proved = Read(written);
        byte[] process = [.. written.Process!];
        BitConverter.TryWriteBytes(process.AsSpan(0x1D0), 0x1234ul);

        WindowsKernel not = Read(written with { Process = process });

        Assert.Equal(("System", 4ul), (proved.ProcessName, proved.ProcessId!.Value));
        Assert.Null(proved.WindowsName);
        Assert.Equal((null, null, null), (not.ProcessName, not.ProcessId, not.ThreadId));
        Assert.Contains(not.Warnings, w => w.Contains("31337", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_with_control_characters_are_escaped()
    {
        WindowsTriageDumpBuilder written = SyntheticCrashes.NetworkDriverWritesNull();
        DriverEntry last = written.Drivers[^1];

        WindowsKernel kernel = Read(written with { Drivers = [.. written.Drivers.Take(written.Drivers.Count - 1), last with { Name = "a\u001b[31m\\..\\b\u202e.sys" }] });

        Assert.Equal(@"b\u202e.sys", kernel.Modules[^1].Name);
        Assert.DoesNotContain('\u001b', kernel.Modules[^1].Path!);
    }

    [Fact]
    public void Overlapping_blocks_of_memory_read_as_one_address_space()
    {
        WindowsTriageDumpBuilder written = SyntheticCrashes.NetworkDriverWritesNull();
        byte[] page = [.. Enumerable.Range(0, 0x1000).Select(i => (byte)(i * 7))];
        const ulong At = 0xFFFF_AA00_0000_0000;
        using var file = new TemporaryFile((written with
        {
            DataBlocks = [new DataBlock(At + 0x800, page[0x800..]), new DataBlock(At, page[..0xA00]), new DataBlock(At + 0x810, page[0x810..0x820])],
        }).Build());
        using var dump = (WindowsDump)CrashDump.Open(file.Path);

        var bytes = new byte[0x1100];
        Assert.Equal(0x1000, dump.Memory.Read(new(At), bytes));
        Assert.Equal(page, bytes[..0x1000]);
        Assert.Equal(0, dump.Memory.Read(new(At - 1), bytes));
    }

    private static WindowsKernel Read(WindowsTriageDumpBuilder written)
    {
        using var file = new TemporaryFile(written.Build());
        using var dump = (WindowsDump)CrashDump.Open(file.Path);
        return WindowsKernelReader.Read(dump, null);
    }
}
