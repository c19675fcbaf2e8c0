using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Memory;

namespace KernelFault.Tests.Builders;

/// <summary>
/// The dump of each processor, read back part by part. These files are synthetic: they follow the documented structures,
/// which for x64 are checked against real files and for ARM64 and x86 cannot be here.
/// </summary>
public class SyntheticDumpTests
{
    public static TheoryData<string, Architecture> Processors { get; } = new()
    {
        { nameof(SyntheticCrashes.NetworkDriverWritesNull), Architecture.X64 },
        { nameof(SyntheticCrashes.ProcessorReportsMachineCheck), Architecture.X64 },
        { nameof(SyntheticCrashes.ArmDriverReadsNull), Architecture.Arm64 },
        { nameof(SyntheticCrashes.X86UnhandledException), Architecture.X86 },
        { nameof(SyntheticCrashes.X86RaisedIrql), Architecture.X86 },
    };

    [Theory]
    [MemberData(nameof(Processors))]
    public void Every_part_that_was_written_is_read_back(string crash, Architecture architecture)
    {
        WindowsTriageDumpBuilder written = Crash(crash);
        using var file = new TemporaryFile(written.Build());
        using var read = Assert.IsType<WindowsTriageDump>(CrashDump.Open(file.Path));

        Assert.Empty(read.Warnings);
        Assert.True(read.IsComplete);
        Assert.Equal(architecture, read.Architecture);
        Assert.Equal(written.BuildNumber, read.Header.BuildNumber);
        Assert.Equal(written.BugCheckCode, read.Header.BugCheckCode);
        Assert.Equal(written.BugCheckParameters, read.Header.BugCheckParameters);
        Assert.Equal(new DateTime(2026, 3, 14, 9, 26, 53, DateTimeKind.Utc), read.Header.SystemTime);
        Assert.Equal(written.Exception!.Address, read.Header.Context!.InstructionPointer.ToUInt64());
        Assert.Equal(
            written.Drivers.Select(d => (d.Name, d.DllBase, d.SizeOfImage, (uint?)d.TimeDateStamp, (uint?)d.CheckSum)),
            read.Drivers.Select(d => (d.FullName, d.BaseAddress.ToUInt64(), d.SizeOfImage, d.TimeDateStamp, d.CheckSum)));
        Assert.Equal(
            written.UnloadedDrivers.Select(d => (d.Name[..12], d.StartAddress, d.EndAddress)),
            read.UnloadedDrivers.Select(d => (d.Name, d.StartAddress.ToUInt64(), d.EndAddress.ToUInt64())));
        Assert.Equal(written.TopOfStack, read.StackStart!.Value.ToUInt64());
        Assert.Equal(written.CallStack, Memory(read, written.TopOfStack, written.CallStack!.Length));
        Assert.Equal((written.Blobs ?? []).Select(b => (b.Tag, b.Data.Length)), read.SecondaryData.Select(s => (s.Tag, (int)s.Length)));
    }

    [Theory]
    [MemberData(nameof(Processors))]
    public void A_block_of_memory_is_found_at_the_address_the_registers_use(string crash, Architecture architecture)
    {
        WindowsTriageDumpBuilder written = Crash(crash);
        using var file = new TemporaryFile(written.Build());
        using var read = (WindowsTriageDump)CrashDump.Open(file.Path);

        foreach (DataBlock block in written.DataBlocks)
        {
            // 32-bit kernels write 64-bit addresses with the sign; registers hold them without.
            ulong address = architecture == Architecture.X86 ? block.Address & 0xFFFF_FFFF : block.Address;

            Assert.Equal(block.Bytes, Memory(read, address, block.Bytes.Length));
        }
    }

    internal static WindowsTriageDumpBuilder Crash(string name) => name switch
    {
        nameof(SyntheticCrashes.NetworkDriverWritesNull) => SyntheticCrashes.NetworkDriverWritesNull(),
        nameof(SyntheticCrashes.ProcessorReportsMachineCheck) => SyntheticCrashes.ProcessorReportsMachineCheck(),
        nameof(SyntheticCrashes.ArmDriverReadsNull) => SyntheticCrashes.ArmDriverReadsNull(),
        nameof(SyntheticCrashes.X86UnhandledException) => SyntheticCrashes.X86UnhandledException(),
        _ => SyntheticCrashes.X86RaisedIrql(),
    };

    private static byte[] Memory(WindowsDump dump, ulong address, int size)
    {
        var bytes = new byte[size];
        Assert.True(dump.Memory.TryRead(new VirtualAddress(address), bytes), FormattableString.Invariant($"0x{address:x}"));
        return bytes;
    }
}
