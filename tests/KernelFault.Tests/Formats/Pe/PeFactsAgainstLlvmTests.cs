using System.Globalization;
using System.Text.RegularExpressions;
using KernelFault.Formats.Pe;

namespace KernelFault.Tests.Formats.Pe;

/// <summary>Every fact of drivers compiled here, and of a real signed one, against what llvm-readobj reads.</summary>
public sealed partial class PeFactsAgainstLlvmTests
{
    public static TheoryData<string, string> Drivers
    {
        get
        {
            var data = new TheoryData<string, string> { { "real", string.Empty } };
            foreach (string name in new[] { "good", "unprobed", "writable", "open", "delayed" })
            {
                data.Add(name, "x86_64");
                data.Add(name, "aarch64");
            }

            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Drivers))]
    public void The_headers_are_those_that_llvm_reads(string name, string target)
    {
        (PeImage opened, string text) = Open(name, target, "--file-headers");
        using PeImage image = opened;
        PeHeader header = image.Header;

        Assert.Equal(Hex(text, @"Machine: \S+ \(0x(\w+)\)"), header.Machine);
        Assert.Equal(Hex(text, @"ImageFileHeader.*?Characteristics \[ \(0x(\w+)\)"), header.Characteristics);
        Assert.Equal(Hex(text, @"ImageOptionalHeader.*?Characteristics \[ \(0x(\w+)\)"), header.DllCharacteristics);
        Assert.Equal(Hex(text, @"Subsystem: .*?\(0x(\w+)\)"), header.Subsystem);
        Assert.Equal(Hex(text, @"TimeDateStamp: .*?\(0x(\w+)\)"), header.TimeDateStamp);
        Assert.Equal(Hex(text, @"AddressOfEntryPoint: 0x(\w+)"), header.AddressOfEntryPoint);
        Assert.Equal(Number(text, @"SizeOfImage: (\d+)"), header.SizeOfImage);
        Assert.Equal(Number(text, @"MajorOperatingSystemVersion: (\d+)"), header.MajorOperatingSystemVersion);
        Assert.Equal(Number(text, @"MajorSubsystemVersion: (\d+)"), header.MajorSubsystemVersion);
        Assert.Equal(Number(text, @"MinorSubsystemVersion: (\d+)"), header.MinorSubsystemVersion);
        Assert.Equal(Number(text, @"MajorLinkerVersion: (\d+)"), header.MajorLinkerVersion);
        Assert.Equal(Number(text, @"MinorLinkerVersion: (\d+)"), header.MinorLinkerVersion);
        Assert.Equal(
            (Has("NX_COMPAT"), Has("DYNAMIC_BASE"), Has("HIGH_ENTROPY_VA"), Has("GUARD_CF"), Has("FORCE_INTEGRITY")),
            (header.IsNxCompatible, header.HasDynamicBase, header.HasHighEntropy, header.HasControlFlowGuard, header.ForcesIntegrity));

        bool Has(string characteristic) => text.Contains("IMAGE_DLL_CHARACTERISTICS_" + characteristic + " (", StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Drivers))]
    public void The_sections_and_their_rights_are_those_that_llvm_reads(string name, string target)
    {
        (PeImage opened, string text) = Open(name, target, "--sections");
        using PeImage image = opened;

        Assert.Equal(
            SectionPattern().Matches(text).Select(m => Describe(
                m.Groups[1].Value, m.Groups[3].Value, m.Groups[2].Value, uint.Parse(m.Groups[4].Value, CultureInfo.InvariantCulture), m.Groups[5].Value, m.Groups[6].Value,
                right => m.Groups[7].Value.Contains("IMAGE_SCN_MEM_" + right, StringComparison.Ordinal))),
            image.Sections.Select(s => Describe(
                s.Name, $"{s.VirtualAddress:X}", $"{s.VirtualSize:X}", s.SizeOfRawData, $"{s.PointerToRawData:X}", $"{s.Characteristics:X}",
                right => right switch { "READ" => s.IsReadable, "WRITE" => s.IsWritable, "EXECUTE" => s.IsExecutable, "DISCARDABLE" => s.IsDiscardable, _ => s.IsNotPaged })));
        Assert.Equal(name == "writable" ? [".patch"] : [], image.Sections.Where(s => s.IsWritableAndExecutable).Select(s => s.Name));

        static string Describe(string name, string rva, string size, uint raw, string pointer, string flags, Func<string, bool> has) =>
            $"{name} {rva} {size} {raw} {pointer} {flags} " + string.Join(' ', ((string[])["READ", "WRITE", "EXECUTE", "DISCARDABLE", "NOT_PAGED"]).Where(has));
    }

    [SkippableTheory]
    [MemberData(nameof(Drivers))]
    public void Imports_and_delay_imports_are_those_that_llvm_reads(string name, string target)
    {
        (PeImage opened, string text) = Open(name, target, "--coff-imports");
        using PeImage image = opened;

        var expected = new List<string>();
        foreach (Match module in ModulePattern().Matches(text))
        {
            IEnumerable<string> functions = SymbolPattern().Matches(module.Value).Select(m => m.Groups[1].Value.Length > 0 ? m.Groups[1].Value : "#" + m.Groups[2].Value);
            expected.Add($"{module.Groups[1].Value} {module.Groups[2].Value}: {string.Join(' ', functions)}");
        }

        Assert.NotEmpty(expected);
        Assert.Equal(expected, image.Imports.Select(i => $"{(i.IsDelayed ? "DelayImport" : "Import")} {i.Module}: {string.Join(' ', i.Functions)}"));
    }

    [SkippableTheory]
    [MemberData(nameof(Drivers))]
    public void Exports_are_those_that_llvm_reads(string name, string target)
    {
        (PeImage opened, string text) = Open(name, target, "--coff-exports");
        using PeImage image = opened;

        Assert.Equal(
            ExportPattern().Matches(text).Select(m => $"{m.Groups[1].Value} '{m.Groups[2].Value}' {m.Groups[3].Value}").Where(e => !e.EndsWith(" 0", StringComparison.Ordinal)),
            image.ExportTable.Select(e => $"{e.Ordinal} '{e.Name}' {e.Rva:X}"));
        if (name == "delayed")
        {
            Assert.Equal("ntoskrnl.DbgPrint", image.ExportTable.Single(e => e.Name == "Passed").Forwarder);
            Assert.Equal(9u, image.ExportTable.Single(e => e.Name is null).Ordinal);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Drivers))]
    public void The_debug_directory_is_the_one_that_llvm_reads(string name, string target)
    {
        (PeImage opened, string text) = Open(name, target, "--coff-debug-directory");
        using PeImage image = opened;

        Assert.Equal(
            DebugPattern().Matches(text).Select(m => $"{Convert.ToUInt32(m.Groups[2].Value, 16)} {m.Groups[1].Value} {m.Groups[3].Value} {m.Groups[4].Value} {m.Groups[5].Value}"),
            image.DebugEntries.Select(e => $"{(long)e.Type} {e.TimeDateStamp:X} {e.SizeOfData:X} {e.AddressOfRawData:X} {e.PointerToRawData:X}"));
        byte[] guid = Regex.Match(text, @"PDBGUID: \(([^)]*)\)").Groups[1].Value.Split(' ').Select(b => Convert.ToByte(b, 16)).ToArray();
        Assert.Equal(new CodeViewRecord(Regex.Match(text, "PDBFileName: (.*)").Groups[1].Value, new Guid(guid), (uint)Number(text, @"PDBAge: (\d+)")), image.CodeView);
        Assert.Equal(text.Contains("Type: Repro", StringComparison.Ordinal), image.IsReproducible);
        Assert.Equal(image.IsReproducible, image.LinkTime is null);
        Assert.Equal(text.Contains("EX_CET_COMPAT", StringComparison.Ordinal), image.IsCetCompatible);
        Assert.Equal(name is "good" or "real", image.IsCetCompatible);
    }

    [SkippableTheory]
    [MemberData(nameof(Drivers))]
    public void The_load_configuration_is_the_one_that_llvm_reads(string name, string target)
    {
        (PeImage opened, string text) = Open(name, target, "--coff-load-config");
        using PeImage image = opened;
        if (!text.Contains("SecurityCookie", StringComparison.Ordinal))
        {
            Assert.Null(image.LoadConfiguration);
            return;
        }

        PeLoadConfiguration load = Assert.IsType<PeLoadConfiguration>(image.LoadConfiguration);
        Assert.Equal(Hex(text, @"Size: 0x(\w+)"), load.Size);
        Assert.Equal(Hex(text, @"SecurityCookie: 0x(\w+)"), load.SecurityCookie);
        Assert.Equal(Hex(text, @"GuardCFCheckFunction: 0x(\w+)"), load.GuardCFCheckFunctionPointer);
        Assert.Equal(Hex(text, @"GuardCFCheckDispatch: 0x(\w+)"), load.GuardCFDispatchFunctionPointer);
        Assert.Equal(Hex(text, @"GuardCFFunctionTable: 0x(\w+)"), load.GuardCFFunctionTable);
        Assert.Equal(Number(text, @"GuardCFFunctionCount: (\d+)"), load.GuardCFFunctionCount);
        Assert.Equal(Hex(text, @"GuardFlags: 0x(\w+)"), load.GuardFlags);
        Assert.True(load.IsGuardInstrumented);
        Assert.True(load.HasGuardFunctionTable);
    }

    [SkippableTheory]
    [InlineData("x86_64")]
    [InlineData("aarch64")]
    public void The_version_resource_is_what_its_source_says(string target)
    {
        using PeImage image = PeImage.Open(TestDriver.Build("good", target).Path);

        Assert.Equal(
            new PeVersionInfo
            {
                FixedFileVersion = "3.1.4.159",
                FixedProductVersion = "3.1.0.0",
                FileVersion = "3.1.4.159",
                ProductVersion = "3.1",
                CompanyName = "Contoso Test GmbH",
                FileDescription = "A driver for tests",
                OriginalFilename = "kftest.sys",
                ProductName = "Contoso Tests",
                InternalName = "kftest",
                LegalCopyright = "Public domain",
                FileFlags = 3,
                Language = 0x407,
            },
            image.Version);
        Assert.True(image.Version!.IsDebug);
        Assert.True(image.Version.IsPrerelease);
    }

    [SkippableFact]
    public void A_signed_driver_has_the_checksum_that_its_header_says()
    {
        using PeImage image = PeImage.Open(Corpus.File("corpus/drivers/systeminformer.sys"));

        Assert.Equal(image.Header.CheckSum, image.ComputeCheckSum());
        Assert.Null(image.Overlay);
        Assert.Equal(new PeCertificate(0x200, PeCertificate.PkcsSignedData, 0x4C008, 10472), Assert.Single(image.Certificates));
    }

    [SkippableFact]
    public void Bytes_behind_the_last_section_are_an_overlay_and_change_the_checksum()
    {
        byte[] driver = File.ReadAllBytes(TestDriver.Build("good", "x86_64").Path);
        using PeImage plain = PeImage.Read(driver, "good.sys");
        using PeImage longer = PeImage.Read((byte[])[.. driver, 1, 2, 3], "longer.sys");

        Assert.Null(plain.Overlay);
        Assert.Empty(plain.Certificates);
        Assert.Equal(new PeOverlay(driver.Length, 3), longer.Overlay);

        // The sum of the words goes round at 16 bits with its carry added again; the driver's link time decides whether it does here.
        uint words = plain.ComputeCheckSum()!.Value - (uint)driver.Length + 0x0201 + 3;
        Assert.Equal((words & 0xFFFF) + (words >> 16) + (uint)driver.Length + 3, longer.ComputeCheckSum());
    }

    private static (PeImage Image, string Text) Open(string name, string target, string option)
    {
        if (name != "real")
        {
            TestDriver driver = TestDriver.Build(name, target);
            return (PeImage.Open(driver.Path), driver.ReadObj(option));
        }

        string path = Corpus.File("corpus/drivers/systeminformer.sys");
        ExternalProgram.Require("llvm-readobj");
        return (PeImage.Open(path), ExternalProgram.Run(".", "llvm-readobj", option, path));
    }

    private static ulong Hex(string text, string pattern) => Convert.ToUInt64(Found(text, pattern), 16);

    private static ulong Number(string text, string pattern) => ulong.Parse(Found(text, pattern), CultureInfo.InvariantCulture);

    private static string Found(string text, string pattern)
    {
        Match match = Regex.Match(text, pattern, RegexOptions.Singleline);
        Assert.True(match.Success, pattern);
        return match.Groups[1].Value;
    }

    [GeneratedRegex(@"Name: (\S+) \(.*?VirtualSize: 0x(\w+)\s+VirtualAddress: 0x(\w+)\s+RawDataSize: (\d+)\s+PointerToRawData: 0x(\w+).*?Characteristics \[ \(0x(\w+)\)(.*?)\]", RegexOptions.Singleline)]
    private static partial Regex SectionPattern();

    [GeneratedRegex(@"^(Import|DelayImport) \{\s+Name: (\S+).*?^\}", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex ModulePattern();

    [GeneratedRegex(@"Symbol: (\S*) \((\d+)\)")]
    private static partial Regex SymbolPattern();

    [GeneratedRegex(@"Ordinal: (\d+)\s+Name: (\S*?)\s+RVA: 0x(\w+)")]
    private static partial Regex ExportPattern();

    [GeneratedRegex(@"TimeDateStamp: .*?\(0x(\w+)\).*?Type: .*?\(0x(\w+)\)\s+SizeOfData: 0x(\w+)\s+AddressOfRawData: 0x(\w+)\s+PointerToRawData: 0x(\w+)", RegexOptions.Singleline)]
    private static partial Regex DebugPattern();
}
