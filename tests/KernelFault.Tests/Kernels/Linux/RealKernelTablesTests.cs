using System.Globalization;
using System.Text.RegularExpressions;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Kernels.Linux;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Kernels.Linux;

/// <summary>Exception tables, bug tables and code of the real vmcores; and what the <c>crash</c> utility says of the same files.</summary>
public sealed class RealKernelTablesTests
{
    [SkippableTheory]
    [MemberData(nameof(RealKernelTests.Names), MemberType = typeof(RealKernelTests))]
    public void Every_100th_entry_of_the_exception_table_leads_from_code_to_code(string name)
    {
        using LinuxVmcore dump = Open(name);
        LinuxKernel kernel = LinuxKernel.Open(dump);
        VirtualAddress start = kernel.Symbols.AddressOf("__start___ex_table")!.Value;
        ulong length = kernel.Symbols.AddressOf("__stop___ex_table")!.Value - start;
        Assert.Equal(0UL, length % 12);
        for (ulong at = 0; at < length; at += 1200)
        {
            Assert.True(kernel.Memory.TryReadUInt32(start + at, out uint distance));
            VirtualAddress instruction = start + (at + unchecked((ulong)(int)distance));
            ExceptionTableEntry entry = kernel.FindExceptionTableEntry(instruction)!;

            Assert.Equal(instruction, entry.Instruction);
            Assert.Contains(kernel.Symbols.Find(entry.Instruction)!.Type, "tTwW");
            Assert.Contains(kernel.Symbols.Find(entry.Fixup)!.Type, "tTwW");
            Assert.Matches("^[A-Z_]+$", entry.HandlerType);
            Assert.Null(entry.Handler);
            Assert.Null(entry.Module);
            Assert.Null(kernel.FindExceptionTableEntry(instruction + 1));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(RealKernelTests.Names), MemberType = typeof(RealKernelTests))]
    public void Entries_of_the_bug_table_name_a_source_line_where_the_code_is_ud2(string name)
    {
        using LinuxVmcore dump = Open(name);
        LinuxKernel kernel = LinuxKernel.Open(dump);
        uint size = kernel.Types!.SizeOf("bug_entry")!.Value;
        VirtualAddress start = kernel.Symbols.AddressOf("__start___bug_table")!.Value;
        ulong length = kernel.Symbols.AddressOf("__stop___bug_table")!.Value - start;
        int undefined = 0;
        byte[] code = new byte[2];
        for (ulong at = 0; at < length; at += size * 97)
        {
            BugTableEntry entry = kernel.FindBugTableEntry(start + at)!;
            kernel.Memory.TryRead(entry.Instruction, code);
            if (code is not [0x0F, 0x0B])
            {
                // Freed after boot, or since 6.19 a warning with arguments.
                continue;
            }

            undefined++;
            Assert.Equal(entry, kernel.FindBugTableEntry(entry.Instruction));
            Assert.Matches(@"^[\w./-]+\.[chS]$", entry.File);
            Assert.InRange(entry.Line!.Value, 1, 65535);
        }

        Assert.True(undefined > 40);
    }

    [SkippableTheory]
    [InlineData("use_after_free")]
    [InlineData("stack_overflow")]
    [InlineData("72_use_after_free")]
    [InlineData("kdump_null_deref")]
    public void Code_is_decoded_from_the_bytes_that_the_kernel_printed(string name)
    {
        using LinuxVmcore dump = Open(name);
        LinuxKernel kernel = LinuxKernel.Open(dump);
        string log = Text(name, "console.log");
        Match place = Regex.Match(log, @"RIP: 0010:(?<name>[\w.]+)\+0x(?<offset>[0-9a-f]+)/0x(?<size>[0-9a-f]+)[^\n]*\n[^\n]*Code: (?<before>[^<\n]*)<(?<first>..)> (?<after>[^\r\n]*)");
        Skip.IfNot(place.Success, "The kernel could not print its code.");
        ulong offset = Hex(place.Groups["offset"].Value);
        LinuxSymbol function = kernel.Symbols.Match(place.Groups["name"].Value).First(symbol => symbol.Size == Hex(place.Groups["size"].Value));

        IReadOnlyList<DisassembledInstruction> code = kernel.Disassemble(function.Address + offset, 5);

        string printed = (place.Groups["first"].Value + place.Groups["after"].Value).Replace(" ", string.Empty, StringComparison.Ordinal);
        string decoded = string.Concat(code.Select(instruction => instruction.Bytes));
        Assert.StartsWith(decoded.Substring(0, Math.Min(decoded.Length, printed.Length)), printed, StringComparison.Ordinal);
        Assert.Equal(function.PlaceOf(function.Address + offset), code[0].Symbol);
        Assert.DoesNotContain(code, instruction => instruction.Text == "(bad)");
    }

