using KernelFault.Dumps;
using KernelFault.Dumps.Windows;

namespace KernelFault.Tests.Dumps.Windows;

/// <summary>Every part of every real triage dump, against figures read from the bytes by other means.</summary>
public class RealTriageDumpTests
{
    [SkippableTheory]
    [InlineData("19041_101.dmp", 19041, 0x101, 16, 699, "2022-10-26T22:20:37Z", 0x110 | 0x200)]
    [InlineData("19041_116.dmp", 19041, 0x116, 4, 82666, "2024-11-27T11:04:18Z", 0x110)]
    [InlineData("19041_3b.dmp", 19041, 0x3B, 12, 2614, "2024-06-26T20:42:24Z", 0x110)]
    [InlineData("19041_4a.dmp", 19041, 0x4A, 1, 495, "2025-08-31T21:33:01Z", 0x310)]
    [InlineData("19041_9f.dmp", 19041, 0x9F, 20, 2140, "2025-01-05T21:33:19Z", 0x310)]
    [InlineData("19041_d1.dmp", 19041, 0xD1, 12, 2236, "2024-06-30T19:52:23Z", 0x110)]
    [InlineData("19041_ef.dmp", 19041, 0xEF, 4, 538058, "2024-12-07T18:21:10Z", 0x110)]
    [InlineData("26100_13a.dmp", 26100, 0x13A, 12, 834, "2024-11-23T03:49:27Z", 0x310)]
    [InlineData("26100_50.dmp", 26100, 0x50, 12, 29, "2024-11-23T03:35:13Z", 0x310)]
    [InlineData("26100_a_small.dmp", 26100, 0x0A, 12, 411, "2025-09-20T03:34:34Z", 0x110)]
    [InlineData("9600_50.dmp", 9600, 0x50, 4, 179, "2017-11-13T15:04:51Z", 0x310)]
    [InlineData("9600_7e.dmp", 9600, 0x1000007E, 4, 92, "2017-11-14T02:26:15Z", 0x310)]
    [InlineData("triage_x64.dmp", 19041, 0x1000007E, 16, 3, "2021-02-21T01:38:22Z", 0x110)]
    public void The_header_tells_build_code_time_and_machine(
        string name, uint build, uint code, uint processors, long upSeconds, string time, uint suite)
    {
        using WindowsTriageDump dump = Open(name);

        WindowsDumpHeader header = dump.Header;
        Assert.True(dump.IsComplete);
        Assert.Equal(DumpKind.WindowsTriage, dump.Kind);
        Assert.Equal(Architecture.X64, dump.Architecture);
        Assert.Equal((15u, build, code, processors), (header.MajorVersion, header.BuildNumber, header.BugCheckCode, header.NumberProcessors));
        Assert.Equal(upSeconds, (long)header.SystemUpTime!.Value.TotalSeconds);
        Assert.Equal(time, header.SystemTime!.Value.ToString("yyyy-MM-ddTHH:mm:ssZ"));
        Assert.Equal((1u, suite), (header.ProductType!.Value, header.SuiteMask!.Value));
        Assert.Null(header.Comment);
        // KeBugCheckEx's own placeholder, also where the context is already that of the fault.
        Assert.Equal(0x80000003u, header.Exception!.Code);
        Assert.Equal(code == 0x1000007E ? header.BugCheckParameters[1] : header.Exception.Address.ToUInt64(), header.Context!.InstructionPointer.ToUInt64());
    }

