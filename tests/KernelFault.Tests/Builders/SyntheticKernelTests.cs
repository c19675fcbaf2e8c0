using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Kernels.Windows;

namespace KernelFault.Tests.Builders;

/// <summary>What the kernel's own structures in a synthetic dump say, read by build and processor.</summary>
public class SyntheticKernelTests
{
    [Fact]
    public void Windows_11_on_x64_names_process_thread_processor_and_IRQL()
    {
        WindowsKernel kernel = Read(SyntheticCrashes.ProcessorReportsMachineCheck());

        Assert.Empty(kernel.Warnings);
        Assert.Equal(("contosogame.ex", 9128UL, 9460UL), (kernel.ProcessName, kernel.ProcessId!.Value, kernel.ThreadId!.Value));
        Assert.Equal((5u, (byte)0xF), (kernel.ProcessorNumber!.Value, kernel.Irql!.Value));
        Assert.Equal(0xFFFF_8407_FA74_2000UL, kernel.StackBase!.Value.ToUInt64());
        Assert.Equal("ntoskrnl.exe", kernel.Modules[0].Name);
    }

    [Fact]
    public void Windows_11_on_ARM64_names_process_and_thread()
    {
        WindowsKernel kernel = Read(SyntheticCrashes.ArmDriverReadsNull());

        Assert.Empty(kernel.Warnings);
        Assert.Equal(("System", 4UL, 0x1D4UL, 3u), (kernel.ProcessName, kernel.ProcessId!.Value, kernel.ThreadId!.Value, kernel.ProcessorNumber!.Value));

        // No source tells where ARM64 keeps it, so the stop code's parameter must do.
        Assert.Equal((byte)2, kernel.Irql);
    }

    [Fact]
    public void Windows_7_on_x86_names_process_thread_processor_and_IRQL()
    {
        WindowsKernel kernel = Read(SyntheticCrashes.X86UnhandledException());

        Assert.Empty(kernel.Warnings);
        Assert.Equal(("tailspinctl.ex", 0xBC4UL, 0xBD0UL), (kernel.ProcessName, kernel.ProcessId!.Value, kernel.ThreadId!.Value));
        Assert.Equal((1u, (byte)0), (kernel.ProcessorNumber!.Value, kernel.Irql!.Value));
    }

    [Theory]
    [InlineData(nameof(SyntheticCrashes.NetworkDriverWritesNull), "contosonet.sys", 0x1A4Fu)]
    [InlineData(nameof(SyntheticCrashes.X86UnhandledException), "tailspin.sys", 0x11C2u)]
    [InlineData(nameof(SyntheticCrashes.X86RaisedIrql), "ntkrnlpa.exe", 0x7C5E2u)]
    public void The_trap_frame_on_the_stack_gives_the_registers_of_the_fault(string crash, string driver, uint offset)
    {
        WindowsKernel kernel = Read(SyntheticDumpTests.Crash(crash));

        CapturedContext fault = Assert.Single(kernel.Contexts, c => c.IsBugCheckFault);
        Assert.NotEqual(ContextOrigin.Header, fault.Origin);
        Assert.Equal(driver, kernel.ModuleAt(fault.Registers.InstructionPointer)?.Name, ignoreCase: true);
        Assert.Equal(offset, fault.Registers.InstructionPointer - kernel.ModuleAt(fault.Registers.InstructionPointer)!.BaseAddress);
    }

    [Fact]
    public void An_unhandled_exception_on_ARM64_has_the_registers_of_the_fault_in_the_header()
    {
        WindowsKernel kernel = Read(SyntheticCrashes.ArmDriverReadsNull(unhandledException: true));

        CapturedContext fault = kernel.Contexts[0];
        Assert.True(fault.IsBugCheckFault);
        Assert.Equal("badnet.sys", kernel.ModuleAt(fault.Registers.InstructionPointer)?.Name);
        Assert.Equal(0UL, fault.Registers["x9"]);
    }

    [Theory]
    [InlineData(7601u)]
    [InlineData(9600u)]
    [InlineData(19041u)]
    public void The_registers_of_an_x86_trap_frame_are_read_where_that_build_keeps_them(uint build)
    {
        WindowsKernel kernel = Read(SyntheticCrashes.X86UnhandledException(SyntheticCrashes.Laptop32 with { BuildNumber = build }));

        RegisterSet fault = Assert.Single(kernel.Contexts, c => c.IsBugCheckFault).Registers;
        Assert.Equal((0UL, 0x8571_2098UL, 3UL), (fault["eax"]!.Value, fault["ecx"]!.Value, fault["edx"]!.Value));
        Assert.Equal((0x8571_2030UL, 0x8571_2000UL, 0x23UL), (fault["ebx"]!.Value, fault["esi"]!.Value, fault["ds"]!.Value));
    }

    internal static WindowsKernel Read(WindowsTriageDumpBuilder builder)
    {
        using var file = new TemporaryFile(builder.Build());
        using var dump = (WindowsDump)CrashDump.Open(file.Path);
        return WindowsKernelReader.Read(dump, null);
    }
}
