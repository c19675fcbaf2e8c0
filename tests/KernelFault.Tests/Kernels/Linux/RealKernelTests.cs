using System.Globalization;
using System.Text.RegularExpressions;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Kernels.Linux;
using KernelFault.Kernels.Linux.Symbols;
using KernelFault.Memory;

namespace KernelFault.Tests.Kernels.Linux;

/// <summary>The kernels in the six real vmcores, against what they printed before they died.</summary>
public sealed class RealKernelTests
{
    public static TheoryData<string> Names => ["null_deref", "use_after_free", "stack_overflow", "kdump_null_deref", "612_null_deref", "72_use_after_free"];

    [SkippableTheory]
    [InlineData("null_deref", 94_266)]
    [InlineData("use_after_free", 94_266)]
    [InlineData("stack_overflow", 94_266)]
    [InlineData("kdump_null_deref", 94_266)]
    [InlineData("612_null_deref", 162_756)]
    [InlineData("72_use_after_free", 199_097)]
    public void Every_symbol_has_a_name_and_an_address_in_order(string name, int count)
    {
        using LinuxVmcore dump = Open(name);
        LinuxSymbols symbols = LinuxKernel.Open(dump).Symbols;

        Assert.Equal(count, symbols.Count);
        Assert.True(symbols.Kallsyms!.HasNameOrder);
        ulong before = 0;
        int named = 0;
        Span<byte> bytes = stackalloc byte[KallsymsTokens.LongestName];
        for (int i = 0; i < count; i++)
        {
            Assert.True(symbols.Kallsyms.TryAddress(i, out ulong address));
            Assert.True(address >= before);
            before = address;
            named += symbols.Kallsyms.ReadName(i, bytes) > 1 && char.IsAsciiLetter((char)bytes[0]) ? 1 : 0;
        }

        Assert.Equal(count, named);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Every_1000th_symbol_is_found_by_its_name_and_by_its_address(string name)
    {
        using LinuxVmcore dump = Open(name);
        LinuxSymbols symbols = LinuxKernel.Open(dump).Symbols;
        for (int i = 0; i < symbols.Count; i += 1000)
        {
            Assert.True(symbols.Kallsyms!.TryName(i, out string text, out _));
            Assert.True(symbols.Kallsyms.TryAddress(i, out ulong address));
            int found = symbols.Kallsyms.IndexOf(text);
            Assert.True(found >= 0 && symbols.Kallsyms.TryName(found, out string again, out _) && again == text, text);
            int at = symbols.Kallsyms.Find(address, out ulong start, out _);
            Assert.Equal(address, start);
            Assert.True(symbols.Kallsyms.TryAddress(at, out ulong same) && same == address);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void The_kernel_is_the_one_that_printed_the_log(string name)
    {
        using LinuxVmcore dump = Open(name);
        LinuxKernel kernel = LinuxKernel.Open(dump);
        string log = Log(name);

        Assert.Empty(kernel.Warnings);
        Assert.Contains(kernel.Banner!, log, StringComparison.Ordinal);
        Assert.StartsWith("Linux version " + kernel.Release + " ", kernel.Banner, StringComparison.Ordinal);
        Match offset = Regex.Match(log, "Kernel Offset: 0x([0-9a-f]+) ");
        Skip.IfNot(offset.Success, "This crash kernel was started before the offset was printed.");
        Assert.Equal(ulong.Parse(offset.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture), kernel.KernelOffset);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Every_function_of_the_call_trace_has_the_size_that_the_kernel_printed(string name)
    {
        using LinuxVmcore dump = Open(name);
        LinuxKernel kernel = LinuxKernel.Open(dump);
        MatchCollection frames = Regex.Matches(Log(name), @"(?<name>[\w.]+)\+0x(?<offset>[0-9a-f]+)/0x(?<size>[0-9a-f]+)(?: \[(?<module>\w+)\])?");
        Assert.True(frames.Count > 10);
        foreach (Match frame in frames)
        {
            string function = frame.Groups["name"].Value;
            string? module = frame.Groups["module"].Success ? frame.Groups["module"].Value : null;
            List<LinuxSymbol> found = [.. kernel.Symbols.Match(function).Where(symbol => symbol.Module == module)];
            ulong size = Hex(frame.Groups["size"].Value);
            Assert.Contains(found, symbol => symbol.Size == size);

            // The address printed is after the call: the one before it is in the function whatever its end.
            ulong offset = Hex(frame.Groups["offset"].Value);
            LinuxSymbol exact = found.First(symbol => symbol.Size == size);
            Assert.Equal(function, kernel.Symbols.Find(exact.Address + (offset - (offset == size ? 1UL : 0)))!.Name);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void The_tables_are_found_by_what_they_look_like_too(string name)
    {
        using LinuxVmcore dump = Open(name);
        LinuxKernel kernel = LinuxKernel.Open(dump);
        KallsymsLayout expected = kernel.Symbols.Kallsyms!.Layout;
        ulong start = dump.Info!.Symbol("_stext")!.Value;

        KallsymsLayout? found = new KallsymsFinder(kernel.Memory, start, dump.Info.Symbol("init_uts_ns")!.Value, [start]).Find();

        Assert.Equal(expected, found);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Text_modules_and_direct_map_are_walked_through_the_page_tables(string name)
    {
        using LinuxVmcore dump = Open(name);
        LinuxKernel kernel = LinuxKernel.Open(dump);
        ulong physBase = unchecked((ulong)dump.Info!.Number("phys_base")!.Value);
        VirtualAddress text = kernel.Symbols.AddressOf("panic")!.Value;

        PageTableWalk code = kernel.PageTable.Walk(text);

        Assert.Equal(PageTableStop.Translated, code.Stop);
        Assert.Equal(unchecked(text.ToUInt64() - 0xFFFF_FFFF_8000_0000 + physBase), code.PhysicalAddress!.Value.ToUInt64());
        Assert.DoesNotContain("NX", code.Levels[^1].Flags);

        PageTableWalk module = kernel.PageTable.Walk(kernel.Modules[0].BaseAddress!.Value);

        Assert.Equal(PageTableStop.Translated, module.Stop);
        Assert.DoesNotContain("NX", module.Levels[^1].Flags);
        Assert.Equal(PageAvailability.Present, module.Page);

        // The same byte through the direct map.
        VirtualAddress direct = kernel.AddressSpace.DirectMap!.Value + module.PhysicalAddress!.Value.ToUInt64();
        PageTableWalk mapped = kernel.PageTable.Walk(direct);

        Assert.Equal(module.PhysicalAddress, mapped.PhysicalAddress);
        Assert.Contains("NX", mapped.Levels[^1].Flags);
        Assert.Equal(LinuxAddressRegion.DirectMap, kernel.AddressSpace.RegionOf(direct));
        Assert.Equal(LinuxAddressRegion.Modules, kernel.AddressSpace.RegionOf(kernel.Modules[0].BaseAddress!.Value));
        Assert.Equal(LinuxAddressRegion.KernelImage, kernel.AddressSpace.RegionOf(text));
        Assert.Equal(PageTableStop.NotPresent, kernel.PageTable.Walk(new VirtualAddress(0xFFFF_FFFF_8000_0000)).Stop);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Its_modules_are_those_that_the_log_names(string name)
    {
        using LinuxVmcore dump = Open(name);
        LinuxKernel kernel = LinuxKernel.Open(dump);

        // "Modules linked in: lab_null_deref(OE) qemu_fw_cfg", a + behind the one that is being loaded.
        Match line = Regex.Match(Log(name), @"Modules linked in: (.*)");
        Assert.True(line.Success);
        IEnumerable<string> expected = line.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected, kernel.Modules.Select(module =>
        {
            string marks = module.Taint + (module.State == LinuxModuleState.Coming ? "+" : string.Empty);
            return module.Name + (marks.Length > 0 ? "(" + marks + ")" : string.Empty);
        }));
        Assert.All(kernel.Modules, module => Assert.Equal(PageTableStop.Translated, kernel.PageTable.Walk(module.BaseAddress!.Value).Stop));
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Processors_have_areas_in_the_direct_map(string name)
    {
        using LinuxVmcore dump = Open(name);
        LinuxKernel kernel = LinuxKernel.Open(dump);

        for (int cpu = 0; cpu < 2; cpu++)
        {
            Assert.NotNull(kernel.PerCpuOffset(cpu));
        }

        Assert.Null(kernel.PerCpuOffset(2));
        Assert.Null(kernel.PerCpuOffset(-1));
        Assert.Null(kernel.PerCpuOffset(int.MaxValue));
    }

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Log(string name) => File.ReadAllText(Corpus.File(Path.Combine("corpus", "linux", name, "console.log")));

    private static LinuxVmcore Open(string name) =>
        Assert.IsType<LinuxVmcore>(CrashDump.Open(Corpus.File(Path.Combine("corpus", "linux", name, "vmcore"))));
}