    [SkippableFact]
    public void A_call_is_named_by_where_it_leads()
    {
        using LinuxVmcore dump = Open("null_deref");
        LinuxKernel kernel = LinuxKernel.Open(dump);

        IReadOnlyList<DisassembledInstruction> code = kernel.Disassemble(kernel.Symbols.AddressOf("ksys_write")!.Value, 60, DisassemblySyntax.Att);

        DisassembledInstruction call = code.First(instruction => instruction.TargetSymbol == "vfs_write+0x0");
        Assert.StartsWith("call 0x" + kernel.Symbols.AddressOf("vfs_write")!.Value.ToUInt64().ToString("x", CultureInfo.InvariantCulture), call.Text, StringComparison.Ordinal);
        Assert.Equal(kernel.Symbols.AddressOf("vfs_write"), call.Target);
        Assert.Contains(code, instruction => instruction.Text == "push %rbx");
        Assert.Equal("nopl 0x0(%rax,%rax,1)", code[0].Text);
    }

    [SkippableTheory]
    [InlineData("null_deref")]
    [InlineData("use_after_free")]
    public void Symbols_and_modules_are_those_that_crash_tells(string name)
    {
        using LinuxVmcore dump = Open(name);
        LinuxKernel kernel = LinuxKernel.Open(dump);
        string reference = Text(name, "reference-crash.txt");

        // " #1 [ffffd371004f3a68] page_fault_oops at ffffffff91087339". Crash calls a module's start by a name of its own, and
        // leaves out what the compiler put behind a name: the kernel prints it.
        MatchCollection frames = Regex.Matches(reference, @"\] (?<name>[\w.]+) at (?<address>[0-9a-f]{16})(?: \[(?<module>\w+)\])?");
        Assert.True(frames.Count > 20);
        foreach (Match frame in frames.Where(frame => !frame.Groups["name"].Value.StartsWith("_MODULE_", StringComparison.Ordinal)))
        {
            LinuxSymbol symbol = kernel.Symbols.Find(new VirtualAddress(Hex(frame.Groups["address"].Value)))!;
            Assert.Equal(frame.Groups["name"].Value, Regex.Replace(symbol.Name, @"\.(isra|constprop|part|cold)\.?\d*$", string.Empty));
            Assert.Equal(frame.Groups["module"].Success ? frame.Groups["module"].Value : null, symbol.Module);
        }

        // "ffffffffc04452c0  qemu_fw_cfg  ffffffffc0442000  20480  (not loaded)", the oldest first.
        MatchCollection modules = Regex.Matches(reference, @"^(?<address>[0-9a-f]{16})  (?<name>\w+) +(?<base>[0-9a-f]{16})  +(?<size>\d+)", RegexOptions.Multiline);
        Assert.Equal(
            modules.Select(module => (module.Groups["name"].Value, Hex(module.Groups["address"].Value), Hex(module.Groups["base"].Value), ulong.Parse(module.Groups["size"].Value, CultureInfo.InvariantCulture))).Reverse(),
            kernel.Modules.Select(module => (module.Name, module.Address.ToUInt64(), module.BaseAddress!.Value.ToUInt64(), module.Size)));
    }

    [SkippableTheory]
    [InlineData("null_deref")]
    [InlineData("612_null_deref")]
    [InlineData("72_use_after_free")]
    public void Without_a_note_a_processors_CR3_leads_to_the_same_kernel(string name)
    {
        using LinuxVmcore real = Open(name);
        LinuxKernel expected = LinuxKernel.Open(real);
        Skip.If(real.Processors.All(processor => processor.SystemRegisters?["cr3"] is null), "This file has no system registers.");
        using LinuxVmcore noNote = InventedVmcore.Create((IVmcoreMemory)real.Memory, null, real.Architecture, [.. real.Processors]);

        LinuxKernel kernel = LinuxKernel.Open(noNote);

        Assert.Empty(kernel.Warnings);
        Assert.Null(noNote.NotedInfo);
        Assert.Equal(expected.Symbols.Count, kernel.Symbols.Count);
        Assert.Equal(expected.Release, kernel.Release);
        Assert.Equal(expected.KernelOffset, kernel.KernelOffset);
        Assert.Equal(expected.Modules.Select(module => module.ToString()), kernel.Modules.Select(module => module.ToString()));
    }

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Text(string name, string file) => File.ReadAllText(Corpus.File(Path.Combine("corpus", "linux", name, file)));

    private static LinuxVmcore Open(string name) =>
        Assert.IsType<LinuxVmcore>(CrashDump.Open(Corpus.File(Path.Combine("corpus", "linux", name, "vmcore"))));
}
