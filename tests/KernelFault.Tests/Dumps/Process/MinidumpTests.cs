using KernelFault.Dumps;
using KernelFault.Dumps.Process;
using KernelFault.Formats;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Dumps.Process;

public class MinidumpTests
{
    private const ulong Base = 0x7FF6_1230_0000;

    [Fact]
    public void Process_and_machine_are_read()
    {
        using var file = new TemporaryFile(ProcessFiles.Minidump());
        using ProcessDump dump = ProcessFiles.Open(file);

        Assert.Equal(DumpKind.ProcessMinidump, dump.Kind);
        Assert.Equal(Architecture.X64, dump.Architecture);
        Assert.Equal(ProcessPlatform.Windows, dump.Platform);
        Assert.Equal("Windows 10.0 build 26100", dump.OperatingSystem);
        Assert.Equal(26100u, dump.BuildNumber);
        Assert.Equal(8u, dump.ProcessorCount);
        Assert.Equal("contosoapp.exe", dump.ProcessName);
        Assert.Equal(4242ul, dump.ProcessId);
        Assert.Equal(0x234, dump.UptimeSeconds);
        Assert.Equal(new DateTime(2025, 3, 11, 10, 36, 36, DateTimeKind.Utc), dump.CrashTime);
        Assert.Equal("Synthetic: no program crashed.", dump.Comment);
        Assert.Empty(dump.Warnings);
    }

    [Fact]
    public void The_access_violation_and_its_thread_are_read()
    {
        using var file = new TemporaryFile(ProcessFiles.Minidump());
        using ProcessDump dump = ProcessFiles.Open(file);

        Assert.False(dump.Exception!.IsSignal);
        Assert.Equal(0xC0000005u, dump.Exception.Code);
        Assert.Equal(new VirtualAddress(Base + 0x1A30), dump.Exception.Address);
        Assert.Equal(new VirtualAddress(0x18), dump.Exception.FaultAddress);
        Assert.Equal(0ul, dump.Exception.AccessType);
        Assert.Null(dump.Exception.InPageStatus);
        Assert.Equal(0x1A2Cu, dump.FaultingThread!.Id);
        Assert.Equal("worker", dump.FaultingThread.Name);
        Assert.Equal(new VirtualAddress(Base + 0x1A30), dump.FaultingThread.Registers!.InstructionPointer);
        Assert.Equal(2, dump.Threads.Count);
    }

    [Fact]
    public void Modules_have_version_and_build_id()
    {
        using var file = new TemporaryFile(ProcessFiles.Minidump());
        using ProcessDump dump = ProcessFiles.Open(file);

        ProcessModule program = dump.Modules[0];
        Assert.Equal(@"C:\Program Files\Contoso\contosoapp.exe", program.Path);
        Assert.Equal(0x42000u, program.Size);
        Assert.Equal("10.0.0.0", program.FileVersion);
        Assert.Equal("000000000000000000000000000000001", program.BuildId);
        Assert.Equal("kernel32.dll", dump.ModuleAt(new VirtualAddress(0x7FFE_7350_7344))!.Name);
        Assert.Null(dump.ModuleAt(new VirtualAddress(0x1000)));
        Assert.Equal("contosoplugin.dll", Assert.Single(dump.UnloadedModules).Name);
    }

    [Fact]
    public void Memory_is_read_from_its_list()
    {
        using var file = new TemporaryFile(ProcessFiles.Minidump());
        using ProcessDump dump = ProcessFiles.Open(file);

        Assert.True(dump.Memory.TryReadUInt64(new VirtualAddress(0xD4_5EB0_F038), out ulong word));
        Assert.Equal(Base + 0x1B12, word);
        Assert.False(dump.Memory.TryReadUInt64(new VirtualAddress(0xD4_5EB0_F3FC), out _));
    }

