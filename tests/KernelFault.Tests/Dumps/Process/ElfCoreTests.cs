using KernelFault.Dumps;
using KernelFault.Dumps.Process;
using KernelFault.Formats;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Dumps.Process;

public class ElfCoreTests
{
    private const ulong Program = 0x5581_2200_0000;

    [Fact]
    public void Process_signal_and_registers_are_read()
    {
        using var file = new TemporaryFile(ProcessFiles.ElfCore());
        using ProcessDump dump = ProcessFiles.Open(file);

        Assert.Equal(DumpKind.ProcessElfCore, dump.Kind);
        Assert.Equal(ProcessPlatform.Linux, dump.Platform);
        Assert.Equal("contosod", dump.ProcessName);
        Assert.Equal(4242ul, dump.ProcessId);
        Assert.True(dump.Exception!.IsSignal);
        Assert.Equal(11u, dump.Exception.Code);
        Assert.Equal(new VirtualAddress(0x18), dump.Exception.FaultAddress);
        Assert.Equal(new VirtualAddress(Program + 0x1100), dump.FaultingThread!.Registers!.InstructionPointer);
        Assert.Equal(new VirtualAddress(0x7FFD_1230_0040), dump.FaultingThread.Registers.StackPointer);
    }

    [Fact]
    public void The_module_list_has_the_build_id_from_memory()
    {
        using var file = new TemporaryFile(ProcessFiles.ElfCore());
        using ProcessDump dump = ProcessFiles.Open(file);

        ProcessModule module = Assert.Single(dump.Modules);
        Assert.Equal("contosod", module.Name);
        Assert.Equal("/usr/bin/contosod", module.Path);
        Assert.Equal(new VirtualAddress(Program), module.BaseAddress);
        Assert.Equal(0x2000u, module.Size);
        Assert.Equal("0102030405060708090a0b0c0d0e0f1011121314", module.BuildId);
    }

    [Fact]
    public void A_signal_that_a_program_sent_has_no_address()
    {
        // SI_TKILL, as after abort().
        using var file = new TemporaryFile(ProcessFiles.ElfCore(("siginfo.si_signo", 6), ("siginfo.si_code", 0xFFFFFFFA)));
        using ProcessDump dump = ProcessFiles.Open(file);

        Assert.Equal(6u, dump.Exception!.Code);
        Assert.Null(dump.Exception.FaultAddress);
    }

    [Fact]
    public void A_core_of_a_Linux_kernel_is_not_claimed()
    {
        // One note that only QEMU writes, into the memory of a whole machine.
        byte[] core = ProcessFiles.ElfCore();
        int name = core.AsSpan().IndexOf("CORE\0"u8);
        "QEMU\0"u8.CopyTo(core.AsSpan(name));
        using var file = new TemporaryFile(core);

        using CrashDump dump = CrashDump.Open(file.Path);

        Assert.Equal(DumpKind.LinuxVmcore, dump.Kind);
    }

    [Theory]
    [InlineData(1, "kernel module")]
    [InlineData(3, "program or library")]
    public void An_ELF_file_that_is_no_core_is_refused_by_what_it_is(int type, string what)
    {
        using var file = new TemporaryFile(ProcessFiles.ElfCore(("e_type", (ulong)type)));

        DumpFormatException error = Assert.Throws<DumpFormatException>(() => CrashDump.Open(file.Path));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_beyond_the_end_of_a_cut_file_is_said_to_be_missing()
    {
        byte[] core = ProcessFiles.ElfCore();
        using var file = new TemporaryFile(core.AsSpan(0, core.Length - 0x100));
        using ProcessDump dump = ProcessFiles.Open(file);

        Assert.Contains("cut short", Assert.Single(dump.Warnings), StringComparison.Ordinal);
    }
}
