using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using KernelFault.Formats;
using KernelFault.Formats.Isf;
using Xunit.Abstractions;

namespace KernelFault.Tests.Formats.Isf;

public sealed class IsfFileTests(ITestOutputHelper output) : IDisposable
{
    private const string Small = """
        {
          "base_types": { "unsigned long": { "kind": "int", "size": 4, "signed": false, "endian": "little" } },
          "enums": { "_MODE": { "base": "int", "size": 4, "constants": { "Kernel": 0, "User": 1, "Odd": -1 } } },
          "metadata": {
            "format": "6.2.0",
            "producer": { "name": "test", "age": 99, "GUID": "no" },
            "windows": { "pdb": { "GUID": "0123456789abcdef0123456789ABCDEF", "age": 10, "database": "ntkrnlmp.pdb", "machine_type": 34404 } }
          },
          "symbols": {
            "Plain": { "address": 4096 },
            "High": { "address": 18446735277616529408 },
            "Quo\"ted": { "address": 8192, "linkage_name": "x" },
            "NoAddress": { "type": { "kind": "base", "name": "void" } },
            "Strange": { "address": "12" }
          },
          "user_types": {
            "_OUTER": { "kind": "struct", "size": 96, "fields": {
              "First": { "offset": 0, "type": { "kind": "base", "name": "unsigned long" } },
              "Inner": { "offset": 16, "type": { "kind": "struct", "name": "_INNER" } },
              "Many": { "offset": 32, "type": { "kind": "array", "count": 3, "subtype": { "kind": "array", "count": 2, "subtype": { "kind": "struct", "name": "_INNER" } } } },
              "Pointer": { "offset": 80, "type": { "kind": "pointer", "subtype": { "kind": "struct", "name": "_INNER" } } },
              "unnamed_field_58": { "offset": 88, "anonymous": true, "type": { "kind": "union", "name": "__unnamed_1" } },
              "Mode": { "offset": 92, "type": { "kind": "enum", "name": "_MODE" } } } },
            "_INNER": { "kind": "struct", "size": 8, "fields": {
              "Flag": { "offset": 4, "type": { "kind": "bitfield", "bit_position": 3, "bit_length": 2, "type": { "kind": "base", "name": "unsigned long" } } } } },
            "__unnamed_1": { "kind": "union", "size": 4, "fields": { "Low": { "offset": 2, "type": { "kind": "base", "name": "unsigned long" } } } },
            "_BROKEN": 5,
            "_LOOP": { "kind": "struct", "size": 4, "fields": { "unnamed_field_0": { "offset": 0, "anonymous": true, "type": { "kind": "struct", "name": "_LOOP" } } } }
          }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("kf-isf-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Metadata_tells_the_pdb()
    {
        IsfMetadata metadata = Load(Small).Metadata;
        Assert.Equal("6.2.0", metadata.Format);
        Assert.Equal("0123456789ABCDEF0123456789ABCDEFA", metadata.BuildId);
        Assert.Equal("ntkrnlmp.pdb", metadata.PdbName);
        Assert.Equal(0x8664u, metadata.MachineType);
    }

    [Fact]
    public void Symbols_have_their_addresses()
    {
        IsfFile file = Load(Small);
        Assert.Equal(0x1000ul, file.FindSymbol("Plain"));
        Assert.Equal(18446735277616529408ul, file.FindSymbol("High"));
        Assert.Null(file.FindSymbol("NoAddress"));
        Assert.Null(file.FindSymbol("Strange"));
        Assert.Null(file.FindSymbol("plain"));
        Assert.Equal(3, file.SymbolCount);
        Assert.Equal("Quo\"ted", file.SymbolName(2));
    }

    [Theory]
    [InlineData("_OUTER", "First", 0u)]
    [InlineData("_OUTER", "Inner", 16u)]
    [InlineData("_OUTER", "Inner.Flag", 20u)]
    [InlineData("_OUTER", "Many.Flag", 36u)]
    [InlineData("_OUTER", "Low", 90u)]
    [InlineData("_OUTER", "Pointer.Flag", null)]
    [InlineData("_OUTER", "First.Flag", null)]
    [InlineData("_OUTER", "Nothing", null)]
    [InlineData("_OUTER", "", null)]
    [InlineData("_NOTHING", "First", null)]
    [InlineData("_BROKEN", "First", null)]
    [InlineData("_LOOP", "First", null)]
    public void A_field_path_adds_up_its_offsets(string type, string path, uint? offset) =>
        Assert.Equal(offset, Load(Small).FindField(type, path)?.Offset);

    [Fact]
    public void Bit_fields_and_arrays_keep_their_shape()
    {
        IsfFile file = Load(Small);
        Assert.Equal(new IsfTypeReference("bitfield", "unsigned long", null, 1, 3, 2), file.FindField("_INNER", "Flag")!.Type);
        Assert.Equal(new IsfTypeReference("array", "_INNER", "struct", 6), file.FindField("_OUTER", "Many")!.Type);
    }

    [Fact]
    public void Sizes_are_those_of_structures_enumerations_and_base_types()
    {
        IsfFile file = Load(Small);
        Assert.Equal(96u, file.SizeOf("_OUTER"));
        Assert.Equal(4u, file.SizeOf("_MODE"));
        Assert.Equal(4u, file.SizeOf("unsigned long"));
        Assert.Null(file.SizeOf("_BROKEN"));
        Assert.Equal(-1, file.FindEnum("_MODE")!.Constants["Odd"]);
    }

    [Fact]
    public void Gzip_and_a_byte_order_mark_are_seen_through()
    {
        byte[] json = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Small)];
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(json);
        }

        Assert.Equal(20u, Load(packed.ToArray(), "any.name").FindField("_OUTER", "Inner.Flag")!.Offset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"metadata":{"format":"3.0.0"}}""")]
    [InlineData("""{"metadata":{"format":"7.0.0"}}""")]
    [InlineData("""{"metadata":{"format":"6.0.0"}} {""")]
    [InlineData("""{"metadata":{"format":"6.0.0"},"symbols":{"a":{"address":1}""")]
    [InlineData("not json")]
    public void What_is_no_ISF_of_a_known_format_is_refused(string json) =>
        Assert.Throws<DumpFormatException>(() => Load(json));

    [Fact]
    public void Deep_nesting_is_refused_not_followed()
    {
        string deep = string.Concat(Enumerable.Repeat("{\"subtype\":", 100_000));
        Assert.Throws<DumpFormatException>(() => Load("""{"metadata":{"format":"6.0.0"},"user_types":{"a":""" + deep));
    }

    [Fact]
    public void A_small_packed_file_cannot_take_more_memory_than_allowed()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            byte[] blanks = new byte[1 << 20];
            blanks.AsSpan().Fill((byte)' ');
            for (int i = 0; i < 64; i++)
            {
                gzip.Write(blanks);
            }
        }

        string path = Write(packed.ToArray(), "bomb.json.gz");
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => IsfFile.Load(path, limit: 8 << 20));
        Assert.Contains("more than the", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_and_mutation_ends_in_an_answer_or_the_one_exception()
    {
        byte[] good = Encoding.UTF8.GetBytes(Small);
        var random = new Random(4);
        for (int i = 0; i < 3_000; i++)
        {
            byte[] bad = i < good.Length ? good[..i] : [.. good];
            for (int change = i < good.Length ? 0 : random.Next(1, 4); change > 0; change--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            try
            {
                IsfFile file = Load(bad, "bad.json");
                _ = file.FindField("_OUTER", "Inner.Flag");
                _ = file.FindField("_OUTER", "Low");
                _ = file.FindEnum("_MODE");
                for (int s = 0; s < file.SymbolCount; s++)
                {
                    _ = file.SymbolName(s);
                }
            }
            catch (DumpFormatException)
            {
                // Said what is wrong.
            }
        }
    }

    [SkippableFact]
    public void A_real_kernels_file_loads_in_time_and_answers()
    {
        string path = Corpus.File("corpus/symbols/ntkrnlmp-5278AFF86C341677D7D7835C85B7B844-1.json.xz");
        var watch = Stopwatch.StartNew();
        IsfFile file = IsfFile.Load(path);
        output.WriteLine($"loaded in {watch.ElapsedMilliseconds} ms");
        Assert.Equal("5278AFF86C341677D7D7835C85B7B8441", file.Metadata.BuildId);
        Assert.Equal(39_832, file.SymbolCount);
        Assert.Equal(1_646, file.TypeCount);
        Assert.Equal(12_755_856ul, file.FindSymbol("PsLoadedModuleList"));
        Assert.Equal(1_088u, file.FindField("_EPROCESS", "UniqueProcessId")!.Offset);
        Assert.Equal(184u, file.FindField("_ETHREAD", "Tcb.ApcState.Process")!.Offset);
        Assert.Equal(392u, file.FindField("_KPCR", "Prcb.CurrentThread")!.Offset);
        Assert.Equal(2_624u, file.SizeOf("_EPROCESS"));
    }

    private IsfFile Load(string json) => Load(Encoding.UTF8.GetBytes(json), "small.json");

    private IsfFile Load(byte[] bytes, string name) => IsfFile.Load(Write(bytes, name));

    private string Write(byte[] bytes, string name)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
