using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Hostile;

/// <summary>A whole file of every format the engine reads.</summary>
internal static class HostileFormats
{
    public static IReadOnlyList<HostileFormat> All { get; } =
    [
        Dump("triage x64", SyntheticCrashes.NetworkDriverWritesNull()),
        Dump("triage x64, older order", SyntheticCrashes.ProcessorReportsMachineCheck() with { UnloadedFirst = true, TriageOptions = 0xFFFF_FFFF }),
        Dump("triage ARM64", SyntheticCrashes.ArmDriverReadsNull()),
        Dump("triage x86", SyntheticCrashes.X86UnhandledException()),
        Dump("triage x86, raised IRQL", SyntheticCrashes.X86RaisedIrql()),
        Dump("full memory header", Header(SyntheticCrashes.NetworkDriverWritesNull(), 1)),
        Dump("kernel memory header", Header(SyntheticCrashes.NetworkDriverWritesNull(), 2)),
        Dump("bitmap header", Header(SyntheticCrashes.NetworkDriverWritesNull(), 5)),
        Dump("live dump header", Header(SyntheticCrashes.NetworkDriverWritesNull(), 6)),
        Dump("full memory header x86", Header(SyntheticCrashes.X86UnhandledException(), 1)),
    ];

    public static HostileFormat Find(string name) => All.First(f => f.Name == name);

    /// <summary>Opens, asks for every part, and analyses.</summary>
    internal static void AskDump(string path)
    {
        using CrashDump dump = CrashDump.Open(path);
        _ = dump.Warnings.Count;
        _ = dump.Architecture;
        if (dump is WindowsTriageDump triage)
        {
            _ = triage.Drivers.Count + triage.UnloadedDrivers.Count + triage.DataBlocks.Count;
            foreach (SecondaryDataStream stream in triage.SecondaryData)
            {
                _ = triage.Bytes(stream).Length;
            }
        }

        if (dump is WindowsDump windows)
        {
            Span<byte> bytes = stackalloc byte[64];
            _ = windows.Memory.Read(windows.Header.Context?.StackPointer ?? default, bytes);
            _ = windows.Memory.Read(new VirtualAddress(ulong.MaxValue - 8), bytes);
        }

        try
        {
            _ = new KernelFaultAnalyzer().Analyze(dump);
        }
        catch (NotSupportedException)
        {
        }
    }

    private static WindowsTriageDumpBuilder Header(WindowsTriageDumpBuilder builder, uint type) => builder with
    {
        DumpType = type,
        BehindHeader = [.. "SDMPDUMP"u8, .. new byte[0x1000]],
    };

    private static HostileFormat Dump(string name, WindowsTriageDumpBuilder builder)
    {
        byte[] bytes = builder.Build();
        return new HostileFormat(name, bytes, builder.Fields, "case.dmp", AskDump);
    }
}
