using System.Text;
using KernelFault.Formats;
using KernelFault.Formats.Pe;

namespace KernelFault.Tests.Formats.Pe;

public sealed class PeImageTests
{
    private const uint Exports = 0x2000;
    private const uint Debug = 0x3000;
    private const uint Resources = 0x4000;
    private const uint Relocations = 0x5000;

    [Fact]
    public void Headers_give_the_facts_that_identify_an_image()
    {
        using PeImage image = PeImage.Read(Sample(), "sample.sys");
        Assert.Equal(PeHeader.MachineAmd64, image.Header.Machine);
        Assert.Equal(0x5A1B2C3Du, image.Header.TimeDateStamp);
        Assert.Equal(0x10000u, image.Header.SizeOfImage);
        Assert.Equal(0xBEEFu, image.Header.CheckSum);
        Assert.Equal(0x140000000UL, image.Header.ImageBase);
        Assert.Equal(1, image.Header.Subsystem);
        Assert.Equal(0x4160, image.Header.DllCharacteristics);
        Assert.Equal("5A1B2C3D10000", image.SymbolStoreKey);
        Assert.Equal([".text", ".edata", ".rdata", ".rsrc", ".reloc"], image.Sections.Select(s => s.Name));
        Assert.True(image.Sections[0].IsExecutable);
        Assert.False(image.Sections[1].IsExecutable);
    }

    [Fact]
    public void Pe32_headers_are_read_at_their_own_offsets()
    {
        byte[] bytes = new PeBuilder { Is64Bit = false, Machine = 0x14C, ImageBase = 0x10000 }.Section(".text", 0x1000, new byte[16], PeBuilder.Code).Build();
        using PeImage image = PeImage.Read(bytes, "x86.sys");
        Assert.Equal(PeHeader.MachineI386, image.Header.Machine);
        Assert.False(image.Header.Is64Bit);
        Assert.Equal(0x10000UL, image.Header.ImageBase);
        Assert.Equal(0x10000u, image.Header.SizeOfImage);
        Assert.Equal(0x1000u, image.Sections[0].VirtualAddress);
    }

    [Theory]
    [InlineData(0x10u, 0x10L)]
    [InlineData(0x1004u, 0x404L)]
    [InlineData(0x1040u, null)]
    [InlineData(0x2000u, 0x600L)]
    [InlineData(0x9000u, null)]
    public void An_rva_maps_to_the_file_offset_of_its_section(uint rva, long? offset)
    {
        using PeImage image = PeImage.Read(Sample(), "sample.sys");
        Assert.Equal(offset, image.FileOffset(rva));
    }

    [Fact]
    public void A_loaded_image_is_read_by_rva()
    {
        byte[] file = Sample();
        var memory = new byte[0x10000];
        using PeImage flat = PeImage.Read(file, "sample.sys");
        file.AsSpan(0, 0x400).CopyTo(memory);
        foreach (PeSection section in flat.Sections)
        {
            flat.Read(section.VirtualAddress, memory.AsSpan((int)section.VirtualAddress, (int)section.VirtualSize));
        }

        using PeImage image = PeImage.Read(memory, "sample.sys", loaded: true);
        Assert.Equal(flat.Exports, image.Exports);
        Assert.Equal(flat.CodeView, image.CodeView);
        Assert.Equal(flat.Version, image.Version);
    }

    [Fact]
    public void Exports_are_sorted_by_address_and_forwarders_are_left_out()
    {
        using PeImage image = PeImage.Read(Sample(), "sample.sys");
        Assert.Equal([new PeExport("Zeta", 0x1000), new PeExport("Alpha", 0x1010)], image.Exports);
    }

    [Theory]
    [InlineData(0x0FFFu, null)]
    [InlineData(0x1000u, "Zeta")]
    [InlineData(0x100Fu, "Zeta")]
    [InlineData(0x1012u, "Alpha")]
    [InlineData(0x2000u, null)]
    public void The_nearest_export_is_the_last_at_or_before_an_address_of_the_same_section(uint rva, string? name)
    {
        using PeImage image = PeImage.Read(Sample(), "sample.sys");
        Assert.Equal(name, image.NearestExport(rva)?.Name);
    }

    [Fact]
    public void The_debug_directory_names_the_pdb_and_tells_reproducible_builds()
    {
        using PeImage image = PeImage.Read(Sample(), "sample.sys");
        Assert.True(image.IsReproducible);
        Assert.Equal(new CodeViewRecord("D:\\build\\sample.pdb", new Guid("11223344-5566-7788-99aa-bbccddeeff00"), 0x1B), image.CodeView);
        Assert.Equal("sample.pdb", image.CodeView!.PdbName);
        Assert.Equal("112233445566778899AABBCCDDEEFF001B", image.CodeView.SymbolStoreKey);
    }

