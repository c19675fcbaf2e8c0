using KernelFault.Dumps;
using KernelFault.Kernels;
using KernelFault.Kernels.Symbols;
using KernelFault.Memory;

namespace KernelFault.Tests.Kernels.Symbols;

public sealed class SymbolStoreTests : IDisposable
{
    private const ulong Base = 0xFFFFF80012000000;

    private readonly string _folder = Directory.CreateTempSubdirectory("kf-symbols-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Real_symbols_are_proved_for_the_dump_of_their_build()
    {
        string symbols = Corpus.File("corpus/symbols");
        HeaderOnlyDump dump = HeaderOnlyDump.Read(Corpus.WindowsDump("triage_x64.dmp"));

        // The kernel image lies 0xC2A390 below its list of modules in this build.
        KernelModule kernel = Kernel(dump.Header.PsLoadedModuleList!.Value.ToUInt64() - 0xC2A390, 0x1046000);
        SymbolLookup lookup = new SymbolStore([symbols]).Search(dump, kernel);

        Assert.Equal(["PsLoadedModuleList", "PsActiveProcessHead", "KdDebuggerDataBlock", "MmPfnDatabase"], lookup.Proof);
        ISymbolSource source = Assert.IsAssignableFrom<ISymbolSource>(lookup.Source);
        Assert.Equal("ntkrnlmp-5278AFF86C341677D7D7835C85B7B844-1.json.xz", source.Origin);
        Assert.Equal(kernel.BaseAddress + 0x3F5A80, source.AddressOf("KeBugCheckEx"));
        Assert.Equal(new KernelSymbol("KeBugCheckEx", 0x107), source.Find(kernel.BaseAddress + 0x3F5B87));
        Assert.Null(source.Find(new VirtualAddress(0xFFFFF8048B58334C)));
        Assert.Equal(184u, source.FieldOffset("_ETHREAD", "Tcb.ApcState.Process"));
        Assert.Equal(2_624u, source.SizeOf("_EPROCESS"));
    }

    [SkippableTheory]
    [InlineData("19041_101.dmp")]
    [InlineData("19041_116.dmp")]
    [InlineData("19041_3b.dmp")]
    [InlineData("19041_4a.dmp")]
    [InlineData("19041_9f.dmp")]
    [InlineData("19041_ef.dmp")]
    public void Symbols_of_another_revision_of_the_same_build_are_refused(string name)
    {
        string symbols = Corpus.File("corpus/symbols");
        HeaderOnlyDump dump = HeaderOnlyDump.Read(Corpus.WindowsDump(name));

        // KdDebuggerDataBlock lies at +0xC00B20 in nearly every revision of 19041: alone it would prove too much.
        KernelModule kernel = Kernel(dump.Header.KdDebuggerDataBlock!.Value.ToUInt64() - 0xC00B20, 0x1046000);
        SymbolLookup lookup = new SymbolStore([symbols]).Search(dump, kernel);

        Assert.Null(lookup.Source);
        Assert.Contains("it has PsLoadedModuleList at +0xc2a390, the dump at", Assert.Single(lookup.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_agreeing_addresses_are_enough_and_one_is_not()
    {
        Write("ntkrnlmp.json", Isf(symbols: """ "PsLoadedModuleList":{"address":8192}, "PsActiveProcessHead":{"address":8448} """));
        var store = new SymbolStore([_folder]);

        Assert.NotNull(store.Find(Dump(8192, 8448, null), Kernel()));
        SymbolLookup one = store.Search(Dump(8192, null, null), Kernel());
        Assert.Null(one.Source);
        Assert.Contains("only 1 of the 1 kernel addresses", Assert.Single(one.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void One_contradiction_outweighs_any_agreement()
    {
        Write("ntkrnlmp.json", Isf(symbols:
            """ "PsLoadedModuleList":{"address":8192}, "PsActiveProcessHead":{"address":8448}, "KdDebuggerDataBlock":{"address":12288} """));
        SymbolLookup lookup = new SymbolStore([_folder]).Search(Dump(8192, 8448, 12304), Kernel());
        Assert.Null(lookup.Source);
        Assert.Contains("KdDebuggerDataBlock at +0x3000, the dump at +0x3010", Assert.Single(lookup.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void The_context_of_KeBugCheckEx_tells_builds_with_equal_data_apart()
    {
        const string Data = """ "PsLoadedModuleList":{"address":8192}, "PsActiveProcessHead":{"address":8448}, """;
        Write("ntkrnlmp-A.json", Isf(guid: 'A', symbols: Data + """ "KeBugCheckEx":{"address":20480} """));
        Write("ntkrnlmp-B.json", Isf(guid: 'B', symbols: Data + """ "KeBugCheckEx":{"address":20736} """));
        var context = new RegisterSet(Architecture.X64,
        [
            new("rcx", 0xD1),
            new("rdx", 0xFFFF800000001000),
            new("r8", 2),
            new("rip", Base + 20736),
        ]);
        SymbolLookup lookup = new SymbolStore([_folder]).Search(Dump(8192, 8448, null, context), Kernel());
        Assert.Equal("ntkrnlmp-B.json", lookup.Source?.Origin);
        Assert.Contains("KeBugCheckEx", lookup.Proof);
    }

    [Fact]
    public void Different_builds_that_agree_equally_are_both_refused()
    {
        const string Data = """ "PsLoadedModuleList":{"address":8192}, "PsActiveProcessHead":{"address":8448} """;
        Write("ntkrnlmp-A.json", Isf(guid: 'A', symbols: Data));
        Write("ntkrnlmp-B.json", Isf(guid: 'B', symbols: Data));
        SymbolLookup lookup = new SymbolStore([_folder]).Search(Dump(8192, 8448, null), Kernel());
        Assert.Null(lookup.Source);
        Assert.Contains("agree with the dump equally (ntkrnlmp-A.json, ntkrnlmp-B.json)", Assert.Single(lookup.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void A_known_pdb_id_decides()
    {
        Write("windows/ntkrnlmp.pdb/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-1.json", Isf(guid: 'A', symbols: """ "Only":{"address":4096} """));
        Write("windows/ntkrnlmp.pdb/BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB-1.json", Isf(guid: 'B', symbols: """ "Only":{"address":4112} """));
        var store = new SymbolStore([_folder]);
        KernelModule kernel = Kernel() with { BuildId = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb1" };
        SymbolLookup lookup = store.Search(Dump(null, null, null), kernel);
        Assert.Equal("BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB-1.json", lookup.Source?.Origin);
        Assert.Equal("PDB id BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB1", Assert.Single(lookup.Proof));
    }

    [Fact]
    public void Symbols_of_another_processor_are_refused()
    {
        Write("ntkrnlmp.json", Isf(machine: 0xAA64, symbols: """ "PsLoadedModuleList":{"address":8192}, "PsActiveProcessHead":{"address":8448} """));
        SymbolLookup lookup = new SymbolStore([_folder]).Search(Dump(8192, 8448, null), Kernel());
        Assert.Null(lookup.Source);
        Assert.Contains("machine type 0xaa64", Assert.Single(lookup.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void The_nearest_real_name_is_found_and_labels_are_passed_over()
    {
        Write("ntkrnlmp.json", Isf(symbols: """
            "PsLoadedModuleList":{"address":8192}, "PsActiveProcessHead":{"address":8448},
            "$$1":{"address":4112}, "??_C@_0BA@text@":{"address":4120}, "?Mangled@@YAXXZ":{"address":4096},
            "__imp_Close":{"address":4096}, "LongerName":{"address":4096}, "Short":{"address":4096}, "_tiny":{"address":4096}
            """));
        ISymbolSource source = new SymbolStore([_folder]).Find(Dump(8192, 8448, null), Kernel())!;
        Assert.Equal(new KernelSymbol("Short", 0x20), source.Find(new VirtualAddress(Base + 4128)));
        Assert.Null(source.Find(new VirtualAddress(Base + 4095)));
        Assert.Null(source.Find(new VirtualAddress(Base - 1)));
    }

    [Fact]
    public void A_damaged_file_and_a_missing_path_are_reasons_not_failures()
    {
        string missing = Path.Combine(_folder, "missing");
        Write("ntkrnlmp.json", "{");
        SymbolLookup lookup = new SymbolStore([_folder, missing]).Search(Dump(8192, 8448, null), Kernel());
        Assert.Null(lookup.Source);
        Assert.Equal(2, lookup.Reasons.Count);
        Assert.Contains(lookup.Reasons, r => r.Contains("does not exist", StringComparison.Ordinal));
        Assert.Contains(lookup.Reasons, r => r.Contains("expected ISF symbols", StringComparison.Ordinal));
    }

    [Fact]
    public void Folders_offer_kernel_files_only_and_a_file_named_by_hand_may_be_called_anything()
    {
        string isf = Isf(symbols: """ "PsLoadedModuleList":{"address":8192}, "PsActiveProcessHead":{"address":8448} """);
        Write("tcpip.json", isf);
        Assert.Null(new SymbolStore([_folder]).Find(Dump(8192, 8448, null), Kernel()));
        Assert.NotNull(new SymbolStore([Path.Combine(_folder, "tcpip.json")]).Find(Dump(8192, 8448, null), Kernel()));
    }

    [Fact]
    public void Many_threads_may_ask_one_store()
    {
        Write("ntkrnlmp.json", Isf(symbols: """ "PsLoadedModuleList":{"address":8192}, "PsActiveProcessHead":{"address":8448} """));
        var store = new SymbolStore([_folder]);
        var answers = new KernelSymbol?[64];
        Parallel.For(0, answers.Length, i => answers[i] =
            store.Find(Dump(8192, 8448, null), Kernel())!.Find(new VirtualAddress(Base + 8200)));
        Assert.All(answers, answer => Assert.Equal(new KernelSymbol("PsLoadedModuleList", 8), answer));
    }

    private static KernelModule Kernel(ulong address = Base, uint size = 0x100000) =>
        new() { Name = "ntoskrnl.exe", BaseAddress = new VirtualAddress(address), Size = size };

    private static HeaderOnlyDump Dump(ulong? modules, ulong? processes, ulong? debugger, RegisterSet? context = null)
    {
        return new HeaderOnlyDump(HeaderOnlyDump.CreateHeader(
            At(modules), At(processes), At(debugger), null, 0xD1, [0xFFFF800000001000, 2, 0, 0], context));

        static VirtualAddress? At(ulong? rva) => rva is ulong known ? new VirtualAddress(Base + known) : null;
    }

    private static string Isf(string symbols, char guid = 'C', int machine = 0x8664) => $$$"""
        {"metadata":{"format":"6.1.0","windows":{"pdb":{"GUID":"{{{new string(guid, 32)}}}","age":1,"database":"ntkrnlmp.pdb","machine_type":{{{machine}}} } } },
         "symbols":{ {{{symbols}}} }, "user_types":{}, "enums":{}, "base_types":{}}
        """;

    private void Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
