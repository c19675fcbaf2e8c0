using System.Globalization;
using System.Text;
using KernelFault.Dumps.Linux;
using KernelFault.Formats;
using KernelFault.Kernels.Linux;
using KernelFault.Kernels.Linux.Symbols;
using KernelFault.Memory;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Kernels.Linux;

/// <summary>kallsyms of every layout since 4.19, in synthetic images: see <see cref="KallsymsBuilder"/>.</summary>
public class KallsymsTests
{
    public static TheoryData<string, bool> Layouts => new()
    {
        { "4.19", true }, { "4.19", false }, { "4.20", true }, { "4.20", false }, { "absolute", false },
        { "6.2", true }, { "6.2", false }, { "6.4", true }, { "6.4", false }, { "7.2", false },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Tables_that_nothing_names_are_found_by_what_they_look_like(string layout, bool zeroBased)
    {
        (KallsymsBuilder image, IMemoryReader memory) = Build(layout, zeroBased);

        KallsymsLayout? found = new KallsymsFinder(memory, KallsymsBuilder.Image, KallsymsBuilder.End, [KallsymsBuilder.Image]).Find();

        Assert.NotNull(found);
        Assert.Equal(image.Symbols.Count, found.Count);
        Assert.Equal(image.Places["kallsyms_names"], found.Names.ToUInt64());
        Assert.Equal(image.Places["kallsyms_token_table"], found.TokenTable.ToUInt64());
        Assert.Equal(image.Places["kallsyms_markers"], found.Markers!.Value.ToUInt64());
        Assert.Equal(layout == "4.19" ? 8 : 4, found.MarkerSize);
        AssertAll(image, new Kallsyms(memory, found, "image"), layout);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Tables_that_VMCOREINFO_names_lead_to_the_others(string layout, bool zeroBased)
    {
        (KallsymsBuilder image, IMemoryReader memory) = Build(layout, zeroBased);

        KallsymsLayout? found = KallsymsLocator.Locate(memory, Info(image));

        Assert.NotNull(found);
        Assert.Equal(image.Places["kallsyms_markers"], found.Markers!.Value.ToUInt64());
        AssertAll(image, new Kallsyms(memory, found, "image"), layout);
    }

    [Fact]
    public void Without_markers_the_names_are_gone_through_once()
    {
        (KallsymsBuilder image, IMemoryReader memory) = Build("6.4", zeroBased: true);

        AssertAll(image, new Kallsyms(memory, KallsymsLocator.Locate(memory, Info(image))! with { Markers = null }, "image"), "6.4");
    }

    [Fact]
    public void A_block_of_names_that_is_damaged_is_read_once_however_many_of_its_names_are_asked_for()
    {
        (KallsymsBuilder image, IMemoryReader memory) = Build("6.4", zeroBased: true);
        KallsymsLayout layout = KallsymsLocator.Locate(memory, Info(image))!;

        // The last block has no end but the table behind it: without one it is as long as names can be.
        var names = new Kallsyms(memory, layout with { Names = layout.Names + 0x4000_0000, NameOrder = null }, "image");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(-1, names.IndexOf("_text"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void Symbols_at_one_address_are_named_by_the_first_and_end_at_the_next_address()
    {
        (KallsymsBuilder image, IMemoryReader memory) = Build("6.4", zeroBased: true);
        LinuxSymbols symbols = Symbols(image, memory);

        LinuxSymbol symbol = symbols.Find(new VirtualAddress(KallsymsBuilder.Image + 0x655))!;

        Assert.Equal("kernel_work_975.constprop.0", symbol.Name);
        Assert.Equal(KallsymsBuilder.Image + 0x640, symbol.Address.ToUInt64());
        Assert.Equal(64UL, symbol.Size);
        Assert.Equal('T', symbol.Type);
        Assert.Null(symbol.Module);
        Assert.Equal(KallsymsBuilder.Image + 0x640, symbols.AddressOf("an_alias")!.Value.ToUInt64());
    }

    [Fact]
    public void What_lies_outside_the_image_has_no_symbol()
    {
        (KallsymsBuilder image, IMemoryReader memory) = Build("6.4", zeroBased: true);
        LinuxSymbols symbols = Symbols(image, memory);

        Assert.Null(symbols.Find(new VirtualAddress(0x40)));
        Assert.Null(symbols.Find(new VirtualAddress(KallsymsBuilder.Image - 1)));
        Assert.Null(symbols.Find(new VirtualAddress(KallsymsBuilder.Image + 0x1_8000)));
        Assert.NotNull(symbols.Find(new VirtualAddress(KallsymsBuilder.Image + 0x1_7FFF)));
        Assert.Null(symbols.AddressOf("no_such_name"));
        Assert.Null(symbols.AddressOf(string.Empty));
        Assert.Equal(0x18UL, symbols.AddressOf("a_per_cpu_variable")!.Value.ToUInt64());
    }

    [Theory]
    [InlineData("do_work_1*", 89)]
    [InlineData("*_init", 90)]
    [InlineData("_?tex?", 1)]
    [InlineData("do_work_919.constprop.0", 1)]
    [InlineData("DO_*", 0)]
    public void A_pattern_finds_every_name_it_fits(string pattern, int count)
    {
        (KallsymsBuilder image, IMemoryReader memory) = Build("6.2", zeroBased: true);
        var expression = new System.Text.RegularExpressions.Regex("^" + System.Text.RegularExpressions.Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$");

        List<string> found = [.. Symbols(image, memory).Match(pattern).Select(symbol => symbol.Name)];

        Assert.Equal(image.Symbols.Select(symbol => symbol.Name).Where(name => expression.IsMatch(name)), found);
        Assert.Equal(count, found.Count);
    }

    [Fact]
    public void Damaged_tables_are_errors_or_unknown_names_and_nothing_else()
    {
        (KallsymsBuilder image, _) = Build("6.4", zeroBased: true);
        byte[] whole = image.Build("6.4", zeroBased: true);
        VmcoreInfo info = Info(image);
        var random = new Random(4);
        int first = (int)(image.Places["kallsyms_num_syms"] - KallsymsBuilder.Image);
        int last = (int)(image.Places["kallsyms_seqs_of_names"] - KallsymsBuilder.Image) + 3000;
        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = (byte[])whole.Clone();
            for (int i = 0; i < 1 + (round % 40); i++)
            {
                damaged[random.Next(first, last)] = (byte)random.Next(256);
            }

            var memory = new SparseMemory().Add(KallsymsBuilder.Image, damaged);
            try
            {
                KallsymsLayout? layout = KallsymsLocator.Locate(memory, info) ?? new KallsymsFinder(memory, KallsymsBuilder.Image, KallsymsBuilder.End, []).Find();
                if (layout is not null)
                {
                    var symbols = new LinuxSymbols(new Kallsyms(memory, layout, "image"), _ => null, () => throw new DumpFormatException("no modules here"));
                    for (ulong at = 0; at < 0x1_8000; at += 0x777)
                    {
                        symbols.Kallsyms!.Find(KallsymsBuilder.Image + at, out _, out _);
                    }

                    _ = symbols.Kallsyms!.IndexOf("do_work_919.constprop.0");
                    _ = symbols.Match("*zz").Take(10).Count();
                }
            }
            catch (DumpFormatException)
            {
                // The one way to fail.
            }
        }
    }

    [Theory]
    [InlineData("kallsyms_num_syms", uint.MaxValue)]
    [InlineData("kallsyms_num_syms", 0U)]
    public void A_number_of_symbols_that_cannot_be_is_not_believed(string place, uint value)
    {
        (KallsymsBuilder image, _) = Build("6.4", zeroBased: true);
        byte[] bytes = image.Build("6.4", zeroBased: true);
        BitConverter.GetBytes(value).CopyTo(bytes, (int)(image.Places[place] - KallsymsBuilder.Image));

        Assert.Null(KallsymsLocator.Locate(new SparseMemory().Add(KallsymsBuilder.Image, bytes), Info(image)));
    }

    private static void AssertAll(KallsymsBuilder image, Kallsyms symbols, string layout)
    {
        Assert.Equal(image.Symbols.Count, symbols.Count);
        Assert.Equal(layout is "6.2" or "6.4" or "7.2", symbols.HasNameOrder);
        for (int i = 0; i < symbols.Count; i++)
        {
            (ulong address, char type, string name) = image.Symbols[i];
            Assert.True(symbols.TryAddress(i, out ulong found));
            Assert.Equal(address, found);
            Assert.True(symbols.TryName(i, out string text, out char letter));
            Assert.Equal(name, text);
            Assert.Equal(type, letter);
            Assert.Equal(image.Symbols.ToList().FindIndex(symbol => symbol.Name == name), symbols.IndexOf(name));
            Assert.Equal(address, image.Symbols[symbols.Find(address + 3, out _, out _)].Address);
        }

        Assert.Equal(-1, symbols.IndexOf("zz_no_such_name"));
        Assert.Equal(-1, symbols.IndexOf("a"));
    }

    private static LinuxSymbols Symbols(KallsymsBuilder image, IMemoryReader memory) =>
        new(new Kallsyms(memory, KallsymsLocator.Locate(memory, Info(image))!, "image"), _ => null, () => new KernelFault.Kernels.Linux.Modules.LinuxModuleSymbols([], _ => null));

    private static (KallsymsBuilder Image, IMemoryReader Memory) Build(string layout, bool zeroBased)
    {
        List<(ulong, char, string)> symbols = KallsymsBuilder.Functions(longName: layout is "6.2" or "6.4" or "7.2");
        if (zeroBased)
        {
            symbols.Add((0, 'A', "fixed_percpu_data"));
            symbols.Add((0x18, 'A', "a_per_cpu_variable"));
        }

        var image = new KallsymsBuilder(symbols);
        return (image, new SparseMemory().Add(KallsymsBuilder.Image, image.Build(layout, zeroBased)));
    }

    private static VmcoreInfo Info(KallsymsBuilder image)
    {
        // The keys that kernels write; markers and the order of names are not among them.
        var text = new StringBuilder();
        foreach ((string name, ulong place) in image.Places)
        {
            if (name is not ("kallsyms_markers" or "kallsyms_seqs_of_names"))
            {
                text.Append(CultureInfo.InvariantCulture, $"SYMBOL({name})={place:x}\n");
            }
        }

        return new VmcoreInfo(Encoding.ASCII.GetBytes(text.ToString()));
    }
}
