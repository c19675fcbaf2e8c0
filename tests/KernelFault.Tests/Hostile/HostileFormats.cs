using System.Buffers.Binary;
using System.IO.Compression;
using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Dumps.Windows;
using KernelFault.Formats;
using KernelFault.Formats.Pe;
using KernelFault.Kernels;
using KernelFault.Kernels.Symbols;
using KernelFault.Memory;
using KernelFault.Reports;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Hostile;

/// <summary>A whole file of every format the engine reads.</summary>
internal static class HostileFormats
{
    // The whole dump that damaged images and symbols are used with.
    private static readonly Lazy<TemporaryFile> Sample = new(() =>
    {
        var file = new TemporaryFile(SyntheticCrashes.NetworkDriverWritesNull().Build());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => file.Dispose();
        return file;
    });

    private static readonly KernelModule SampleKernel = new()
    {
        Name = "ntoskrnl.exe",
        BaseAddress = new VirtualAddress(SyntheticCrashes.Desktop.KernelBase),
        Size = SyntheticCrashes.Desktop.Drivers[0].SizeOfImage,
    };

    private static readonly KernelFaultAnalyzer Analyzer = new(new AnalysisOptions { UseLocalImages = false });

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
        Minidump(),
        ElfCore(),
        Vmcore("kdump zlib", new KdumpBuilder { Frames = 40 }, builder => (builder.Build(), builder.Fields)),
        Vmcore("kdump, one bitmap, no method", new KdumpBuilder { Frames = 24, OneBitmap = true, IsDumped = _ => true, Compress = KdumpBuilder.Raw }, builder => (builder.Build(), builder.Fields)),
        Vmcore("kdump, one part", new KdumpBuilder { Version = 2, Frames = 40, Part = 8..30 }, builder => (builder.Build(), builder.Fields)),
        Vmcore("kdump without VMCOREINFO", new KdumpBuilder { Frames = 40, Info = null }, builder => (builder.Build(), builder.Fields)),
        Vmcore("ELF vmcore", new ElfVmcoreBuilder(), builder => (builder.Build(), builder.Fields)),
        Vmcore("ELF vmcore of an emulator", new ElfVmcoreBuilder { IsEmulators = true, HasExtendedCount = true }, builder => (builder.Build(), builder.Fields)),
        Flattened("flattened kdump", new KdumpBuilder { Frames = 40 }.Build()),
        Flattened("flattened ELF vmcore", new ElfVmcoreBuilder().Build()),
        new HostileFormat("gzip vmcore", Gzip(new ElfVmcoreBuilder().Build()), [], "vmcore.gz", AskVmcore),
        DriverImage(),
        Symbols("ISF symbols", "symbols.json", IsfFile(out IReadOnlyList<DumpField> fields), fields),
        Symbols("gzip symbols", "symbols.json.gz", Gzip(IsfFile(out _)), []),
        Symbols("xz symbols", "symbols.json.xz", PackedSymbols.Xz, [.. Enumerable.Range(0, PackedSymbols.Xz.Length).Select(i => new DumpField("xz", i, 1))]) with { Repair = XzRepair.Apply },
        .. HostileDriverFormats.All,
        .. HostileInventories.All,
        .. HostileBlocklists.All,
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