    [Fact]
    public void An_in_page_error_tells_its_status()
    {
        using var file = new TemporaryFile(ProcessFiles.Minidump(
            ("Exception.ExceptionCode", 0xC0000006), ("Exception.NumberParameters", 3), ("Exception.ExceptionInformation[1]", 0x7FF6_0000_1000)));
        using ProcessDump dump = ProcessFiles.Open(file);

        Assert.Equal(0u, dump.Exception!.InPageStatus);
        Assert.Equal(new VirtualAddress(0x7FF6_0000_1000), dump.Exception.FaultAddress);
    }

    [Fact]
    public void Registers_of_ARM64_and_x86_programs_are_read()
    {
        byte[] arm = ProcessFiles.Minidump(12, ContextRecords.Arm64(new Dictionary<string, ulong> { ["pc"] = Base + 0x1A30, ["sp"] = 0xD4_5EB0_F010, ["x8"] = 0x18 }));
        using var armFile = new TemporaryFile(arm);
        using ProcessDump armDump = ProcessFiles.Open(armFile);
        Assert.Equal(Architecture.Arm64, armDump.Architecture);
        Assert.Equal(0x18ul, armDump.FaultingThread!.Registers!["x8"]);

        byte[] x86 = ProcessFiles.Minidump(0, ContextRecords.X86(new Dictionary<string, ulong> { ["eip"] = 0x401A30, ["esp"] = 0x19F010, ["ecx"] = 7 }),
            ("Exception.ExceptionInformation[1]", 0xFFFF_FFFF_8000_0018));
        using var x86File = new TemporaryFile(x86);
        using ProcessDump x86Dump = ProcessFiles.Open(x86File);
        Assert.Equal(7ul, x86Dump.FaultingThread!.Registers!["ecx"]);
        Assert.Equal(new VirtualAddress(0x8000_0018), x86Dump.Exception!.FaultAddress);
    }

    [Fact]
    public void On_Linux_the_exception_is_a_signal()
    {
        using var file = new TemporaryFile(ProcessFiles.Minidump(
            ("SystemInfo.PlatformId", 0x8201), ("Exception.ExceptionCode", 11), ("Exception.ExceptionAddress", 0x45), ("Exception.NumberParameters", 0)));
        using ProcessDump dump = ProcessFiles.Open(file);

        Assert.True(dump.Exception!.IsSignal);
        Assert.Equal(11u, dump.Exception.Code);
        Assert.Equal(new VirtualAddress(0x45), dump.Exception.FaultAddress);
        Assert.Equal(new VirtualAddress(Base + 0x1A30), dump.Exception.Address);
        Assert.Equal(ProcessPlatform.Linux, dump.Platform);
    }

    [Fact]
    public void A_dump_without_exception_is_a_snapshot_and_says_so()
    {
        using var file = new TemporaryFile(ProcessFiles.Minidump(("Exception.ExceptionCode", 0)));
        using ProcessDump dump = ProcessFiles.Open(file);

        Assert.Null(dump.Exception);
        Assert.Null(dump.FaultingThread);
        Assert.Contains("records no exception", Assert.Single(dump.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_count_beyond_the_stream_is_cut_and_said()
    {
        using var file = new TemporaryFile(ProcessFiles.Minidump(("ModuleList.NumberOfModules", 0xFFFFFFFF)));
        using ProcessDump dump = ProcessFiles.Open(file);

        Assert.Equal(3, dump.Modules.Count);
        Assert.Contains("lists 4294967295 modules; 3 could be read", Assert.Single(dump.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_alone_is_refused()
    {
        using var file = new TemporaryFile(ProcessFiles.Minidump().AsSpan(0, 32));

        DumpFormatException error = Assert.Throws<DumpFormatException>(() => CrashDump.Open(file.Path));
        Assert.Contains("stream directory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_with_control_characters_are_made_safe()
    {
        var builder = new MinidumpBuilder { Program = "C:\\app\u001b[2J.exe", Comment = "a\nb" };
        using var file = new TemporaryFile(builder.Build());
        using ProcessDump dump = ProcessFiles.Open(file);

        Assert.Equal(@"app\u001b[2J.exe", dump.Modules[0].Name);
        Assert.DoesNotContain(dump.Comment!, char.IsControl);
    }
}