    [Fact]
    public void The_version_resource_gives_versions_and_names_safe_to_show()
    {
        using PeImage image = PeImage.Read(Sample(), "sample.sys");
        PeVersionInfo version = Assert.IsType<PeVersionInfo>(image.Version);
        Assert.Equal("10.0.19041.3803", version.FixedFileVersion);
        Assert.Equal("10.0.1.2", version.FixedProductVersion);
        Assert.Equal("10.0.19041.3803 (build)", version.FileVersion);
        Assert.Equal("Example \\u001b[2J Corp", version.CompanyName);
        Assert.Equal("sample.sys", version.OriginalFilename);
        Assert.Null(version.ProductName);
    }

    [Fact]
    public void Relocations_move_what_lies_whole_in_the_window()
    {
        using PeImage image = PeImage.Read(Sample(), "sample.sys");
        var bytes = new byte[12];
        image.Read(0x1018, bytes);
        Assert.True(PeRelocations.Apply(image, 0x1018, bytes, 0x140000000 + 0x1111));
        Assert.Equal(0x1111UL, BitConverter.ToUInt64(bytes, 0));
        Assert.False(PeRelocations.Apply(image, 0x1018, bytes.AsSpan(0, 4), 0x140000000 + 0x1111));
        Assert.True(PeRelocations.Apply(image, 0x1000, bytes.AsSpan(0, 8), 0x140000000 + 0x1111));
    }