        Render(Analyzer.Analyze(dump));
    }

    /// <summary>Reads memory all over, and asks what a dump of any kind is asked.</summary>
    internal static void AskVmcore(string path)
    {
        using (CrashDump dump = CrashDump.Open(path))
        {
            if (dump is LinuxVmcore vmcore)
            {
                byte[] bytes = new byte[10_000];
                _ = vmcore.Info?.CrashTime;
                _ = vmcore.CountPages();
                _ = vmcore.Processors.Sum(processor => processor.Registers?.Values.Count);
                foreach (ulong address in new ulong[] { 0, 0x5123, 0x1_8FF8, 0x10_2000, 0x10_9000, 1UL << 40, ulong.MaxValue - 0x2000, ulong.MaxValue })
                {
                    _ = vmcore.Memory.Probe(new PhysicalAddress(address));
                    _ = vmcore.Memory.Read(new PhysicalAddress(address), bytes);
                }
            }
        }

        _ = CrashDumpInfo.Read(path).PagesPresent;
        try
        {
            AskDump(path);
        }
        catch (DumpFormatException)
        {
            // It could be opened: that nothing can be said of its kernel is an answer too.
        }
    }

    // Both doors write JSON and a page of text of every answer.
    private static void Render(KernelFaultAnalysis answer)
    {
        _ = PowerShellJson.Write(answer);
        _ = AnalysisText.Render(answer, 100);
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

    private static HostileFormat Vmcore<TBuilder>(string name, TBuilder builder, Func<TBuilder, (byte[] Bytes, IReadOnlyList<DumpField> Fields)> build)
    {
        (byte[] bytes, IReadOnlyList<DumpField> fields) = build(builder);

        // Pages are no fields: damage belongs where a reader decides by it.
        return new HostileFormat(name, bytes, [.. fields.Where(field => field.Size <= 64)], "vmcore", AskVmcore);
    }

    private static HostileFormat Flattened(string name, byte[] file)
    {
        byte[] flat = VmcoreParts.Flatten(file, 600, 4096, 40);
        var fields = new List<DumpField> { new("type", 16, 8), new("version", 24, 8) };
        for (int at = 4096; at < flat.Length; at += 16 + (int)Math.Max(0, BinaryPrimitives.ReadInt64BigEndian(flat.AsSpan(at + 8))))
        {
            fields.Add(new("record.offset", at, 8));
            fields.Add(new("record.size", at + 8, 8));
        }

        return new HostileFormat(name, flat, fields, "vmcore.flat", AskVmcore);
    }

    private static HostileFormat Minidump()
    {
        var builder = new MinidumpBuilder();
        return new HostileFormat("process minidump", builder.Build(), builder.Fields, "case.dmp", AskDump);
    }

    private static HostileFormat ElfCore()
    {
        var builder = new ElfCoreBuilder();
        return new HostileFormat("process ELF core", builder.Build(), builder.Fields, "core", AskDump);
    }

    // The image of the driver that the sample crashed in.
    private static HostileFormat DriverImage()
    {
        DriverImageBuilder builder = SyntheticCrashes.NetworkDriverImage();
        return new HostileFormat("driver image", builder.Build(), builder.Fields, "contosonet.sys", AskImage);
    }

    private static HostileFormat Symbols(string name, string file, byte[] bytes, IReadOnlyList<DumpField> fields) => new(name, bytes, fields, file, AskSymbols);

    private static void AskImage(string path)
    {
        AskSampleWith(new AnalysisOptions { UseLocalImages = false, ImagePath = [Path.GetDirectoryName(path)!] });
        using PeImage image = PeImage.Open(path);
        _ = image.Exports.Count + image.Sections.Count;
        _ = image.CodeView;
        _ = image.Version;
        _ = image.NearestExport(0x1A4F);
        for (int i = 0; i < Math.Min(image.RuntimeFunctionCount, 16); i++)
        {
            _ = image.RuntimeFunctionAt(i);
        }

        _ = image.TryFindFunction(0x1A4F, out _);
    }

    private static void AskSymbols(string path)
    {
        using CrashDump dump = CrashDump.Open(Sample.Value.Path);
        ISymbolSource? symbols = new SymbolStore([path]).Find((WindowsDump)dump, SampleKernel);
        _ = symbols?.Find(new VirtualAddress(SampleKernel.BaseAddress.ToUInt64() + 0x4CE2E9));
        _ = symbols?.AddressOf("KeBugCheckEx");
        _ = symbols?.FieldOffset("_EPROCESS", "ImageFileName");
        AskSampleWith(new AnalysisOptions { UseLocalImages = false, SymbolPath = [path] });
    }

    private static void AskSampleWith(AnalysisOptions options)
    {
        using CrashDump dump = CrashDump.Open(Sample.Value.Path);
        using var analyzer = new KernelFaultAnalyzer(options);
        Render(analyzer.Analyze(dump));
    }

    private static byte[] IsfFile(out IReadOnlyList<DumpField> fields)
    {
        var builder = new IsfBuilder(SyntheticCrashes.Desktop);
        byte[] file = builder.Build();
        fields = builder.Fields;
        return file;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
