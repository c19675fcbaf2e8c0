using System.Globalization;
using System.Text.RegularExpressions;
using KernelFault.Formats.Pe;

namespace KernelFault.Tests.Formats.Pe;

/// <summary>Facts of images built by another tool chain, against that tool chain's own reader.</summary>
public sealed partial class PeImageAgainstLlvmTests
{
    [SkippableTheory]
    [InlineData("x86_64")]
    [InlineData("aarch64")]
    [InlineData("i686")]
    public void Headers_sections_exports_and_pdb_are_those_that_llvm_reads(string target)
    {
        using var built = new ClangImage(target, "-O2");
        using PeImage image = PeImage.Open(built.Path);
        string text = built.ReadObj("--file-headers", "--sections", "--coff-exports", "--coff-debug-directory");

        Assert.Equal(Hex(text, @"Machine: \S+ \(0x(\w+)\)"), image.Header.Machine);
        Assert.Equal(Hex(text, @"TimeDateStamp: .*\(0x(\w+)\)"), image.Header.TimeDateStamp);
        Assert.Equal(Number(text, @"SizeOfImage: (\d+)"), image.Header.SizeOfImage);
        Assert.Equal(Number(text, @"SizeOfHeaders: (\d+)"), image.Header.SizeOfHeaders);
        Assert.Equal(Hex(text, @"ImageBase: 0x(\w+)"), image.Header.ImageBase);
        Assert.Equal(Hex(text, @"Subsystem: .*\(0x(\w+)\)"), image.Header.Subsystem);
        Assert.Equal(Number(text, @"SectionAlignment: (\d+)"), image.Header.SectionAlignment);
        Assert.Equal(
            SectionPattern().Matches(text).Select(m => (m.Groups[1].Value, Convert.ToUInt32(m.Groups[3].Value, 16), Convert.ToUInt32(m.Groups[2].Value, 16), uint.Parse(m.Groups[4].Value, CultureInfo.InvariantCulture), Convert.ToUInt32(m.Groups[5].Value, 16))),
            image.Sections.Select(s => (s.Name, s.VirtualAddress, s.VirtualSize, s.SizeOfRawData, s.PointerToRawData)));
        Assert.Equal(
            ExportPattern().Matches(text).Select(m => new PeExport(m.Groups[1].Value, Convert.ToUInt32(m.Groups[2].Value, 16))).OrderBy(e => e.Rva),
            image.Exports);
        Assert.Equal(3, image.Exports.Count);
        byte[] guid = Regex.Match(text, @"PDBGUID: \(([^)]*)\)").Groups[1].Value.Split(' ').Select(b => Convert.ToByte(b, 16)).ToArray();
        Assert.Equal(new CodeViewRecord(Regex.Match(text, "PDBFileName: (.*)").Groups[1].Value, new Guid(guid), (uint)Number(text, @"PDBAge: (\d+)")), image.CodeView);
        Assert.Equal("driver.pdb", image.CodeView!.PdbName);
    }

    [SkippableTheory]
    [InlineData("-O0")]
    [InlineData("-O2")]
    [InlineData("-Os")]
    public void X64_unwind_codes_are_those_that_llvm_reads(string optimization)
    {
        using var built = new ClangImage("x86_64", optimization);
        using PeImage image = PeImage.Open(built.Path);
        var expected = new List<string>();
        foreach (Match match in X64Pattern().Matches(built.ReadObj("--unwind")))
        {
            expected.Add($"{Convert.ToUInt64(match.Groups[1].Value, 16) - image.Header.ImageBase:x}-{Convert.ToUInt64(match.Groups[2].Value, 16) - image.Header.ImageBase:x} "
                + $"prolog {match.Groups[3].Value} frame {match.Groups[4].Value} " + string.Join(", ", CodePattern().Matches(match.Groups[5].Value).Select(m => m.Value.Trim())));
        }

        var actual = new List<string>();
        for (int i = 0; i < image.RuntimeFunctionCount; i++)
        {
            RuntimeFunction function = image.RuntimeFunctionAt(i);
            Assert.True(X64UnwindInfo.TryRead(image, function.UnwindData, out X64UnwindInfo info));
            var codes = new List<string>();
            int slot = 0;
            while (info.TryReadCode(ref slot, out X64UnwindCode code))
            {
                codes.Add(Text(code, info));
            }

            actual.Add($"{function.BeginAddress:x}-{function.EndAddress:x} prolog {info.SizeOfProlog} frame {(info.FrameRegister == 0 ? "-" : Register(info.FrameRegister))} " + string.Join(", ", codes));
        }

        Assert.True(actual.Count > 10);
        Assert.Equal(expected, actual);
    }

    private static string Text(X64UnwindCode code, X64UnwindInfo info)
    {
        string what = code.Operation switch
        {
            X64UnwindOperation.UWOP_PUSH_NONVOL => $"PUSH_NONVOL reg={Register(code.Info)}",
            X64UnwindOperation.UWOP_ALLOC_SMALL => $"ALLOC_SMALL size={code.Operand}",
            X64UnwindOperation.UWOP_ALLOC_LARGE => $"ALLOC_LARGE size={code.Operand}",
            X64UnwindOperation.UWOP_SET_FPREG => $"SET_FPREG reg={Register(info.FrameRegister)}, offset=0x{info.FrameOffset:X}",
            X64UnwindOperation.UWOP_SAVE_NONVOL => $"SAVE_NONVOL reg={Register(code.Info)}, offset=0x{code.Operand:X}",
            X64UnwindOperation.UWOP_SAVE_XMM128 => $"SAVE_XMM128 reg=XMM{code.Info}, offset=0x{code.Operand:X}",
            _ => code.Operation.ToString(),
        };
        return $"0x{code.CodeOffset:X2}: {what}";
    }

    private static string Register(int number) =>
        ((string[])["RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"])[number];

    private static ulong Hex(string text, string pattern) => Convert.ToUInt64(Regex.Match(text, pattern).Groups[1].Value, 16);

    private static ulong Number(string text, string pattern) => ulong.Parse(Regex.Match(text, pattern).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Name: (\.\w+) .*\r?\n\s*VirtualSize: 0x(\w+)\r?\n\s*VirtualAddress: 0x(\w+)\r?\n\s*RawDataSize: (\d+)\r?\n\s*PointerToRawData: 0x(\w+)")]
    private static partial Regex SectionPattern();

    [GeneratedRegex(@"Ordinal: \d+\r?\n\s*Name: (\w+)\r?\n\s*RVA: 0x(\w+)")]
    private static partial Regex ExportPattern();

    [GeneratedRegex(@"StartAddress: \(0x(\w+)\)\s*EndAddress: \(0x(\w+)\).*?PrologSize: (\d+)\s*FrameRegister: (\S+).*?UnwindCodes \[(.*?)\]", RegexOptions.Singleline)]
    private static partial Regex X64Pattern();

    [GeneratedRegex(@"0x\w\w: [^\r\n]*")]
    private static partial Regex CodePattern();
}