    [Fact]
    public void What_is_no_pe_image_is_refused_by_name_and_offset()
    {
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => PeImage.Read(Encoding.ASCII.GetBytes("PAGEDU64" + new string(' ', 100)), "x.sys"));
        Assert.Equal("x.sys", error.Path);
        Assert.Equal(0, error.Offset);
    }

    [Fact]
    public void Every_truncation_ends_in_an_answer_or_a_format_exception()
    {
        byte[] sample = Sample();
        for (int length = 0; length < sample.Length; length += 16)
        {
            ReadEverything(sample.AsMemory(0, length));
        }
    }

    [Fact]
    public void Mutated_images_end_in_an_answer_or_a_format_exception()
    {
        byte[] sample = Sample();
        ReadOnlySpan<uint> evil = [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0, 0x10000];
        for (int seed = 0; seed < 5000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = (byte[])sample.Clone();
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                // Mostly in the headers and tables: those hold the numbers.
                int at = random.Next(random.Next(3) == 0 ? bytes.Length - 4 : 0x200);
                PeBuilder.U32(bytes, at, random.Next(2) == 0 ? evil[random.Next(evil.Length)] : (uint)random.NextInt64());
            }

            ReadEverything(bytes);
        }
    }

    private static void ReadEverything(ReadOnlyMemory<byte> bytes)
    {
        foreach (bool loaded in new[] { false, true })
        {
            try
            {
                using PeImage image = PeImage.Read(bytes, "hostile.sys", loaded);
                _ = image.Exports.Count + image.RuntimeFunctionCount;
                _ = image.CodeView;
                _ = image.Version;
                image.NearestExport(0x1234);
                var window = new byte[64];
                PeRelocations.Apply(image, 0x1000, window, 0xFFFFF80000000000);
                if (image.TryFindFunction(0x1001, out RuntimeFunction function) && X64UnwindInfo.TryRead(image, function.UnwindData, out X64UnwindInfo info))
                {
                    info.IsWhole();
                }
            }
            catch (DumpFormatException)
            {
                // The one exception that bytes may cause.
            }
        }
    }

    private static byte[] Sample()
    {
        var text = new byte[0x40];
        return new PeBuilder()
            .Section(".text", 0x1000, text, PeBuilder.Code)
            .Section(".edata", Exports, ExportSection(), PeBuilder.Data)
            .Section(".rdata", Debug, DebugSection(), PeBuilder.Data)
            .Section(".rsrc", Resources, ResourceSection(), PeBuilder.Data)
            .Section(".reloc", Relocations, RelocationSection(), PeBuilder.Data)
            .Directory(0, Exports, 0x100)
            .Directory(2, Resources, 0x400)
            .Directory(5, Relocations, 12)
            .Directory(6, Debug, 56)
            .Build();
    }

    // Three names: Alpha → 0x1010, Forward → a text in the directory, Zeta → 0x1000.
    private static byte[] ExportSection()
    {
        var bytes = new byte[0x100];
        PeBuilder.U32(bytes, 20, 3);
        PeBuilder.U32(bytes, 24, 3);
        PeBuilder.U32(bytes, 28, Exports + 0x40);
        PeBuilder.U32(bytes, 32, Exports + 0x50);
        PeBuilder.U32(bytes, 36, Exports + 0x60);
        PeBuilder.U32(bytes, 0x40, 0x1010);
        PeBuilder.U32(bytes, 0x44, Exports + 0xA0);
        PeBuilder.U32(bytes, 0x48, 0x1000);
        string[] names = ["Alpha", "Forward", "Zeta"];
        for (int i = 0; i < 3; i++)
        {
            PeBuilder.U32(bytes, 0x50 + (i * 4), Exports + 0x70 + (uint)(i * 16));
            PeBuilder.U16(bytes, 0x60 + (i * 2), (ushort)i);
            Encoding.ASCII.GetBytes(names[i]).CopyTo(bytes, 0x70 + (i * 16));
        }

        Encoding.ASCII.GetBytes("OTHER.Forward").CopyTo(bytes, 0xA0);
        return bytes;
    }

    private static byte[] DebugSection()
    {
        var bytes = new byte[0x100];
        PeBuilder.U32(bytes, 12, 16);
        PeBuilder.U32(bytes, 28 + 12, 2);
        PeBuilder.U32(bytes, 28 + 16, 0x40);
        PeBuilder.U32(bytes, 28 + 20, Debug + 0x80);
        PeBuilder.U32(bytes, 0x80, 0x53445352);
        new Guid("11223344-5566-7788-99aa-bbccddeeff00").ToByteArray().CopyTo(bytes, 0x84);
        PeBuilder.U32(bytes, 0x94, 0x1B);
        Encoding.ASCII.GetBytes("D:\\build\\sample.pdb").CopyTo(bytes, 0x98);
        return bytes;
    }

    private static byte[] ResourceSection()
    {
        byte[] version = Node("VS_VERSION_INFO", 0, Fixed(), Node("StringFileInfo", 1, [], Node(
            "040904b0",
            1,
            [],
            Text("FileVersion", "10.0.19041.3803 (build)"),
            Text("CompanyName", "Example \u001b[2J Corp"),
            Text("OriginalFilename", "sample.sys"))));
        var bytes = new byte[0x60 + version.Length];
        for (int level = 0; level < 3; level++)
        {
            int at = level * 0x18;
            PeBuilder.U16(bytes, at + 14, 1);
            PeBuilder.U32(bytes, at + 16, level == 0 ? 16u : 1);
            PeBuilder.U32(bytes, at + 20, level == 2 ? 0x48 : 0x80000000 | (uint)(at + 0x18));
        }

        PeBuilder.U32(bytes, 0x48, Resources + 0x60);
        PeBuilder.U32(bytes, 0x4C, (uint)version.Length);
        version.CopyTo(bytes, 0x60);
        return bytes;
    }

    private static byte[] Fixed()
    {
        var bytes = new byte[52];
        PeBuilder.U32(bytes, 0, 0xFEEF04BD);
        PeBuilder.U32(bytes, 8, 10 << 16);
        PeBuilder.U32(bytes, 12, (19041u << 16) | 3803);
        PeBuilder.U32(bytes, 16, 10 << 16);
        PeBuilder.U32(bytes, 20, (1 << 16) | 2);
        return bytes;
    }

    private static byte[] Text(string key, string value) => Node(key, 1, Encoding.Unicode.GetBytes(value + "\0"));

    private static byte[] Node(string key, ushort type, byte[] value, params byte[][] children)
    {
        var bytes = new List<byte>(new byte[6]);
        bytes.AddRange(Encoding.Unicode.GetBytes(key + "\0"));
        Pad(bytes);
        bytes.AddRange(value);
        foreach (byte[] child in children)
        {
            Pad(bytes);
            bytes.AddRange(child);
        }

        byte[] node = [.. bytes];
        PeBuilder.U16(node, 0, (ushort)node.Length);
        PeBuilder.U16(node, 2, (ushort)(type == 1 ? value.Length / 2 : value.Length));
        PeBuilder.U16(node, 4, type);
        return node;
    }

    private static void Pad(List<byte> bytes)
    {
        while (bytes.Count % 4 != 0)
        {
            bytes.Add(0);
        }
    }

    private static byte[] RelocationSection()
    {
        var bytes = new byte[16];
        PeBuilder.U32(bytes, 0, 0x1000);
        PeBuilder.U32(bytes, 4, 12);
        PeBuilder.U16(bytes, 8, 0xA018);
        return bytes;
    }
}