    [SkippableTheory]
    [InlineData("19041_101.dmp", 207, "AsusSAIO.sys", 10, "MSKSSRV.sys", 0x378, 525, 37)]
    [InlineData("19041_116.dmp", 194, "hiber_dumpfve.sys", 11, "kbdhid.sys", 0x508, 592, 34)]
    [InlineData("19041_3b.dmp", 212, "MSKSSRV.sys", 16, "MSKSSRV.sys", 0xFE8, 452, 36)]
    [InlineData("19041_4a.dmp", 156, "myfault.sys", 9, "dump_storpor", 0x378, 33, 29)]
    [InlineData("19041_9f.dmp", 184, "hiber_dumpfve.sys", 6, "dump_storpor", 0x498, 4908, 35)]
    [InlineData("19041_d1.dmp", 210, "MSKSSRV.sys", 17, "WpdUpFltr.sy", 0x14A8, 1096, 36)]
    [InlineData("19041_ef.dmp", 188, "vwifimp.sys", 45, "vwifibus.sys", 0x1078, 811, 33)]
    [InlineData("26100_13a.dmp", 203, "logi_joy_vir_hid.sys", 10, "NetworkPriva", 0x1958, 47, 21)]
    [InlineData("26100_50.dmp", 203, "udfs.sys", 10, "NetworkPriva", 0x1018, 41, 19)]
    [InlineData("26100_a_small.dmp", 208, "WdNisDrv.sys", 13, "NetworkPriva", 0x2040, 49, 0)]
    [InlineData("9600_50.dmp", 164, "tunnel.sys", 10, "tunnel.sys", 0xD68, 42, 11)]
    [InlineData("9600_7e.dmp", 179, "cdd.dll", 16, "monitor.sys", 0x678, 41, 11)]
    [InlineData("triage_x64.dmp", 151, "rdpbus.sys", 4, "dam.sys", 0x2118, 1831, 19)]
    public void The_parts_are_as_many_as_the_file_holds(
        string name, int drivers, string last, int unloaded, string newest, uint stack, int blocks, int streams)
    {
        using WindowsTriageDump dump = Open(name);

        Assert.Empty(dump.Warnings);
        Assert.Equal(drivers, dump.Drivers.Count);
        Assert.EndsWith("ntoskrnl.exe", dump.Drivers[0].FullName, StringComparison.Ordinal);
        Assert.EndsWith(last, dump.Drivers[^1].FullName, StringComparison.Ordinal);
        Assert.All(dump.Drivers, d => Assert.True(d.SizeOfImage > 0 && (d.BaseAddress.ToUInt64() & 0xFFF) == 0));
        Assert.Equal((unloaded, newest), (dump.UnloadedDrivers.Count, dump.UnloadedDrivers[0].Name));
        Assert.All(dump.UnloadedDrivers, d => Assert.True(d.EndAddress > d.StartAddress));
        Assert.Equal((stack, blocks, streams), (dump.StackSize, dump.DataBlocks.Count, dump.SecondaryData.Count));
    }

    [SkippableTheory]
    [InlineData("19041_101.dmp")]
    [InlineData("19041_9f.dmp")]
    [InlineData("26100_13a.dmp")]
    [InlineData("9600_7e.dmp")]
    public void Every_block_of_memory_is_read_at_its_address(string name)
    {
        using WindowsTriageDump dump = Open(name);
        byte[] file = File.ReadAllBytes(dump.Path);

        foreach (TriageDataBlock block in dump.DataBlocks)
        {
            var bytes = new byte[block.Size];
            Assert.Equal(bytes.Length, dump.Memory.Read(block.Address, bytes));
            Assert.Equal(file.AsSpan((int)block.Offset, bytes.Length).ToArray(), bytes);
        }
    }

    [SkippableTheory]
    [InlineData("9600_7e.dmp", 0x360, 0x5D80, 0x6F0, 0x778)]
    [InlineData("triage_x64.dmp", 0x380, 0xAF00, 0xA40, 0x898)]
    [InlineData("26100_13a.dmp", 0x3A0, 0xCF00, 0x840, 0x788)]
    [InlineData("26100_a_small.dmp", 0x3A0, 0xCF00, 0x840, 0x798)]
    public void The_kernel_describes_itself(string name, uint size, ushort prcb, ushort process, ushort thread)
    {
        using WindowsTriageDump dump = Open(name);

        KdDebuggerData data = dump.DebuggerData!;
        Assert.Equal((size, prcb, process, thread), (data.Size, data.SizePrcb!.Value, data.SizeEProcess!.Value, data.SizeEThread!.Value));
        Assert.Equal(dump.Drivers[0].BaseAddress, data.KernelBase);
        Assert.Equal(dump.Header.PsLoadedModuleList, data.PsLoadedModuleList);
        Assert.Equal(dump.Header.PsActiveProcessHead, data.PsActiveProcessHead);
        Assert.Equal((8u, 0x28u, 0x24u), (data.OffsetOf("OffsetPrcbCurrentThread"), data.OffsetOf("OffsetKThreadInitialStack"), data.OffsetOf("OffsetPrcbNumber")));
        Assert.Equal(0x1000ul, data.PageSize);
    }

    [SkippableFact]
    public void Known_secondary_data_has_its_name()
    {
        using WindowsTriageDump dump = Open("19041_4a.dmp");

        string?[] names = [.. dump.SecondaryData.Select(s => s.Name)];

        // What WinDbg's own analysis of this file lists.
        Assert.Contains("BLACKBOXBSD", names);
        Assert.Contains("BLACKBOXNTFS", names);
        Assert.Contains("BLACKBOXWINLOGON", names);
        Assert.DoesNotContain("BLACKBOXPNP", names);
        Assert.All(dump.SecondaryData, s => Assert.Equal((int)s.Length, dump.Bytes(s).Length));
    }

    internal static WindowsTriageDump Open(string name) => Assert.IsType<WindowsTriageDump>(CrashDump.Open(Corpus.WindowsDump(name)));
}
